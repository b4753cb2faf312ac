"""How wide words will be, whatever font draws them: an estimate on the safe side, since no font is known here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_NARROW = frozenset("ijlftrI.,:;'|!()[]{}`’‘·•-")
_WIDE = frozenset("mwMW@%—…")
_EM = {"narrow": 0.38, "wide": 0.96, "capital": 0.72, "digit": 0.64, "letter": 0.61, "arabic": 0.68, "full": 1.04}
_BOLD = 1.1


@lru_cache(4096)
def _em(character: str) -> float:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if character.isspace():
        return 0.34
    if character in _NARROW:
        return _EM["narrow"]
    if character in _WIDE:
        return _EM["wide"]
    if unicodedata.east_asian_width(character) in "WF":
        return _EM["full"]
    if unicodedata.bidirectional(character) in ("R", "AL"):
        return _EM["arabic"]
    if category == "Lu":
        return _EM["capital"]
    return _EM["digit"] if category == "Nd" else _EM["letter"] + (0 if ord(character) < 0x250 else 0.14)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is at that font size, in the same units."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1)


def wrap(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit the room; a word that is longer than any line is cut."""
    size = size * _BOLD if bold else size
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _words(paragraph, size, room):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return [line for line in lines if line] or [""]


def _words(text: str, size: float, room: float) -> Iterator[str]:
    for word in text.split():
        while width(word, size) > room and len(word) > 1:
            cut = next((end for end in range(len(word) - 1, 1, -1) if width(word[:end], size) <= room), 1)
            yield word[:cut]
            word = word[cut:]
        yield word
