"""Braces in words: which there are, and what stands in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from service.core.text import parts

_BRACES = re.compile(r"\{([\w.]+)\}")
_COMMAS = ",،、"
_NAME = re.compile(rf"(?P<lead>\s*)(?P<comma>[{_COMMAS}]?)\s*\{{name\}}(?P<after>[{_COMMAS}]?)(?P<space>\s*)(?P<next>\w?)")
_SENTENCE = re.compile(r"((?<=[.?!…。؟۔।])\s+|\n+)")
_SENTENCE_STARTS_AFTER = '.?!…。؟۔।¿¡("'

# UAX 9: what stands between these does not disturb the order of the words around it.
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@lru_cache(maxsize=2048)
def placeholders(text: str) -> frozenset[str]:
    """The ids in braces: "{name}, how are you?" has "name"."""
    return frozenset(_BRACES.findall(text))


def fill(text: str, values: Mapping[str, str], *, right_to_left: bool = False) -> str:
    """The words with their values; never raises, and no brace is ever left to be read.

    A missing name goes with its comma; any other missing value takes its sentence with it.
    """
    if not values.get("name"):
        text = _without_name(text)
    missing = [found for found in placeholders(text) if not values.get(found)]
    if missing:
        text = _without_sentences(text, missing)
    return _BRACES.sub(lambda brace: _as_value(values[brace[1]], right_to_left), text)


def isolate(value: str) -> str:
    """A value as it may stand among right-to-left words: set apart unless it is wholly right-to-left itself."""
    strong = {unicodedata.bidirectional(char) for char in value} & {"L", "R", "AL"}
    if strong and "L" not in strong:
        return value
    return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}"


def _as_value(value: str, right_to_left: bool) -> str:
    return isolate(value) if right_to_left else value


def _without_name(text: str) -> str:
    """Text without its name and the comma of it: what follows begins the sentence where the name began it."""

    def closed(match: re.Match[str]) -> str:
        earlier = text[: match.start()].rstrip()
        begins = not earlier or (not match["comma"] and earlier[-1] in _SENTENCE_STARTS_AFTER)
        if begins:
            return (match["lead"] if earlier else "") + match["next"].upper()
        return match["after"] + match["space"] + match["next"]

    return _NAME.sub(closed, text)


def _without_sentences(text: str, missing: list[str]) -> str:
    pieces = _SENTENCE.split(text)
    kept = [
        sentence + "".join(space)
        for sentence, *space in (pieces[at : at + 2] for at in range(0, len(pieces), 2))
        if placeholders(sentence).isdisjoint(missing)
    ]
    return "".join(kept).strip()


@dataclass(frozen=True, slots=True)
class Wording:
    """Words ready to be read, and the same in the plain spelling that a carrier's cheap alphabet can write."""

    full: str
    plain: str

    @property
    def text(self) -> str:
        """The full spelling, unless the plain one takes fewer parts: an accent may cost a person a second text."""
        full = parts(self.full)
        if full.one or self.plain == self.full or parts(self.plain).segments >= full.segments:
            return self.full
        return self.plain

    def then(self, other: Wording, between: str = "\n") -> Wording:
        """Both in one text."""
        return Wording(f"{self.full}{between}{other.full}", f"{self.plain}{between}{other.plain}")

    @property
    def one_part(self) -> bool:
        """Whether it fits one part."""
        return parts(self.full).one or (self.plain != self.full and parts(self.plain).one)
