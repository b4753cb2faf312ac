"""How many forms a language has for words that follow a number, and which of them goes with which number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from typing import Final

from babel import UnknownLocaleError
from babel.messages.plurals import get_plural

_RULE: Final = re.compile(r"\s*nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=\s*([^;]+);?\s*")
_ONE_AND_OTHER: Final = "nplurals=2; plural=(n != 1)"
_TRIED: Final = range(201)  # every rule that gettext knows repeats itself within these
_SHOWN: Final = 4
_SAID_IN_WORDS: Final = 2  # a form for just this number, or less, may say it in words: "no idea", "one idea", "two ideas"


class NoRule(ValueError):
    """Plural-Forms that nobody can follow; the message says what to write."""


@dataclass(frozen=True, slots=True)
class PluralRule:
    """What a catalog's Plural-Forms say: for each number from 0 to 200 the place of its form, from 0."""

    text: str
    count: int
    places: tuple[int, ...]

    def form(self, number: int) -> int:
        """The place of the form that goes with a number."""
        if number < len(self.places):
            return self.places[number]
        return _compiled(self.text)[1](number)

    def numbers(self, place: int) -> tuple[int, ...]:
        """The numbers up to 200 that a form goes with."""
        return tuple(number for number, form in zip(_TRIED, self.places, strict=True) if form == place)

    def may_leave_number_out(self, place: int) -> bool:
        """Whether the form goes with just one number, which may then stand in words or not at all."""
        numbers = self.numbers(place)
        return len(numbers) == 1 and numbers[0] <= _SAID_IN_WORDS

    def said_for(self, place: int) -> str:
        """The numbers of a form, as a person reads them: "1", "2, 3, 4, 22 …"."""
        numbers = self.numbers(place)
        more = " …" if len(numbers) > _SHOWN else ""
        return ", ".join(map(str, numbers[:_SHOWN])) + more

    def names(self) -> Sequence[str]:
        """What the forms are called in file names: one and other, where there are just these, else their places."""
        return ("one", "other") if self.count == 2 else tuple(f"form{place}" for place in range(self.count))


@lru_cache(maxsize=64)
def rule_of(code: str) -> PluralRule:
    """The rule that translators of a language are used to, by Babel's table; one and other where it has none."""
    for known in (code.replace("-", "_"), re.split("[-_]", code)[0]):
        try:
            return written_rule(str(get_plural(known)))
        except (UnknownLocaleError, ValueError):
            continue
    return written_rule(_ONE_AND_OTHER)


@lru_cache(maxsize=256)
def written_rule(text: str) -> PluralRule:
    """The rule of a Plural-Forms line; NoRule if it is none."""
    count, form = _compiled(text)
    try:
        places = tuple(form(number) for number in _TRIED)
    except (ValueError, ArithmeticError) as error:
        raise NoRule("the rule behind plural= does not work for every number") from error
    if not all(0 <= place < count for place in places):
        raise NoRule(f"the rule behind plural= gives more forms than nplurals={count}")
    return PluralRule(text.strip(), count, places)


@lru_cache(maxsize=256)
def _compiled(text: str) -> tuple[int, Callable[[int], int]]:
    found = _RULE.fullmatch(text)
    if found is None or not int(found[1]):
        raise NoRule("it reads nplurals=…; plural=…;")
    try:
        return int(found[1]), c2py(found[2])
    except (ValueError, RecursionError) as error:
        raise NoRule("the rule behind plural= can't be understood") from error
