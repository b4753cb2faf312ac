"""A language that is new: its folder, with what Unicode's data knows of it, and a mark wherever a person must write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import get_global
from babel.messages.catalog import Catalog

from service.core.keywords import KeywordTable, fold
from service.core.language_codes import english_name, script_of, tidy, unicode_locale
from service.languages.home import CATALOG, language_folders, read_home
from service.languages.plurals import rule_of
from service.languages.spoken import Languages
from service.languages.update import extracted, merge, with_rule, write_catalog, write_whole

TO_FILL: Final = "TO FILL:"
_ENGLISH: Final = Locale("en")
_RIGHT_TO_LEFT: Final = frozenset(("Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"))
_NO_LANGUAGES: Final = frozenset(("mis", "mul", "root", "und", "zxx"))
_SCRIPT: Final = 4  # letters
_HEAD: Final = """\
# How the service speaks {english}, and how people may speak to it. locales/README.md explains every line.
# {mark} is for somebody who grew up with the language. Until then English is said, and English words are understood.
"""
_WORDS: Final = """\

# The first of stop and start is what we tell people to write. It may not be a word that phone companies act on by
# themselves, such as STOP, END, CANCEL or START.
stop: []  # {mark} words that end our texts, each a whole text
start: []  # {mark} words that begin them again
help: []  # {mark} words that ask how this works
person: []  # {mark} words that ask for a person
why: []  # {mark} words that ask why we ask
call: []  # {mark} words that ask us to ring
stop_phrases: []  # {mark} other ways to say stop, such as: please stop texting me

yes: []  # {mark} how people say yes, in every script and spelling that they text in
no: []  # {mark} how people say no
skip: []  # {mark} how people pass over a question: skip, next, rather not say
joins: []  # {mark} words that only join two answers: and, also
numbers: []  # {mark} what 0, 1, 2 … 20 are called, in this order; other words for the same after a slash
today: []  # {mark} today
tomorrow: []  # {mark} tomorrow
"""
_DAYS: Final = """\
# Unicode's data does not have these in this script, so the English names are said until they are written.
days: []  # {mark} Monday to Sunday
months: []  # {mark} January to December
"""
_PLAIN: Final = """\

# Spelled so, a text that would cost a person two parts may fit one.
plain: {{}}  # {mark} plain spellings of costly letters that everybody can read: {{á: a}}
"""


class CannotAdd(ValueError):
    """There is no such language, or it is there already; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Added:
    """What was made."""

    code: str
    name: str
    folder: Path
    texts: int


def add_language(home: Path, wanted: str) -> Added:
    """Makes locales/CODE with language.yml and messages.po. CannotAdd, or CannotUpdate if a flow is broken."""
    code = tidy(wanted)
    _refuse_unknown(code, wanted)
    for folder in language_folders(home):
        if tidy(folder.name) == code and (folder / "language.yml").exists():
            raise CannotAdd(f"locales/{folder.name} is there already; change its files, or run alongside translate update")
    folder = home / "locales" / code
    catalog = merge(extracted(home), with_rule(Catalog(), rule_of(code)))
    table = Languages.from_snapshot(read_home(home)).keywords()
    others = [one.name for one in language_folders(home)]
    write_whole(folder / "language.yml", settings_text(code, table, others).encode())
    if not (folder / CATALOG).exists():
        write_catalog(folder / CATALOG, catalog, code)
    return Added(code, _own_name(code)[0], folder, sum(bool(message.id) for message in catalog))


