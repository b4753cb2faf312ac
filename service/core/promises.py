"""The times that we state, all of them computed from the rota: no rota, no promise (I17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.core.config import Config, Within
from service.core.model import Urgency
from service.core.rota import HORIZON, MINUTES_A_DAY, Counts, Run, covered
from service.core.routing import reads, takes_urgent
from service.core.schedule import in_safe_hours, local_day, moment_at

READING_TIME = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)
_DAYS_WITH_NAMES = timedelta(days=6)
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Promise:
    """What may truthfully be said now. `when` is None where nothing may be promised.

    `next_on` is `now` while somebody is on duty, and None if nobody is within 14 days.
    """

    when: datetime | None
    on_duty_now: bool
    next_on: datetime | None


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """Weekdays (Monday is 0) with the same reading hours, on the rota's clock; `end` may be on the next morning.

    Midnight stands for the end of the day in `end`, so 00:00 to 00:00 is the whole day.
    """

    days: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class ReadHours:
    """When messages are read in the coming seven days: always, or in these spans, or (none) never."""

    always: bool
    spans: tuple[ReadSpan, ...]

    @property
    def never(self) -> bool:
        """Whether nobody reads anything all week."""
        return not self.always and not self.spans


def promise(urgency: Urgency, now: datetime, config: Config) -> Promise:
    """By when somebody will have read this, never sooner than the rota gives; looks 14 days ahead."""
    rule, counts = config.service.promises.of(urgency), _counts(urgency, config)
    when, next_on = None, None
    # Most promises are kept by whoever is on duty now: only else are the whole 14 days worked out.
    for horizon in (rule.time if rule else timedelta(), HORIZON):
        runs = list(covered(config.rota, counts, now, now + horizon))
        next_on = runs[0].start if runs else None
        when = _kept(rule, runs, now, config.rota.zone) if rule else None
        if when:
            break
    return Promise(when, on_duty_now=next_on is not None and next_on <= now, next_on=next_on)


def reading_time(within: Within) -> timedelta:
    """How long somebody is on duty without a break before a promised moment: the whole promise, or an hour of it."""
    return READING_TIME if within.working_days else min(within.time, READING_TIME)


def times_to_offer(config: Config, now: datetime, hours: tuple[time, time], zone: str, many: int = 3) -> tuple[str, ...]:
    """The next half-hours, on the person's clock and in their safe hours, in which trained staff are on duty throughout.

    Written as answers to a time question are (`tue 14:30`); none further ahead than a day's name says.
    """
    found: list[str] = []
    for run in covered(config.rota, reads(config.team), now, now + _DAYS_WITH_NAMES):
        moment = _next_half_hour(max(run.start, now), zone)
        while moment + HALF_AN_HOUR <= run.end and len(found) < many:
            if moment > now and in_safe_hours(moment, *hours, zone):
                local = moment.astimezone(ZoneInfo(zone))
                found.append(f"{_DAY_NAMES[local.weekday()]} {local:%H:%M}")
            moment += HALF_AN_HOUR
    return tuple(found)


def read_hours(config: Config, now: datetime) -> ReadHours:
    """When trained staff read messages in the seven local days from today, changes included."""
    zone, today = config.rota.zone, local_day(now, config.rota.zone)
    begin, end = (moment_at(today + days * ONE_DAY, 0, zone) for days in (-1, 8))
    runs = list(covered(config.rota, reads(config.team), begin, end))
    if runs == [Run(begin, end)]:
        return ReadHours(always=True, spans=())
    week = {today + days * ONE_DAY for days in range(7)}
    pieces = [piece for run in runs for piece in _readable(run, zone) if local_day(piece.start, zone) in week]
    return ReadHours(always=False, spans=_by_hours(pieces, zone))


def _next_half_hour(moment: datetime, zone: str) -> datetime:
    """The next time at which a clock in the zone shows a full or half hour."""
    shown = moment.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=shown.minute % 30, seconds=shown.second, microseconds=shown.microsecond)
    return moment.astimezone(UTC) - past + (HALF_AN_HOUR if past else timedelta())


def _counts(urgency: Urgency, config: Config) -> Counts:
    return takes_urgent(config.team) if urgency is Urgency.URGENT else reads(config.team)


def _kept(rule: Within, runs: Sequence[Run], now: datetime, zone: str) -> datetime | None:
    if rule.working_days:
        return _end_of_working_day(rule.working_days, runs, local_day(now, zone), zone)
    return _in_covered_time(rule.time, reading_time(rule), runs)


def _in_covered_time(promised: timedelta, reading: timedelta, runs: Sequence[Run]) -> datetime | None:
    """The moment at which the promised time has passed while somebody was on duty, the last of it in one piece."""
    left = promised
    for run in runs:
        kept = run.start + max(left, reading)
        if kept <= run.end:
            return kept
        left -= run.end - run.start
    return None


def _end_of_working_day(days: int, runs: Sequence[Run], today: date, zone: str) -> datetime | None:
    """The end of duty on the n-th day after today on which somebody is on duty for as long as reading takes."""
    later = [piece for run in runs for piece in _by_day(run, zone) if local_day(piece.start, zone) > today]
    ends: dict[date, datetime] = {}
    for piece in later:
        day = local_day(piece.start, zone)
        # A minute early, or a duty until midnight would be said as the next day.
        end = min(piece.end, moment_at(day, MINUTES_A_DAY, zone) - ONE_MINUTE)
        if end - piece.start >= READING_TIME:
            ends[day] = end
    return list(ends.values())[days - 1] if len(ends) >= days else None


def _by_day(run: Run, zone: str) -> Iterator[Run]:
    """A run, cut at each local midnight."""
    start = run.start
    while start < run.end:
        stop = min(run.end, moment_at(local_day(start, zone), MINUTES_A_DAY, zone))
        yield Run(start, stop)
        start = stop


def _readable(run: Run, zone: str) -> Iterable[Run]:
    """A night shift stays whole, as people say it; what lasts longer than a day is said day by day."""
    return (run,) if run.end - run.start < ONE_DAY else _by_day(run, zone)


def _by_hours(pieces: Sequence[Run], zone: str) -> tuple[ReadSpan, ...]:
    """Days with the same hours together, in the order of the week."""
    place = ZoneInfo(zone)
    days: dict[tuple[time, time], list[int]] = {}
    for piece in pieces:
        start, end = piece.start.astimezone(place), piece.end.astimezone(place)
        days.setdefault((start.time(), end.time()), []).append(start.weekday())
    spans = [ReadSpan(tuple(sorted(on)), start, end) for (start, end), on in days.items()]
    return tuple(sorted(spans, key=lambda span: (span.days, span.start)))
