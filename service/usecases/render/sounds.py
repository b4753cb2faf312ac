"""Words as they are said aloud: numbers digit by digit, long words in pieces, no marks that only eyes need."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_PROMPT = 25  # words (V09)

_NUMBER = re.compile(r"\d[\d -]*\d")
_GROUPS = re.compile(r"[ -]+")
# Between the sentences of Latin, Arabic and Indic writing.
_SENTENCE_ENDS = re.compile(r"(?<=[.?!…。؟۔।])\s+|\n+")
# UAX 9: these set values apart on a page; a voice would only stumble over them.
_MARKS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def spelled(number: str) -> str:
    """A number digit by digit, in the groups it is written in, else in twos or threes (V10): 0417 → 0 4, 1 7."""
    written = [group for group in _GROUPS.split(number) if group]
    groups = written if len(written) > 1 else list(_grouped(number))
    return ", ".join(" ".join(group) for group in groups)


def spelled_in(words: str) -> str:
    """Words in which every number is spelled: 116 123 (to talk) → 1 1 6, 1 2 3 (to talk)."""
    return _NUMBER.sub(lambda found: spelled(found[0]), words)


def in_prompts(words: str) -> Iterator[str]:
    """The words in pieces that a listener can keep in mind, cut only between sentences."""
    piece: list[str] = []
    length = 0
    for sentence in sentences(words):
        count = len(sentence.split())
        if piece and length + count > LONGEST_PROMPT:
            yield " ".join(piece)
            piece, length = [], 0
        piece.append(sentence)
        length += count
    if piece:
        yield " ".join(piece)


def sentences(words: str) -> list[str]:
    """The sentences of the words."""
    return [sentence for sentence in map(str.strip, _SENTENCE_ENDS.split(words)) if sentence]


def without_marks(words: str) -> str:
    """The words without the marks that steer the direction of writing."""
    return words.translate(_MARKS)


def _grouped(number: str) -> Iterator[str]:
    size = 2 if len(number) == 4 else 3
    for at in range(0, len(number), size):
        yield number[at : at + size]
