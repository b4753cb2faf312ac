"""A whole number or a string of digits from a text: digits of any script, or the language's number words."""

from __future__ import annotations

import re
from typing import Final

from service.core.answer_choices import certain
from service.core.answer_words import Reply, Table, Understood

_NO_PHRASES: Final[Table] = {}
_MOST_DIGITS: Final = 12
_NOT_WHOLE: Final = re.compile(r"\s*[-\N{MINUS SIGN}–.,]\s?\d")  # -7 and .7 are other numbers than 7


def number_in(reply: Reply, low: int, high: int, phrases: Table = _NO_PHRASES) -> Understood | None:
    """A number in range as its decimal text, "7"; `phrases` are other words for some of them."""

    def read(folded: str) -> str | None:
        value = phrases.get(folded) or reply.vocabulary.number(folded)
        if value is None and folded.isascii() and folded.isdecimal() and len(folded) <= _MOST_DIGITS:
            value = str(int(folded))
        return value if value is not None and low <= int(value) <= high else None

    return None if _NOT_WHOLE.match(reply.text) else certain(reply, read)


def digits_of(reply: Reply, count: int) -> Understood | None:
    """Exactly that many digits as they were given, "0417", run together, apart or as words."""

    def read(folded: str) -> str | None:
        found = "".join(_digits(word, reply) for word in folded.split())
        return found if len(found) == count and found.isdecimal() else None

    return certain(reply, read)


def _digits(word: str, reply: Reply) -> str:
    """The digits that a word says; a letter where it says none, which no code has."""
    if word.isascii() and word.isdecimal():
        return word
    spoken = reply.vocabulary.number(word)
    return spoken if spoken is not None and len(spoken) == 1 else "x"
