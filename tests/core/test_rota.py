"""Who is on duty: precedence, nights, zones, and the nights when clocks change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from service.core.rota import (
    HORIZON,
    Rota,
    covered,
    covered_until,
    next_on,
    on_duty,
    on_duty_until,
    stretches,
)
from tests.core.rotas import WEEKDAYS, any_moment, change, rota, rotas, shift, utc

OFFICE = shift("amina ben", "09:00", "17:00", WEEKDAYS)
NIGHT = shift("ben", "22:00", "06:00", frozenset({4}))  # Friday
CHRISTMAS = change(date(2026, 12, 25), "ben", "10:00", "12:00")


@pytest.mark.parametrize(
    ("case", "parts", "now", "who"),
    [
        ("a weekday in office hours", [OFFICE], "2026-12-01T09:00", ("amina", "ben")),
        ("the minute it ends", [OFFICE], "2026-12-01T17:00", ()),
        ("the minute before", [OFFICE], "2026-12-01T16:59:59", ("amina", "ben")),
        ("at the weekend", [OFFICE], "2026-12-05T10:00", ()),
        ("summer time is read from the wall", [OFFICE], "2026-07-01T08:00", ("amina", "ben")),
        ("a night belongs to the day it starts", [NIGHT], "2026-12-05T05:59", ("ben",)),
        ("and not to the one after", [NIGHT], "2026-12-05T22:30", ()),
        ("nor does it reach the day before", [NIGHT], "2026-12-04T05:00", ()),
        ("a change wins over the shift", [OFFICE, CHRISTMAS], "2026-12-25T10:30", ("ben",)),
        ("and only in its hours", [OFFICE, CHRISTMAS], "2026-12-25T12:00", ("amina", "ben")),
        ("nobody is on a closed day", [OFFICE, change(date(2026, 12, 25), "")], "2026-12-25T10:30", ()),
        ("the change written last wins", [CHRISTMAS, change(date(2026, 12, 25), "")], "2026-12-25T10:30", ()),
        (
            "a change of many days",
            [OFFICE, change(date(2026, 12, 20), "", last=date(2026, 12, 31))],
            "2026-12-30T10:00",
            (),
        ),
        (
            "a change past midnight",
            [change(date(2026, 12, 31), "ben", "22:00", "03:00")],
            "2027-01-01T02:00",
            ("ben",),
        ),
        (
            "two shifts at once, in the order written",
            [OFFICE, shift("ben carol", "12:00", "13:00")],
            "2026-12-01T12:30",
            ("amina", "ben", "carol"),
        ),
    ],
)
def test_precedence_reads_from_top_to_bottom(case: str, parts: list[object], now: str, who: tuple[str, ...]) -> None:
    assert on_duty(rota(*parts), utc(now)) == who


def test_the_same_clock_time_is_another_moment_in_another_zone() -> None:
    karachi = rota(shift("amina", "09:00", "17:00"), zone="Asia/Karachi")
    assert on_duty_until(karachi, "amina", utc("2026-12-01T04:00")) == utc("2026-12-01T12:00")
    assert on_duty(karachi, utc("2026-12-01T12:00")) == ()


@pytest.mark.parametrize(
    ("night", "now", "until", "hours"),
    [
        ("clocks go forward", "2026-03-28T22:00", "2026-03-29T05:00", 7),
        ("an ordinary night", "2026-03-27T22:00", "2026-03-28T06:00", 8),
        ("clocks go back", "2026-10-24T21:00", "2026-10-25T06:00", 9),
    ],
)
def test_a_night_shift_ends_by_the_clock_on_the_wall(night: str, now: str, until: str, hours: int) -> None:
    nights = rota(shift("ben", "22:00", "06:00"))
    assert on_duty_until(nights, "ben", utc(now)) == utc(until) == utc(now) + timedelta(hours=hours)


@pytest.mark.parametrize("handover", ["01:00", "01:30", "02:00"])
@pytest.mark.parametrize("day", ["2026-03-28T22:00", "2026-10-24T21:00"])
def test_a_handover_leaves_no_gap_when_clocks_change(handover: str, day: str) -> None:
    two = rota(shift("amina", "22:00", handover), shift("ben", handover, "06:00"))
    end = covered_until(two, ("amina", "ben"), utc(day))
    assert end is not None
    assert end >= utc(day) + timedelta(hours=7)


def test_a_shift_inside_the_missing_hour_does_not_take_place() -> None:
    missing = rota(shift("ben", "01:15", "01:45", frozenset({6})))
    assert next_on(missing, ("ben",), utc("2026-03-28T12:00")) == utc("2026-04-05T00:15")


def test_until_and_next_say_what_the_rota_says() -> None:
    office = rota(OFFICE)
    monday, saturday = utc("2026-11-30T12:00"), utc("2026-12-05T12:00")
    assert on_duty_until(office, "amina", monday) == utc("2026-11-30T17:00")
    assert on_duty_until(office, "amina", saturday) is None
    assert covered_until(office, ("carol",), monday) is None
    assert next_on(office, ("ben",), monday) == monday
    assert next_on(office, ("ben",), saturday) == utc("2026-12-07T09:00")
    assert next_on(rota(), ("ben",), monday) is None


def test_duty_that_never_ends_is_given_for_fourteen_days() -> None:
    now = utc("2026-03-20T12:00")
    assert on_duty_until(rota(shift("ben", "00:00", "24:00")), "ben", now) == now + HORIZON


def test_cover_goes_on_when_one_follows_the_other() -> None:
    day = rota(shift("amina", "09:00", "13:00"), shift("ben", "13:00", "17:00"))
    assert covered_until(day, ("amina", "ben"), utc("2026-12-01T10:00")) == utc("2026-12-01T17:00")
    assert covered_until(day, ("amina",), utc("2026-12-01T10:00")) == utc("2026-12-01T13:00")


def test_cover_ends_with_the_day_on_which_somebody_stops_counting() -> None:
    always = rota(shift("ben", "00:00", "24:00"))
    [run] = covered(always, lambda _, day: day < date(2026, 7, 3), utc("2026-07-01T12:00"), utc("2026-07-09T12:00"))
    assert run.end == utc("2026-07-02T23:00")  # midnight in London


@settings(max_examples=50, deadline=None)
@given(rotas, any_moment)
def test_stretches_tell_the_same_as_asking_at_each_moment(any_rota: Rota, since: datetime) -> None:
    until = since + timedelta(days=3)
    found = list(stretches(any_rota, since, until))
    assert [found[0].start, found[-1].end] == [since, until]
    assert all(one.end == other.start for one, other in pairwise(found))
    for stretch in found:
        for moment in (stretch.start, stretch.start + (stretch.end - stretch.start) / 2):
            assert on_duty(any_rota, moment) == stretch.who
