"""Half-hours that may be offered for a call: on the rota, in safe hours, on the person's own clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.promises import times_to_offer
from service.core.rota import Rota, on_duty
from service.core.schedule import in_safe_hours
from service.core.team import Member, is_trained_staff
from tests.core.rotas import STAFF, WEEKDAYS, ZONES, any_moment, config, rota, rotas, shift, team_of, utc

ALL_DAY = time(), time()
OFFICE = rota(shift("amina ben", "09:00", "17:00", WEEKDAYS))
SOME = team_of(*(Member(who, who, STAFF if who in "ab" else frozenset()) for who in "abcd"))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize(
    ("now", "hours", "zone", "offered"),
    [
        ("2026-12-04T12:00", ALL_DAY, "Europe/London", ("fri 12:30", "fri 13:00", "fri 13:30")),
        ("2026-12-04T16:10", ALL_DAY, "Europe/London", ("fri 16:30", "mon 09:00", "mon 09:30")),
        ("2026-12-04T16:31", ALL_DAY, "Europe/London", ("mon 09:00", "mon 09:30", "mon 10:00")),
        ("2026-12-04T12:00", (time(16), time(17)), "Europe/London", ("fri 16:00", "fri 16:30", "mon 16:00")),
        ("2026-12-04T12:10", ALL_DAY, "Asia/Kathmandu", ("fri 18:00", "fri 18:30", "fri 19:00")),
        ("2026-12-04T12:00", (time(1), time(2)), "Europe/London", ()),
    ],
)
def test_the_next_half_hours_of_somebody_who_is_on_duty(
    now: str, hours: tuple[time, time], zone: str, offered: tuple[str, ...]
) -> None:
    assert times_to_offer(config(OFFICE), utc(now), hours, zone) == offered


def test_nobody_on_duty_offers_nothing() -> None:
    assert times_to_offer(config(rota(shift("petra", "00:00", "24:00"))), utc("2026-12-04T12:00"), ALL_DAY, "UTC") == ()


@settings(deadline=None, max_examples=50)
@given(rotas, any_moment, st.sampled_from(ZONES))
def test_every_half_hour_that_is_offered_is_kept_by_somebody(written: Rota, now: datetime, zone: str) -> None:
    hours = time(9), time(20)
    for said in times_to_offer(config(written, team=SOME), now, hours, zone):
        day, clock = said.split()
        moment = _next(day, clock, now, zone)
        assert moment is not None
        for minutes in (0, 15, 29):
            at = moment + timedelta(minutes=minutes)
            assert any(is_trained_staff(SOME[who]) for who in on_duty(written, at))
        assert in_safe_hours(moment, *hours, zone)
        assert now < moment <= now + timedelta(days=6)


def _next(day: str, clock: str, now: datetime, zone: str) -> datetime | None:
    """The first time after now at which a clock there shows that."""
    for quarter in range(7 * 96):
        moment = now.replace(second=0, microsecond=0) + timedelta(minutes=15 * quarter - now.minute % 15)
        local = moment.astimezone(ZoneInfo(zone))
        if moment > now and (DAYS[local.weekday()], f"{local:%H:%M}") == (day, clock):
            return moment
    return None
