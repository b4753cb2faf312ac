"""A day of the calendar from a text: "12 November", "Friday", "tomorrow", 2025-11-12. Doubtful ones are none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from service.core.answer_choices import certain
from service.core.answer_time_words import WEEKDAYS, TimeWords, time_words
from service.core.answer_words import Reply, Understood

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?")
_PIECE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([/.-])\d{1,2}(?:\1(?:\d{4}|\d\d))?(?!\d)|\d+|[^\s\d,;:]+")
_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|o|a|ain|af|il|ydd|ed|fed|eg)\b")
_LONGEST_PHRASE: Final = 3
_MOST_DIGITS: Final = 4
_YEARS: Final = range(1900, 2101)


def date_in(reply: Reply) -> Understood | None:
    """An ISO day; without a year, or as a weekday, the next one from today on."""
    return certain(reply, lambda folded: _read(folded, reply))


@dataclass(slots=True)
class _Found:
    """What a text holds."""

    numbers: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)


def _read(folded: str, reply: Reply) -> str | None:
    words = time_words(reply.vocabulary.language)
    pieces = [match[0] for match in _PIECE.finditer(_ORDINAL.sub("", folded))]
    found = _Found()
    place = 0
    while place < len(pieces):
        taken = _take(pieces, place, words, reply, found)
        if not taken:
            return None
        place += taken
    day = _day(found, reply.today)
    return None if day is None else day.isoformat()


def _take(pieces: list[str], place: int, words: TimeWords, reply: Reply, found: _Found) -> int:
    piece = pieces[place]
    if piece.isdecimal() and len(piece) <= _MOST_DIGITS:
        found.numbers.append(int(piece))
        return 1
    if piece[0].isdecimal():
        day = _numeric(piece, words.day_first, reply.today)
        found.days += () if day is None else (day,)
        return int(day is not None)
    for count in range(min(_LONGEST_PHRASE, len(pieces) - place), 0, -1):
        phrase = " ".join(pieces[place : place + count]).rstrip(".")
        if _take_phrase(phrase, words, reply, found, has_number=any(one.isdecimal() for one in pieces)):
            return count
    return 0


def _take_phrase(phrase: str, words: TimeWords, reply: Reply, found: _Found, has_number: bool) -> bool:
    day, month = reply.vocabulary.day(phrase), reply.vocabulary.month(phrase) or words.months.get(phrase)
    if day in WEEKDAYS:
        found.weekdays.append(WEEKDAYS.index(day))
    elif day is not None:
        found.days.append(reply.today + timedelta(days=day == "tomorrow"))
    elif month is not None and (has_number or phrase not in words.weekdays):
        found.months.append(month)
    elif phrase in words.weekdays:
        found.weekdays.append(words.weekdays[phrase])
    else:
        return phrase in words.small
    return True


def _numeric(piece: str, day_first: bool, today: date) -> date | None:
    """3/11 is read as the language writes it; in English, which writes both, only where one number is no month."""
    if match := _ISO.fullmatch(piece):
        return _valid(int(match[1]), int(match[2]), int(match[3]))
    match = _NUMERIC.fullmatch(piece)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if not day_first and first <= 12 and second <= 12 and first != second:
        return None
    day, month = (first, second) if second <= 12 else (second, first)
    if match[4] is None:
        return _next(day, month, today)
    return _valid(int(match[4]) + (2000 if len(match[4]) < 4 else 0), month, day)


def _day(found: _Found, today: date) -> date | None:
    """The one day that everything in the text agrees on."""
    day: date | None = None
    if found.months:
        if len(found.months) > 1 or found.days or not 1 <= len(found.numbers) <= 2:
            return None
        day = _of_month(found.months[0], found.numbers, today)
    elif found.numbers or len(found.days) > 1:
        return None
    elif found.days:
        day = found.days[0]
    elif len(found.weekdays) == 1:
        return today + timedelta(days=(found.weekdays[0] - today.weekday()) % 7)
    if day is None or any(weekday != day.weekday() for weekday in found.weekdays):
        return None
    return day


def _of_month(month: int, numbers: list[int], today: date) -> date | None:
    if len(numbers) == 1:
        return _next(numbers[0], month, today)
    small, large = sorted(numbers)
    return _valid(large, month, small)


def _next(day: int, month: int, today: date) -> date | None:
    """That day this year or in the next in which there is one, from today on."""
    days = (_valid(today.year + years, month, day) for years in range(9))
    return next((found for found in days if found is not None and found >= today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
