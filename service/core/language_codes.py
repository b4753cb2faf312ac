"""Codes of languages: which of the languages we speak is meant by one, and what Unicode's data knows of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_SCRIPT: Final = 4  # letters: Latn, Arab
_ENGLISH: Final = Locale("en")


def tidy(code: str) -> str:
    """A code as folders are named: ur-Latn for UR_latn, es-MX for es_mx."""
    language, *rest = re.split("[-_]", code.strip())
    return "-".join((language.lower(), *(one.title() if len(one) == _SCRIPT else one.upper() for one in rest)))


def nearest(code: str, known: Collection[str]) -> str | None:
    """The known language that somebody of that code reads: es for es-MX. Never one in another script: no ur for ur-Latn."""
    wanted = tidy(code)
    if not wanted:
        return None
    by_tidy = {tidy(one): one for one in known}
    script, shorter = script_of(wanted), [wanted]
    while "-" in shorter[-1]:
        shorter.append(shorter[-1].rpartition("-")[0])
    for one in (*shorter, f"{shorter[-1]}-{script}"):
        if one in by_tidy and script_of(one) == script:
            return by_tidy[one]
    return None


def is_spoken(language: str, codes: Iterable[str]) -> bool:
    """Whether somebody who speaks these languages speaks that one: speech has no script, so ur and ur-Latn are one."""
    return tidy(language).partition("-")[0] in {tidy(code).partition("-")[0] for code in codes}


@lru_cache(maxsize=512)
def script_of(code: str) -> str:
    """The script that a code is written in, its own or the likely one: Arab for ur, Latn for ur-Latn; Zzzz: not known."""
    language, *rest = tidy(code).split("-")
    written = [one for one in rest if len(one) == _SCRIPT and one.isalpha()]
    if written:
        return written[0]
    likely = get_global("likely_subtags")
    places = [one for one in rest if one]
    found = str(likely.get("_".join((language, *places[:1]))) or likely.get(language) or "")
    return next((one for one in found.split("_")[1:] if len(one) == _SCRIPT), "Zzzz")


@lru_cache(maxsize=512)
def unicode_locale(code: str) -> Locale | None:
    """Unicode's data on a language in its own script; None where there is none, or only in another script."""
    language, *rest = tidy(code).split("-")
    for known in ("_".join((language, *rest)), language):
        try:
            locale = Locale.parse(known)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if script_of(str(locale)) == script_of(code):
            return locale
    return None


def english_name(code: str) -> str:
    """What English calls a language: Urdu (Latin) for ur-Latn; the code where nobody knows."""
    language, *rest = tidy(code).split("-")
    whole = _ENGLISH.languages.get("_".join((language, *rest)))
    if whole:
        return str(whole)
    more = [str(_ENGLISH.scripts.get(one) or _ENGLISH.territories.get(one) or one) for one in rest]
    return str(_ENGLISH.languages.get(language) or language) + (f" ({', '.join(more)})" if more else "")
