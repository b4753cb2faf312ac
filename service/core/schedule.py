"""Wall clocks and moments: safe hours, and what a clock time means on the two nights when clocks change.

Inside, every moment is aware and UTC; a wall clock time belongs to a zone. Rules follow PEP 495 through zoneinfo.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def local_day(now: datetime, zone: str) -> date:
    """The date that a calendar in `zone` shows at `now` (aware)."""
    return now.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=8192)  # promises ask for the same few edges of the same 14 days on every text
def moment_at(day: date, minute: int, zone: str) -> datetime:
    """The UTC moment when a clock in `zone` shows `minute` minutes after midnight of `day` (1440 is the next midnight).

    A time that happens twice is its first; a time that never happens is the moment at which the clocks jump over it.
    So the end of one shift is always the start of the next, and a later clock time is never an earlier moment.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return _moments(wall, ZoneInfo(zone))[0]


def in_safe_hours(now: datetime, safe_from: time, safe_to: time, zone: str) -> bool:
    """Whether a clock in the person's `zone` shows a safe time; 22:00 to 06:00 is a night, equal times are always."""
    shown = now.astimezone(ZoneInfo(zone)).time()
    if safe_from == safe_to:
        return True
    if safe_from < safe_to:
        return safe_from <= shown < safe_to
    return shown >= safe_from or shown < safe_to


def next_allowed(now: datetime, safe_from: time, safe_to: time, zone: str) -> datetime:
    """The first moment from `now` on (itself included) that is in the person's safe hours, in UTC."""
    if in_safe_hours(now, safe_from, safe_to, zone):
        return now.astimezone(UTC)
    openings = (moment for moment in _openings(now, safe_from, zone) if moment > now)
    return next(moment for moment in openings if in_safe_hours(moment, safe_from, safe_to, zone))


def _openings(now: datetime, safe_from: time, zone: str) -> Iterator[datetime]:
    """When safe hours open, from today on: on an autumn night perhaps twice, on a spring night for no time at all."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    for days in range(4):
        yield from _moments(datetime.combine(today + timedelta(days=days), safe_from), place)


def _moments(wall: datetime, place: ZoneInfo) -> tuple[datetime, ...]:
    """The one or two UTC moments of a naive wall clock time, or the jump that leaves it out."""
    early, late = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return (early,)
    if early < late:
        return (early, late)
    # In a gap PEP 495 turns the two round: fold=0 lands after the jump and fold=1 before it.
    return (_jump_between(late, early, place),)


def _jump_between(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The second at which the offset of `place` changes, found by halving."""
    old = before.astimezone(place).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        unchanged = (before + timedelta(seconds=middle)).astimezone(place).utcoffset() == old
        low, high = (middle, high) if unchanged else (low, middle)
    return before + timedelta(seconds=high)
