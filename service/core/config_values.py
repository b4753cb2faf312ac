"""The few kinds of words that config is written in: times, days, dates, how long, languages, places, phone numbers.

Each function takes what somebody wrote and gives its meaning, or raises Unclear with what to write instead.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from service.core.config import Within
from service.core.rota import MINUTES_A_DAY
from service.core.yaml_lines import Unclear

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_SAID_AS = {day: day.title() for day in WEEK} | {
    "every day": "every day",
    "daily": "every day",
    "weekdays": "Monday to Friday",
    "weekends": "Saturday, Sunday",
}
UNITS = {"minute": 1, "minutes": 1, "hour": 60, "hours": 60}
SAID_AS = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB"}
YEARS = range(2000, 2200)
MEMBER_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_PROMISE = timedelta(days=7)


def clock(words: str) -> int:
    """09:00 → minutes after midnight; 24:00 is the end of the day."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", words)
    minutes = int(found[1]) * 60 + int(found[2]) if found else MINUTES_A_DAY + 1
    if minutes > MINUTES_A_DAY:
        raise Unclear(f"{words} is not a time of day; write one from 00:00 to 24:00, such as 09:00")
    return minutes


def weekdays(words: str) -> frozenset[int]:
    """every day, Monday to Friday, or Saturday, Sunday → numbers from Monday 0."""
    if words.casefold() == "every day":
        return frozenset(range(7))
    days: set[int] = set()
    for part in re.split(r"\s*,\s*|\s+and\s+", words):
        first, _, last = (side.strip() for side in part.partition(" to "))
        begin, end = _weekday(first), _weekday(last or first)
        days |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(days)


def one_date(words: str) -> date:
    """2026-12-25 → a date between 2000 and 2199."""
    try:
        day = date.fromisoformat(words) if re.fullmatch(r"\d{4}-\d\d-\d\d", words, re.ASCII) else None
    except ValueError:
        raise Unclear(f"{words} is not a day that exists; write one such as 2026-12-25") from None
    if day is None or day.year not in YEARS:
        raise Unclear(f"{words} is not a date; write year-month-day, such as 2026-12-25")
    return day


def dates(words: str) -> tuple[date, date]:
    """2026-12-25, or 2026-12-24 to 2026-12-31 → the first and the last day."""
    first, _, last = (side.strip() for side in words.partition(" to "))
    begin = one_date(first)
    end = one_date(last) if last else begin
    if end < begin:
        raise Unclear(f"{last} is before {first}; write the earlier day first")
    return begin, end


def how_long(words: str) -> timedelta:
    """5 minutes or 2 hours → a time of one minute or more."""
    found = re.fullmatch(r"([0-9]{1,6}) (\w+)", words)
    if not found or found[2] not in UNITS or int(found[1]) == 0:
        raise Unclear(f"{words} is not a length of time; write it as 5 minutes or 2 hours")
    return timedelta(minutes=int(found[1]) * UNITS[found[2]])


def wait(words: str) -> timedelta:
    """How long a rung waits: from 1 minute to 1 hour."""
    return _at_most(words, timedelta(hours=1), "1 hour")


def forgotten_after(words: str) -> timedelta:
    """How long a claim may stay silent: from 1 minute to 1 day."""
    return _at_most(words, timedelta(days=1), "24 hours")


def within(words: str) -> Within:
    """15 minutes, 24 hours or 1 working day → what is promised, at most 7 days."""
    working = re.fullmatch(r"([1-5]) working days?", words)
    if working:
        return Within(working_days=int(working[1]))
    if "working" in words:
        raise Unclear(f"{words} can't be promised; write from 1 working day to 5 working days")
    return Within(time=_at_most(words, LONGEST_PROMISE, "5 working days"))


def yes_or_no(words: str) -> bool:
    """Yes or no → whether."""
    if words.casefold() not in ("yes", "no"):
        raise Unclear(f"{words} is not an answer here; write yes or no")
    return words.casefold() == "yes"


def member_id(words: str) -> str:
    """A short name for a member in config: small letters a to z, digits, single dashes."""
    if not MEMBER_ID.fullmatch(words) or words == "nobody":
        raise Unclear(f"{words} can't name a member; write a short name in small letters, such as amina or amina-k")
    return words


def zone(words: str) -> str:
    """Europe/London → the same, if the world has such a time zone."""
    known = _zones()
    if words in known:
        return words
    city = words.rpartition("/")[2].replace(" ", "_").casefold()
    same_city = [name for name in known if name.rpartition("/")[2].casefold() == city]
    close = same_city or get_close_matches(words, known, n=1, cutoff=0.8)
    if close:
        raise Unclear(f"there is no time zone {words}; did you mean {close[0]}?")
    raise Unclear(f"there is no time zone {words}; write the continent and a big city of it, such as Europe/London")


def language(words: str) -> str:
    """En or ur → the same, if it is a language's code (ISO 639; a script may follow, as in ur-Latn)."""
    names = Locale("en").languages
    base, _, script = words.partition("-")
    if base in names and base.islower() and (not script or script in Locale("en").scripts):
        return words
    by_name = {str(name).casefold(): code for code, name in names.items()}
    code = by_name.get(words.casefold()) or words.casefold()
    if code in names and "_" not in code:
        raise Unclear(f"{words} is not a language's code; did you mean {code}?")
    raise Unclear(f"{words} is not a language's code; write its two or three letters, such as en, cy or ur")


def country(words: str) -> str:
    """GB → the same, if it is a country's code (ISO 3166)."""
    names = Locale("en").territories
    if re.fullmatch("[A-Z]{2}", words) and words in names:
        return words
    by_name = {str(name).casefold(): code for code, name in names.items()}
    code = (by_name | SAID_AS).get(words.casefold(), words.upper())
    if re.fullmatch("[A-Z]{2}", code) and code in names:
        raise Unclear(f"{words} is not a country's code; did you mean {code}?")
    raise Unclear(f"{words} is not a country's code; write its two letters, such as GB")


def to_dial(words: str) -> str:
    """What a person dials: digits, with single spaces between; + may begin it."""
    if not re.fullmatch(r"\+?[0-9]+( [0-9]+)*", words):
        raise Unclear("a number to ring is digits and single spaces; write it as a person in the country would dial it")
    return words


def to_text(words: str) -> str:
    """Whom a person texts: a number, or a word and a number (text SHOUT to 85258)."""
    if not re.fullmatch(r"(text \w+ to )?\+?[0-9]+( [0-9]+)*", words):
        raise Unclear("write a number to text, or: text SHOUT to 85258")
    return words


def _weekday(words: str) -> int:
    if words.casefold() in WEEK:
        return WEEK.index(words.casefold())
    close = get_close_matches(words.casefold(), DAYS_SAID_AS, n=1)
    shapes = "write every day, Monday to Friday, or Saturday, Sunday"
    hint = f"did you mean {DAYS_SAID_AS[close[0]]}?" if close else shapes
    raise Unclear(f"{words or 'nothing'} is not a day of the week; {hint}")


def _at_most(words: str, limit: timedelta, said: str) -> timedelta:
    length = how_long(words)
    if length > limit:
        raise Unclear(f"{words} is too long; write {said} at most")
    return length


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))
