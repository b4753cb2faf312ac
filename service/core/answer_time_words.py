"""Words for days, months and times of day in a language: Unicode's own data (CLDR, through Babel) and small words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from service.core.keywords import fold

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_HOURS: Final = frozenset(range(24))
AM, PM = "a.m", "p.m"  # however they are spelt
_HALF_DAYS: Final = {AM: frozenset(range(12)), PM: frozenset(range(12, 24))}
_NAMED: Final = ("wide", "abbreviated")

# Their hours are counted from six in the morning, so that 2 may be 8: only the 24 hours of a day are sure.
COUNTED_FROM_SIX: Final = frozenset({"am", "so", "sw"})
# CLDR has no words for "at" and "o'clock". A word missing here costs a person one more question, so none is doubtful.
_SMALL: Final[Mapping[str, str]] = {
    "ar": "في يوم على",
    "bn": "এ তে",
    "cy": "am ar ar y yn o'r y dydd",
    "en": "at on the of for",
    "es": "a al el la las de del en",
    "fr": "a le la les de du au",
    "pl": "o w we dnia na",
    "pt": "a as o de da do na no em dia",
    "ro": "la pe in de ziua",
    "so": "maalinta",
    "sw": "siku ya tarehe",
    "ur": "کو پر ko par",
}
_CLOCK: Final[Mapping[str, str]] = {
    "ar": "الساعة الساعه ساعة",
    "bn": "টা টায় টার",
    "cy": "gloch",
    "en": "o'clock oclock h hr hrs hours",
    "es": "h hrs horas",
    "fr": "h heure heures",
    "pl": "godz godzina godzinie",
    "pt": "h hora horas",
    "ro": "ora orele h",
    "ur": "بجے baje bajay",
}


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Folded words of one language and English. `periods`: a part of the day to the hours it may mean."""

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    periods: Mapping[str, frozenset[int]]
    noons: Mapping[str, int]
    small: frozenset[str]
    clock: frozenset[str]
    day_first: bool
    from_six: bool


@lru_cache(maxsize=64)
def time_words(language: str) -> TimeWords:
    """The words of a language code, and the English ones beside them."""
    base = language.replace("_", "-").partition("-")[0]
    locales = [locale for code in (base, "en") if (locale := _locale(code)) is not None]
    from_six = base in COUNTED_FROM_SIX
    codes = dict.fromkeys((base, "en"))
    return TimeWords(
        weekdays=_merged(_names(locale.days, parts=True) for locale in locales),
        months=_merged(_names(locale.months, parts=False) for locale in locales),
        periods=_HALF_DAYS if from_six else {**_merged(map(_periods, locales)), **_HALF_DAYS},
        noons={} if from_six else _merged(map(_noons, locales)),
        small=frozenset(fold(word) for code in codes for word in _SMALL.get(code, "").split()),
        clock=frozenset(fold(word) for code in codes for word in _CLOCK.get(code, "").split()),
        day_first=base != "en" and _is_day_first(locales[0]),
        from_six=from_six,
    )


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return None


def _is_day_first(locale: Locale) -> bool:
    pattern = str(locale.date_formats["short"].pattern)
    return -1 < pattern.find("d") < pattern.find("M")


def _merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The first table's word counts, where two have the same."""
    merged: dict[str, Any] = {}
    for table in tables:
        merged = {**table, **merged}
    return merged


def _names(data: Mapping[str, Mapping[str, Mapping[int, str]]], *, parts: bool) -> dict[str, int]:
    """Folded names to their number; with `parts` also a word that only one has: "Llun" of "Dydd Llun"."""
    meant: dict[str, set[int]] = {}
    for forms in data.values():
        for width in _NAMED:
            for number, name in forms.get(width, {}).items():
                words = (name, *name.replace("-", " ").split()) if parts else (name,)
                for word in words:
                    meant.setdefault(fold(word), set()).add(number)
    return {word: next(iter(numbers)) for word, numbers in meant.items() if word and len(numbers) == 1}


def _said(locale: Locale) -> Iterator[tuple[str, str]]:
    """Each part of the day, and how it is said."""
    for forms in locale.day_periods.values():
        for width in ("wide", "abbreviated"):
            for name, said in forms.get(width, {}).items():
                yield str(name), fold(str(said))


def _periods(locale: Locale) -> dict[str, frozenset[int]]:
    hours: dict[str, set[int]] = {}
    for name, said in _said(locale):
        if said not in ("", "am", "pm") and name not in ("noon", "midnight"):
            hours.setdefault(said, set()).update(_hours_of(locale, name))
    return {said: frozenset(found) for said, found in hours.items()}


def _noons(locale: Locale) -> dict[str, int]:
    return {said: 12 if name == "noon" else 0 for name, said in _said(locale) if name in ("noon", "midnight")}


def _hours_of(locale: Locale, period: str) -> frozenset[int]:
    if period in ("am", "pm"):
        return _HALF_DAYS[AM if period == "am" else PM]
    found: set[int] = set()
    for rule in locale.day_period_rules.get("selection", {}).get(period, ()):
        start, end = (int(rule.get(key, 0)) // 3600 for key in ("from", "before"))
        found.update(range(start, end) if start < end else (*range(start, 24), *range(end)))
    return frozenset(found)
