"""When a person is asked: what their group's check-ins come to on their own clock, in their safe hours, at their pace.

Days and times are walked by cronsim, whose rule on the two nights when clocks change is that of `schedule.moment_at`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge
from itertools import pairwise, takewhile
from operator import attrgetter
from zoneinfo import ZoneInfo

from cronsim import CronSim

from service.core.groups import CheckIn
from service.core.schedule import local_day, next_allowed

_A_DAY = timedelta(days=1)
_MONTH = 31  # days that are worked out at once: most people share a group and a zone
_A_WAY_BACK = timedelta(days=3)  # nothing is moved further than this by safe hours
_A_WAY_ON = timedelta(days=15)  # every second week has its turn


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a person has chosen about time: their zone, their safe hours, and whether every second time is enough."""

    zone: str
    safe_from: time
    safe_to: time
    slower: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a check-in is written: the day on the person's calendar, and the UTC moment."""

    flow: str
    day: date
    moment: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """What comes of an occurrence: when it begins, or why it is left out (`at` is None then)."""

    flow: str
    day: date
    moment: datetime  # as the group's file says
    at: datetime | None
    why: str = ""  # "hours": moved to safe hours; "pace": every second one; "next": the next one came first


def occurrences(check_ins: Sequence[CheckIn], zone: str, start: datetime, end: datetime) -> Iterator[Occurrence]:
    """Everything that stands in a group's file from `start` until before `end`, in the order of time.

    A time that comes twice on an autumn night is its first; one that a spring night leaves out is the clocks' jump.
    """
    yield from merge(*(_of(one, zone, start, end) for one in check_ins), key=attrgetter("moment"))


def plan(check_ins: Sequence[CheckIn], rhythm: Rhythm, start: datetime, end: datetime) -> list[Planned]:
    """What becomes of every occurrence from `start` until before `end`, in the order of time as written."""
    flows = dict.fromkeys(one.flow for one in check_ins)
    return sorted(
        (planned for flow in flows for planned in _plan_of(flow, check_ins, rhythm, start, end)),
        key=attrgetter("moment"),
    )


def coming(flow: str, check_ins: Sequence[CheckIn], rhythm: Rhythm, now: datetime) -> Iterator[Planned]:
    """The times at which a flow will begin from `now` on, the next one first; what is left out is not among them."""
    for planned in _plan_of(flow, check_ins, rhythm, now - _A_WAY_BACK, now + 2 * _A_WAY_ON):
        if planned.at is not None and planned.at >= now:
            yield planned


def _plan_of(flow: str, check_ins: Sequence[CheckIn], rhythm: Rhythm, start: datetime, end: datetime) -> Iterator[Planned]:
    mine = [one for one in check_ins if one.flow == flow]
    days = sorted(day for one in mine for day in one.days)
    found = list(occurrences(mine, rhythm.zone, start, end + _A_WAY_ON))
    kept = [one for one in found if not rhythm.slower or _is_second(one.day, days)]
    next_after = {one.day: later.moment for one, later in pairwise(kept)}
    for one in takewhile(lambda one: one.moment < end, found):
        if rhythm.slower and not _is_second(one.day, days):
            yield Planned(flow, one.day, one.moment, None, "pace")
            continue
        at = next_allowed(one.moment, rhythm.safe_from, rhythm.safe_to, rhythm.zone)
        if one.day in next_after and at >= next_after[one.day]:
            yield Planned(flow, one.day, one.moment, None, "next")
        else:
            yield Planned(flow, one.day, one.moment, at, "" if at == one.moment else "hours")


def _is_second(day: date, days: Sequence[int]) -> bool:
    """Every second one of a flow that comes on these days of the week, counted from the same Monday for everybody.

    Not by the number of the week in its year: that would ask twice in a row where a year has 53.
    """
    week = (day.toordinal() - 1) // 7
    return (week * len(days) + sum(other < day.weekday() for other in days)) % 2 == 0


def _of(check_in: CheckIn, zone: str, start: datetime, end: datetime) -> Iterator[Occurrence]:
    """The occurrences of one line of the file; months that were worked out before are not worked out again."""
    first, last = (local_day(moment, zone).toordinal() // _MONTH for moment in (start, end))
    for month in range(first, last + 1):
        for one in _month(check_in, zone, month):
            if start <= one.moment < end:
                yield one


@lru_cache(maxsize=2048)
def _month(check_in: CheckIn, zone: str, month: int) -> tuple[Occurrence, ...]:
    """What falls on the 31 days from the ordinal `month` × 31 on."""
    place = ZoneInfo(zone)
    first = date.fromordinal(max(month * _MONTH, 1))
    days = ",".join(str(day + 1) for day in sorted(check_in.days))  # cron's Monday is 1
    line = f"{check_in.minute % 60} {check_in.minute // 60} * * {days}"
    # cronsim begins after the moment that it is given, and reads that off the wall.
    shown = CronSim(line, datetime.combine(first, time(), place) - timedelta(seconds=1))
    until = first + _MONTH * _A_DAY
    inside = takewhile(lambda one: one.date() < until, shown)
    return tuple(Occurrence(check_in.flow, one.date(), one.astimezone(UTC)) for one in inside)
