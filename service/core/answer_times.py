"""A time from a text: "Tuesday 2pm" is `tue 14:00`, "10 to 12 tomorrow" is `wed 10:00-12:00`. Doubtful ones are none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from service.core.answer_choices import certain, digit
from service.core.answer_time_words import ALL_HOURS, AM, PM, WEEKDAYS, TimeWords, time_words
from service.core.answer_words import Reply, Understood, Vocabulary

_HALF: Final = re.compile(r"(?<=\d)\s?([ap])\.?\s?m\b\.?")  # 2pm, 2 p.m.
_PIECE: Final = re.compile(r"\d+(?:[:.h]\d\d(?!\d))?|[–—-]|[^\s\d,;:–—-]+(?:-[^\s\d,;:–—-]+)*|:")
_CLOCK_TIME: Final = re.compile(r"(\d{1,2})[:.h](\d\d)")
_HALVES: Final = {"am": AM, "pm": PM}
_LONGEST_PHRASE: Final = 4
_RANGE: Final = ("-", "–", "—", "to")
_DAYTIME: Final = range(7, 13)  # 9:30 is the morning; 2:30 may be either half of the day


def time_in(reply: Reply) -> Understood | None:
    """A time of the week or of any day, or a stretch of time; by digit where times were offered."""

    def read(folded: str) -> str | None:
        return digit(folded, reply.options) or _read(folded, reply)

    return certain(reply, read)


def as_hours(understood: Understood) -> Understood | None:
    """The same as a stretch of every day: a single time is an hour from then, one day of the week is no answer."""
    if not understood.values:
        return understood
    value = understood.values[0]
    if " " in value:
        return None
    if "-" not in value:
        hour, minute = value.split(":")
        value = f"{value}-{(int(hour) + 1) % 24:02}:{minute}"
    return Understood((value,), understood.rest)


@dataclass(slots=True)
class _Time:
    """One time while it is read; `hours`: the half or part of the day that it is said to be in."""

    hour: int
    minute: int | None
    is_written_long: bool = False  # 09:30, with its nought
    hours: frozenset[int] = ALL_HOURS


@dataclass(slots=True)
class _Found:
    """What a text holds."""

    times: list[_Time] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    periods: list[frozenset[int]] = field(default_factory=list)
    has_clock: bool = False
    is_range: bool = False


def _read(folded: str, reply: Reply) -> str | None:
    words = time_words(reply.vocabulary.language)
    found = _find(folded, words, reply)
    if found is None or len(found.days) > 1 or len(found.times) != 1 + found.is_range:
        return None
    if not _give_periods(found):
        return None
    clock = [_clock(time, words, found.has_clock or found.is_range) for time in found.times]
    known = [time for time in clock if time is not None]
    if len(known) < len(clock) or (found.is_range and not _is_stretch(*known)):
        return None
    day = f"{WEEKDAYS[found.days[0]]} " if found.days else ""
    return day + "-".join(known)


def _is_stretch(start: str, end: str) -> bool:
    """Half a day at most: what is longer was more likely meant the other way round."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    return 0 < (last - first) % (24 * 60) <= 12 * 60


def _find(folded: str, words: TimeWords, reply: Reply) -> _Found | None:
    """Every word of the text, or None where one is unknown."""
    pieces = _PIECE.findall(_HALF.sub(r" \1.m ", folded))
    found = _Found()
    place = 0
    while place < len(pieces):
        taken = _take(pieces, place, words, reply, found)
        if not taken:
            return None
        place += taken
    return found


def _take(pieces: list[str], place: int, words: TimeWords, reply: Reply, found: _Found) -> int:
    """How many pieces from that place are understood."""
    piece = pieces[place]
    if piece in _RANGE and len(found.times) == 1 and not found.is_range and place + 1 < len(pieces):
        found.is_range = True
        return 1
    if (time := _as_time(piece, reply.vocabulary)) is not None:
        found.times.append(time)
        return 1
    if piece in _HALVES and place and _as_time(pieces[place - 1], reply.vocabulary):
        found.periods.append(words.periods[_HALVES[piece]])  # "two pm"; elsewhere "am" may be another word
        return 1
    for count in range(min(_LONGEST_PHRASE, len(pieces) - place), 0, -1):
        phrase = " ".join(pieces[place : place + count]).rstrip(".")
        if _take_phrase(phrase, words, reply, found):
            return count
    return 0


def _take_phrase(phrase: str, words: TimeWords, reply: Reply, found: _Found) -> bool:
    day = reply.vocabulary.day(phrase)
    if day in WEEKDAYS:
        found.days.append(WEEKDAYS.index(day))
    elif day is not None:
        found.days.append((reply.today + timedelta(days=day == "tomorrow")).weekday())
    elif phrase in words.weekdays:
        found.days.append(words.weekdays[phrase])
    elif phrase in words.periods:
        found.periods.append(words.periods[phrase])
    elif phrase in words.noons:
        found.times.append(_Time(words.noons[phrase], 0, is_written_long=True))
    elif phrase in words.clock:
        found.has_clock = True
    else:
        return phrase in words.small
    return True


def _as_time(piece: str, vocabulary: Vocabulary) -> _Time | None:
    if match := _CLOCK_TIME.fullmatch(piece):
        hour, minute = int(match[1]), int(match[2])
        return _Time(hour, minute, len(match[1]) > 1) if hour < 24 and minute < 60 else None
    said = piece if piece.isdecimal() else vocabulary.number(piece)
    return _Time(int(said), None) if said is not None and len(said) < 3 and int(said) < 24 else None


def _give_periods(found: _Found) -> bool:
    """Each time its part of the day; "2-4pm" says it once, for the end."""
    if len(found.periods) > len(found.times):
        return False
    if len(found.periods) == len(found.times):
        for time, hours in zip(found.times, found.periods, strict=True):
            time.hours = hours
    elif found.periods:
        start, end = found.times
        end.hours = found.periods[0]
        start.hours = end.hours if start.hour % 12 < end.hour % 12 else ALL_HOURS - end.hours
    return True


def _clock(time: _Time, words: TimeWords, has_clock: bool) -> str | None:
    """The 24-hour time; None where it may be either half of the day, or is a bare number that may be anything."""
    if time.hours != ALL_HOURS:
        wanted = {time.hour} if time.hour > 12 else {time.hour % 12, time.hour % 12 + 12}
        fitting = wanted & time.hours
        if len(fitting) != 1:
            return None
        hour = fitting.pop()
    elif time.minute is None and not has_clock:
        return None
    elif time.hour > 12 or (not words.from_six and (time.is_written_long or time.hour in _DAYTIME)):
        hour = time.hour
    else:
        return None
    return f"{hour:02}:{time.minute or 0:02}"
