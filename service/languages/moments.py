"""A moment as a person says it: days by Unicode's own data (CLDR, through Babel), the time as language.yml has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from service.core.language_codes import unicode_locale
from service.languages.settings import strings

_DATE = "MMMMEEEEd"  # a skeleton: Unicode's data puts its parts in the order of each language
_DAY_AND_MONTH = "MMMMd"
_DATE_ELSEWHERE = "EEEE d MMMM"  # where there is no such data
_WEEKDAY = re.compile(r"E+[,،]?")
_DAY_NAME, _MONTH_NAME = re.compile(r"E+"), re.compile(r"M{3,}|L{3,}")
_DAY_HERE, _MONTH_HERE = "\ue000", "\ue001"  # no letters of a pattern, nor of anybody's words
_WEEK = 7
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_A_MONDAY = 2  # of November 2026
_TIME_ANSWER = re.compile(rf"(?P<day>{'|'.join(_DAYS)})? ?(?:(?P<start>[0-2]\d:[0-5]\d)(?:-(?P<end>[0-2]\d:[0-5]\d))?)?")

Say = Callable[..., str]


def when(
    moment: datetime,
    zone: str,
    now: datetime,
    *,
    code: str,
    settings: Mapping[str, object],
    say: Say,
) -> str:
    """As it reads after "by" and "at": 14:20 today, 09:00 tomorrow, 09:00 on Monday, 09:00 on Monday 2 November."""
    local, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    locale = _locale(code)
    clock = _clock(local.time(), locale, settings)
    days = (local.date() - here.date()).days
    if days == 0:
        return say("when.today", time=clock)
    if days == 1:
        return say("when.tomorrow", time=clock)
    if 1 < days < _WEEK:
        return say("when.weekday", time=clock, day=_weekday(local.date(), locale, settings))
    return say("when.date", time=clock, day=_day(local.date(), code, settings))


def answered_time(value: str, *, code: str, settings: Mapping[str, object], say: Say) -> str | None:
    """An answer to "When?" as a person says it: `tue 14:00` is Tuesday 14:00; None if it is no such answer."""
    found = _TIME_ANSWER.fullmatch(value)
    if found is None or not value:
        return None
    locale = _locale(code)
    clocks = [_clock(_time_of(one), locale, settings) for one in (found["start"], found["end"]) if one]
    said = say("time.between", first=clocks[0], last=clocks[1]) if len(clocks) > 1 else "".join(clocks)
    if not found["day"]:
        return said or None
    weekday = _weekday(date(2026, 11, _A_MONDAY + _DAYS.index(found["day"])), locale, settings)
    return say("time.on_day", day=weekday, time=said) if said else weekday


def answered_day(value: str, *, code: str, settings: Mapping[str, object]) -> str | None:
    """An answer that is an ISO day, as a person says it: Tuesday 24 November; None if it is none."""
    try:
        return _day(date.fromisoformat(value), code, settings)
    except ValueError:
        return None


def day_and_month(day: date, *, code: str, settings: Mapping[str, object]) -> str:
    """3 December, as the language writes it."""
    pattern = _WEEKDAY.sub("", _pattern(code, settings) or "").strip()
    if pattern:
        return _written(day, pattern, code, settings)
    return format_skeleton(_DAY_AND_MONTH, day, locale=_locale(code))


def _time_of(clock: str) -> time:
    hour, minute = clock.split(":")
    return time(int(hour) % 24, int(minute))


def _clock(clock: time, locale: Locale, settings: Mapping[str, object]) -> str:
    pattern = settings.get("time") or "HH:mm"
    if clock.hour == 1:
        pattern = settings.get("time_at_one") or pattern
    return format_time(clock, str(pattern), locale=locale)


def _day(day: date, code: str, settings: Mapping[str, object]) -> str:
    pattern = _pattern(code, settings)
    if pattern:
        return _written(day, pattern, code, settings)
    return format_skeleton(_DATE, day, locale=_locale(code))


def _pattern(code: str, settings: Mapping[str, object]) -> str | None:
    """How a date is written: as language.yml has it; None where Unicode's own data says how."""
    if settings.get("date"):
        return str(settings["date"])
    return None if unicode_locale(code) and not settings.get("months") else _DATE_ELSEWHERE


def _written(day: date, pattern: str, code: str, settings: Mapping[str, object]) -> str:
    """A day by a pattern, with the language's own names of days and months where language.yml has them."""
    days, months = strings(settings, "days"), strings(settings, "months")
    if days:
        pattern = _DAY_NAME.sub(_DAY_HERE, pattern)
    if months:
        pattern = _MONTH_NAME.sub(_MONTH_HERE, pattern)
    written = format_date(day, pattern, locale=_locale(code))
    for mark, names, place in ((_DAY_HERE, days, day.weekday()), (_MONTH_HERE, months, day.month - 1)):
        written = written.replace(mark, names[place]) if names else written
    return written


def _weekday(day: date, locale: Locale, settings: Mapping[str, object]) -> str:
    days = strings(settings, "days")
    return days[day.weekday()] if days else format_date(day, "EEEE", locale=locale)


def _locale(code: str) -> Locale:
    """Names of days in the language; in English where Unicode's data has none in its script."""
    return unicode_locale(code) or Locale("en")