def settings_text(code: str, table: KeywordTable, others: list[str]) -> str:
    """A language.yml. `table`: the words that do something already; `others`: the languages beside it."""
    name, is_sure = _own_name(code)
    called = [one for one in _called_elsewhere(code, others) if fold(one) != fold(name) and not table.exactly(fold(one))]
    lines = [
        _HEAD.format(english=english_name(code), mark=TO_FILL),
        f"name: {_quoted(name)}{'' if is_sure else f'  # {TO_FILL} what the language calls itself'}\n",
        f"also_called: [{', '.join(map(_quoted, called))}]  # {TO_FILL} other names that people text to choose it\n",
        f"direction: {_direction(code)}\n",
        f"reviewer:  # {TO_FILL} who has checked all of it, once somebody has\n",
        f"reviewed_on:  # {TO_FILL} when: 2026-11-24\n",
        f"time: {_quoted(_time(code))}\n",
        _WORDS.format(mark=TO_FILL),
        "" if unicode_locale(code) else _DAYS.format(mark=TO_FILL),
        _PLAIN.format(mark=TO_FILL),
    ]
    return "".join(lines)


def _refuse_unknown(code: str, wanted: str) -> None:
    language, *rest = code.split("-")
    aliases = {str(old): str(new) for old, new in get_global("language_aliases").items()}
    is_known = language in _ENGLISH.languages or (language in get_global("likely_subtags") and language not in aliases)
    if not is_known or language in _NO_LANGUAGES:
        raise CannotAdd(f"there is no language {wanted}; {_suggestion(wanted, aliases.get(language))}")
    for one in rest:
        if one not in _ENGLISH.scripts and one not in _ENGLISH.territories:
            raise CannotAdd(f"{one} is no script and no country; write {language}, or {language}-Latn for Latin letters")


def _suggestion(wanted: str, alias: str | None) -> str:
    if alias:
        return f"its code is {tidy(alias)} now"
    names = {name.casefold(): code for code, name in _names()}
    close = get_close_matches(wanted.casefold(), names, n=1, cutoff=0.75)
    if not close:
        return "write its code of ISO 639, such as so for Somali, and the script where there are two: ur-Latn"
    code = tidy(names[close[0]])
    return f"did you mean {code} ({english_name(code)})?"


def _names() -> Iterator[tuple[str, str]]:
    """Codes with what English, and the language itself, calls them."""
    for code, name in _ENGLISH.languages.items():
        if "_" in str(code) or code in _NO_LANGUAGES:
            continue
        yield str(code), str(name)
        locale = unicode_locale(str(code))
        if locale is not None and locale.display_name:
            yield str(code), str(locale.display_name)


def _own_name(code: str) -> tuple[str, bool]:
    """What the language calls itself, and whether that is sure."""
    locale = unicode_locale(code)
    if locale is not None and locale.display_name:
        return str(locale.display_name), True
    language, *rest = code.split("-")
    if script_of(code) == "Latn" and "Latn" in rest:
        return f"Roman {english_name(language)}", False
    return english_name(code), False


def _called_elsewhere(code: str, others: list[str]) -> list[str]:
    """What the languages beside it call it."""
    language, *rest = code.split("-")
    if scripts := [one for one in rest if len(one) == _SCRIPT]:
        english = english_name(language)
        script = "roman" if scripts == ["Latn"] else str(_ENGLISH.scripts.get(scripts[0], scripts[0]))
        return [f"{script} {english}".casefold(), f"{english} {script}".casefold()]
    found = [english_name(code)]
    for other in others:
        locale = unicode_locale(other)
        found.append(str((locale.languages if locale else {}).get("_".join((language, *rest))) or ""))
    return list({fold(name): name.casefold() for name in found if name}.values())


def _direction(code: str) -> str:
    return "rtl" if script_of(code) in _RIGHT_TO_LEFT else "ltr"


def _time(code: str) -> str:
    """The short time of day by Unicode's data, with a plain space where it has one that a text would pay for."""
    locale = unicode_locale(code)
    if locale is None:
        return "HH:mm"
    return " ".join(str(locale.time_formats["short"].pattern).split())


def _quoted(words: str) -> str:
    """Words as YAML reads them back."""
    is_plain = words.replace(" ", "").replace(":", "").isalnum() and ": " not in words and not words.endswith(":")
    return words if is_plain else json.dumps(words, ensure_ascii=False)
