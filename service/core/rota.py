"""Who is working when: weekly shifts, one-off changes, and the unbroken stretches that they make together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from service.core.schedule import local_day, moment_at

MINUTES_A_DAY = 24 * 60
HORIZON = timedelta(days=14)
ONE_DAY = timedelta(days=1)

Counts = Callable[[str, date], bool]
"""Whether a member counts on a local day: training ends with a day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From and to, in minutes after midnight of the day they start; `end` above 1440 is on the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shift:
    """The same people on the same weekdays (Monday is 0). A shift past midnight belongs to the day it starts."""

    who: tuple[str, ...]
    days: frozenset[int]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Change:
    """A swap or a holiday: in these hours of each of these days exactly `who` is on duty, perhaps nobody."""

    first: date
    last: date
    who: tuple[str, ...]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Rota:
    """The whole rota in its zone, in the order written."""

    zone: str
    shifts: tuple[Shift, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken time, from `start` up to but not including `end` (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run within one local day in which the same people are on duty."""

    start: datetime
    end: datetime
    day: date
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Times:
    """The shifts and changes that touch one local day, each with its run, in the order written."""

    shifts: tuple[tuple[Run, tuple[str, ...]], ...]
    changes: tuple[tuple[Run, tuple[str, ...]], ...]


def on_duty(rota: Rota, now: datetime) -> tuple[str, ...]:
    """Who is on duty at `now`, in the order written."""
    return _who_is_on(_times(rota, local_day(now, rota.zone)), now)


def on_duty_until(rota: Rota, who: str, now: datetime) -> datetime | None:
    """When this member's duty ends (looking 14 days ahead at most), or None if they are not on duty at `now`."""
    return covered_until(rota, (who,), now)


def covered_until(rota: Rota, members: Collection[str], now: datetime) -> datetime | None:
    """Until when one or other of these members is on duty without a break (14 days at most); None if nobody is now."""
    first = _first_run(rota, members, now)
    return first.end if first and first.start <= now else None


def next_on(rota: Rota, members: Collection[str], now: datetime) -> datetime | None:
    """When one of these members is next on duty: `now` itself if one is; None if nobody within 14 days."""
    first = _first_run(rota, members, now)
    return first.start if first else None


def covered(rota: Rota, counts: Counts, since: datetime, until: datetime) -> Iterator[Run]:
    """The unbroken runs between two moments in which somebody who counts is on duty, in order."""
    start = end = None
    for stretch in stretches(rota, since, until):
        if not any(counts(who, stretch.day) for who in stretch.who):
            continue
        if start is not None and end == stretch.start:
            end = stretch.end
            continue
        if start is not None and end is not None:
            yield Run(start, end)
        start, end = stretch.start, stretch.end
    if start is not None and end is not None:
        yield Run(start, end)


def stretches(rota: Rota, since: datetime, until: datetime) -> Iterator[Stretch]:
    """The time between two moments, cut wherever the people on duty or the local day may change."""
    start = since.astimezone(UTC)
    while start < until:
        day = local_day(start, rota.zone)
        times = _times(rota, day)
        stop = min(moment_at(day, MINUTES_A_DAY, rota.zone), until.astimezone(UTC))
        edges = {edge for run, _ in times.shifts + times.changes for edge in (run.start, run.end)}
        cuts = sorted({start, stop} | {edge for edge in edges if start < edge < stop})
        for one, other in pairwise(cuts):
            yield Stretch(one, other, day, _who_is_on(times, one))
        start = stop


def _who_is_on(times: _Times, now: datetime) -> tuple[str, ...]:
    """The rule of precedence, from top to bottom: a change, the last written first; then every weekly shift."""
    for run, who in reversed(times.changes):
        if run.start <= now < run.end:
            return who
    people = [person for run, who in times.shifts if run.start <= now < run.end for person in who]
    return tuple(dict.fromkeys(people))


def _times(rota: Rota, day: date) -> _Times:
    """What may be running on a local day: all that starts on it or on the day before."""
    days = (day - ONE_DAY, day)
    shifts = [(_run(rota, on, x.hours), x.who) for x in rota.shifts for on in days if on.weekday() in x.days]
    changes = [(_run(rota, on, x.hours), x.who) for x in rota.changes for on in days if x.first <= on <= x.last]
    return _Times(tuple(shifts), tuple(changes))


def _run(rota: Rota, day: date, hours: Hours) -> Run:
    return Run(moment_at(day, hours.start, rota.zone), moment_at(day, hours.end, rota.zone))


def _first_run(rota: Rota, members: Collection[str], now: datetime) -> Run | None:
    return next(covered(rota, lambda who, _: who in members, now, now + HORIZON), None)
