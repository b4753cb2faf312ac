"""When people are asked: their group's days on their own calendar, once a day on every night of the year."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.groups import CheckIn
from service.core.schedule import in_safe_hours, local_day, moment_at
from service.core.schedule_plan import Planned, Rhythm, coming, occurrences, plan

LONDON, CAIRO, LORD_HOWE = "Europe/London", "Africa/Cairo", "Australia/Lord_Howe"
ZONES = [LONDON, "America/New_York", CAIRO, LORD_HOWE, "Asia/Karachi", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"]
ANY = time(0), time(0)
EVERY_DAY = frozenset(range(7))
MONDAY, TUESDAY, FRIDAY = 0, 1, 4

moments = st.integers(0, 94_000_000).map(lambda seconds: utc("2025-01-01T00:00") + timedelta(seconds=seconds))
some_days = st.frozensets(st.integers(0, 6), min_size=1)
minutes = st.integers(0, 1439)
zones = st.sampled_from(ZONES)
clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ask(flow: str, days: frozenset[int] | int, at: str) -> CheckIn:
    hour, minute = at.split(":")
    return CheckIn(flow, frozenset({days}) if isinstance(days, int) else days, int(hour) * 60 + int(minute))


def on_the_wall(found: list[datetime], zone: str) -> list[str]:
    return [f"{one.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}" for one in found]


def times_of(check_in: CheckIn, zone: str, start: str, days: int) -> list[datetime]:
    begin = utc(start)
    return [one.moment for one in occurrences([check_in], zone, begin, begin + timedelta(days=days))]


@pytest.mark.parametrize(
    ("case", "zone", "at", "start", "moments"),
    [
        ("spring: the jump's end", LONDON, "01:30", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("autumn: the first", LONDON, "01:30", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("spring", "America/New_York", "02:30", "2026-03-07T12:00", ["2026-03-08T07:00", "2026-03-09T06:30"]),
        ("autumn", "America/New_York", "01:15", "2026-10-31T12:00", ["2026-11-01T05:15", "2026-11-02T06:15"]),
        ("a day without midnight", CAIRO, "00:00", "2026-04-23T12:00", ["2026-04-23T22:00", "2026-04-24T21:00"]),
        ("two midnights", CAIRO, "23:30", "2026-10-29T12:00", ["2026-10-29T20:30", "2026-10-30T21:30"]),
        ("half an hour forward", LORD_HOWE, "02:15", "2026-10-03T12:00", ["2026-10-03T15:30", "2026-10-04T15:15"]),
        ("half an hour back", LORD_HOWE, "01:45", "2026-04-04T12:00", ["2026-04-04T14:45", "2026-04-05T15:15"]),
        ("no change", "Asia/Karachi", "01:30", "2026-03-28T12:00", ["2026-03-28T20:30", "2026-03-29T20:30"]),
    ],
)
def test_a_check_in_comes_once_on_the_nights_when_clocks_change(
    case: str, zone: str, at: str, start: str, moments: list[str]
) -> None:
    assert times_of(ask("daily", EVERY_DAY, at), zone, start, 2) == [utc(moment) for moment in moments]


@settings(deadline=None)
@given(moments, some_days, minutes, zones)
def test_each_day_that_is_written_has_its_check_in_exactly_once(
    start: datetime, days: frozenset[int], minute: int, zone: str
) -> None:
    end = start + timedelta(days=40)
    found = list(occurrences([CheckIn("daily", days, minute)], zone, start, end))
    calendar = [local_day(start, zone) + timedelta(days=n) for n in range(-1, 42)]
    written = [(day, moment_at(day, minute, zone)) for day in calendar if day.weekday() in days]
    assert [(one.day, one.moment) for one in found] == [(day, at) for day, at in written if start <= at < end]


@settings(deadline=None)
@given(moments, minutes, minutes, zones, st.integers(0, 20 * 24), st.integers(1, 20 * 24))
def test_a_longer_look_is_two_shorter_ones_after_each_other(
    start: datetime, one: int, other: int, zone: str, hours: int, more: int
) -> None:
    written = [CheckIn("daily", EVERY_DAY, one), CheckIn("weekly", frozenset({FRIDAY}), other)]
    middle = start + timedelta(hours=hours)
    end = middle + timedelta(hours=more)
    whole = list(occurrences(written, zone, start, end))
    assert whole == [*occurrences(written, zone, start, middle), *occurrences(written, zone, middle, end)]
    assert whole == sorted(whole, key=lambda found: found.moment)


def test_each_person_is_asked_by_their_own_clock() -> None:
    weekly = ask("weekly", TUESDAY, "11:00")
    assert times_of(weekly, "Asia/Karachi", "2026-11-23T00:00", 7) == [utc("2026-11-24T06:00")]
    assert times_of(weekly, "America/New_York", "2026-11-23T00:00", 7) == [utc("2026-11-24T16:00")]


@settings(deadline=None)
@given(moments, some_days, minutes, clock_times, clock_times, zones, st.booleans())
def test_whatever_begins_begins_in_safe_hours_and_before_the_next_one(
    now: datetime, days: frozenset[int], minute: int, safe_from: time, safe_to: time, zone: str, slower: bool
) -> None:
    written = [CheckIn("daily", days, minute)]
    rhythm = Rhythm(zone, safe_from, safe_to, slower)
    found = list(coming("daily", written, rhythm, now))
    begun = [one.at for one in found if one.at]
    assert found
    assert len(begun) == len(found)
    assert begun == sorted(set(begun))
    for one in begun:
        assert one >= now
        assert in_safe_hours(one, safe_from, safe_to, zone)
    for one, after in itertools.pairwise(found):
        assert one.at < after.moment  # type: ignore[operator]


@settings(deadline=None)
@given(moments, some_days, minutes, zones)
def test_a_slower_pace_leaves_out_every_second_one_whoever_looks_when(
    now: datetime, days: frozenset[int], minute: int, zone: str
) -> None:
    written = [CheckIn("daily", days, minute)]
    slower = Rhythm(zone, *ANY, slower=True)
    found = plan(written, slower, now, now + timedelta(days=60))
    kept = [one.at is not None for one in found]
    assert kept in ([n % 2 == 0 for n in range(len(kept))], [n % 2 == 1 for n in range(len(kept))])
    later = now + timedelta(days=17, hours=5)
    assert [one for one in found if one.moment >= later] == plan(written, slower, later, now + timedelta(days=60))


def test_every_second_week_is_every_second_week_also_after_a_year_of_53_weeks() -> None:
    slower = Rhythm(LONDON, *ANY, slower=True)
    found = plan([ask("weekly", TUESDAY, "11:00")], slower, utc("2026-12-01T00:00"), utc("2027-02-01T00:00"))
    days = [one.day for one in found if one.at]
    assert {after - one for one, after in itertools.pairwise(days)} == {timedelta(days=14)}
    assert {one.why for one in found if one.at is None} == {"pace"}


def test_what_falls_outside_safe_hours_is_moved_to_where_they_begin() -> None:
    rhythm = Rhythm(LONDON, time(14), time(18))
    found = plan([ask("daily", EVERY_DAY, "09:00")], rhythm, utc("2026-11-24T00:00"), utc("2026-11-26T00:00"))
    assert found == [
        Planned("daily", date(2026, 11, day), utc(f"2026-11-{day}T09:00"), utc(f"2026-11-{day}T14:00"), "hours")
        for day in (24, 25)
    ]


def test_what_is_moved_into_the_next_one_is_left_out() -> None:
    twice = [ask("daily", frozenset({MONDAY}), "22:00"), ask("daily", frozenset({TUESDAY}), "08:00")]
    rhythm = Rhythm(LONDON, time(8), time(20))
    found = plan(twice, rhythm, utc("2026-11-23T00:00"), utc("2026-11-25T00:00"))
    assert [(one.day.day, one.at, one.why) for one in found] == [
        (23, None, "next"),
        (24, utc("2026-11-24T08:00"), ""),
    ]


def test_the_next_one_counts_also_where_nobody_looks_as_far_as_that() -> None:
    twice = [ask("daily", frozenset({MONDAY}), "22:00"), ask("daily", frozenset({TUESDAY}), "08:00")]
    found = plan(twice, Rhythm(LONDON, time(8), time(20)), utc("2026-11-23T00:00"), utc("2026-11-23T23:00"))
    assert [one.why for one in found] == ["next"]


def test_what_waits_for_safe_hours_is_still_to_come_after_its_own_time() -> None:
    rhythm = Rhythm(LONDON, time(14), time(18))
    [first, *_] = coming("weekly", [ask("weekly", TUESDAY, "11:00")], rhythm, utc("2026-11-24T12:00"))
    assert first.at == utc("2026-11-24T14:00")


def test_different_flows_of_a_group_leave_each_other_alone() -> None:
    written = [ask("daily", EVERY_DAY, "09:00"), ask("weekly", FRIDAY, "14:00")]
    rhythm = Rhythm(LONDON, time(14), time(18))
    found = plan(written, rhythm, utc("2026-11-27T00:00"), utc("2026-11-28T00:00"))
    assert on_the_wall([one.at for one in found if one.at], LONDON) == ["Fri 27 Nov 14:00", "Fri 27 Nov 14:00"]
