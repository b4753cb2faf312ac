"""A moment as a person says it: days by Unicode's own data (CLDR, through Babel), the time as language.yml has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

_DATE = "MMMMEEEEd"  # a skeleton: Unicode's data puts its parts in the order of each language
_WEEK = 7


def when(
    moment: datetime,
    zone: str,
    now: datetime,
    *,
    code: str,
    settings: Mapping[str, object],
    say: Callable[..., str],
) -> str:
    """As it reads after "by" and "at": 14:20 today, 09:00 tomorrow, 09:00 on Monday, 09:00 on Monday 2 November."""
    local, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    locale = _locale(code)
    clock = _clock(local, locale, settings)
    days = (local.date() - here.date()).days
    if days == 0:
        return say("when.today", time=clock)
    if days == 1:
        return say("when.tomorrow", time=clock)
    if 1 < days < _WEEK:
        return say("when.weekday", time=clock, day=format_date(local, "EEEE", locale=locale))
    return say("when.date", time=clock, day=_day(local, locale, settings))


def _clock(local: datetime, locale: Locale, settings: Mapping[str, object]) -> str:
    pattern = settings.get("time") or "HH:mm"
    if local.hour == 1:
        pattern = settings.get("time_at_one") or pattern
    return format_time(local.time(), str(pattern), locale=locale)


def _day(local: datetime, locale: Locale, settings: Mapping[str, object]) -> str:
    pattern = settings.get("date")
    if pattern:
        return format_date(local, str(pattern), locale=locale)
    return format_skeleton(_DATE, local, locale=locale)


def _locale(code: str) -> Locale:
    """Names of days in the language; in English where Unicode's data has no such language."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
