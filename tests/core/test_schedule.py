"""Safe hours and wall clocks, also on the two nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.schedule import in_safe_hours, local_day, moment_at, next_allowed

LONDON = "Europe/London"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # 01:00 → 02:00 and 02:00 → 01:00 in London
ZONES = [LONDON, "Asia/Karachi", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"]

clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


moments = st.integers(0, 94_000_000).map(lambda seconds: utc("2025-01-01T00:00") + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("day", "minute", "moment"),
    [
        (date(2026, 1, 5), 9 * 60, "2026-01-05T09:00"),
        (date(2026, 7, 6), 9 * 60, "2026-07-06T08:00"),
        (date(2026, 7, 6), 24 * 60, "2026-07-06T23:00"),
        (date(2026, 7, 6), 30 * 60, "2026-07-07T05:00"),
        (SPRING, 59, "2026-03-29T00:59"),
        (SPRING, 60, "2026-03-29T01:00"),  # never shown: the moment of the jump
        (SPRING, 90, "2026-03-29T01:00"),
        (SPRING, 120, "2026-03-29T01:00"),
        (AUTUMN, 60, "2026-10-25T00:00"),  # shown twice: the first
        (AUTUMN, 90, "2026-10-25T00:30"),
        (AUTUMN, 120, "2026-10-25T02:00"),
    ],
)
def test_a_clock_time_is_one_moment(day: date, minute: int, moment: str) -> None:
    assert moment_at(day, minute, LONDON) == utc(moment)


@settings(deadline=None)
@given(moments, st.integers(0, 2880), st.integers(0, 2880), st.sampled_from(ZONES))
def test_a_later_clock_time_is_never_an_earlier_moment(now: datetime, one: int, other: int, zone: str) -> None:
    day = local_day(now, zone)
    assert moment_at(day, min(one, other), zone) <= moment_at(day, max(one, other), zone)


@settings(deadline=None)
@given(moments, st.sampled_from(ZONES))
def test_the_next_midnight_is_the_end_of_the_day(now: datetime, zone: str) -> None:
    day = local_day(now, zone)
    assert moment_at(day, 1440, zone) == moment_at(day + timedelta(days=1), 0, zone)


@pytest.mark.parametrize(
    ("shown", "safe_from", "safe_to", "safe"),
    [
        ("09:00", "09:00", "21:00", True),
        ("20:59", "09:00", "21:00", True),
        ("21:00", "09:00", "21:00", False),
        ("08:59", "09:00", "21:00", False),
        ("23:30", "22:00", "06:00", True),
        ("05:59", "22:00", "06:00", True),
        ("06:00", "22:00", "06:00", False),
        ("12:00", "22:00", "06:00", False),
        ("03:00", "00:00", "00:00", True),
    ],
)
def test_safe_hours_are_read_from_the_persons_own_clock(shown: str, safe_from: str, safe_to: str, safe: bool) -> None:
    now = datetime.fromisoformat(f"2026-07-06T{shown}").replace(tzinfo=ZoneInfo("Asia/Karachi"))
    hours = time.fromisoformat(safe_from), time.fromisoformat(safe_to)
    assert in_safe_hours(now.astimezone(UTC), *hours, "Asia/Karachi") is safe


@pytest.mark.parametrize(
    ("case", "now", "safe_from", "safe_to", "allowed"),
    [
        ("inside", "2026-07-06T10:00", "09:00", "21:00", "2026-07-06T10:00"),
        ("before", "2026-07-06T05:00", "09:00", "21:00", "2026-07-06T08:00"),
        ("after: tomorrow", "2026-07-06T20:30", "09:00", "21:00", "2026-07-07T08:00"),
        ("a night", "2026-07-06T12:00", "22:00", "06:00", "2026-07-06T21:00"),
        ("the night clocks go forward", "2026-03-28T22:00", "09:00", "21:00", "2026-03-29T08:00"),
        ("the night clocks go back", "2026-10-24T21:00", "09:00", "21:00", "2026-10-25T09:00"),
        ("opens in the missing hour", "2026-03-29T00:10", "01:30", "05:00", "2026-03-29T01:00"),
        ("only the missing hour: a day later", "2026-03-29T00:10", "01:15", "01:45", "2026-03-30T00:15"),
        ("the hour that comes twice", "2026-10-25T00:50", "01:15", "01:45", "2026-10-25T01:15"),
    ],
)
def test_what_must_wait_goes_out_when_safe_hours_begin(
    case: str, now: str, safe_from: str, safe_to: str, allowed: str
) -> None:
    hours = time.fromisoformat(safe_from), time.fromisoformat(safe_to)
    assert next_allowed(utc(now), *hours, LONDON) == utc(allowed)


@settings(deadline=None)
@given(moments, clock_times, clock_times, st.sampled_from(ZONES), st.floats(0, 1))
def test_nothing_goes_out_in_an_unsafe_hour_and_nothing_waits_for_nothing(
    now: datetime, safe_from: time, safe_to: time, zone: str, part: float
) -> None:
    allowed = next_allowed(now, safe_from, safe_to, zone)
    assert allowed >= now
    assert in_safe_hours(allowed, safe_from, safe_to, zone)
    between = now + (allowed - now) * part
    assert between >= allowed or not in_safe_hours(between, safe_from, safe_to, zone)
