"""One choice, or several, from a text: a digit or label alone, or with the rest kept for a person (I18)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from service.core.answer_words import NONE, SKIPPED, Reply, Table, Understood
from service.core.keywords import fold

# Words between the separators of Latin, Arabic and East Asian writing.
WORD: Final = re.compile(r"[^\s,;/+&،؛、，]+")
_TRIM: Final = " \t\n.,:;)-–—…،。"
_LABEL_WORDS: Final = 6

Reader = Callable[[str], str | None]


def one_of(reply: Reply, phrases: Table) -> Understood | None:
    """One choice: its digit, its label or one of its words."""

    def read(folded: str) -> str | None:
        return phrases.get(folded) or digit(folded, reply.options)

    return whole_or_start(reply, read)


def whole_or_start(reply: Reply, read: Reader) -> Understood | None:
    """What `read` makes of the whole text, else of how it begins."""
    value = read(reply.folded)
    if value is not None:
        return Understood((value,))
    if reply.skips:
        return SKIPPED
    return _start(reply.text, read)


def certain(reply: Reply, read: Reader) -> Understood | None:
    """As `whole_or_start`, but words beside a number may not hold another: "7 or 8" is neither."""
    understood = whole_or_start(reply, read)
    words = map(fold, WORD.findall(understood.rest if understood else ""))
    doubtful = any(any(map(str.isdecimal, word)) or reply.vocabulary.number(word) is not None for word in words)
    return None if doubtful else understood


def several(reply: Reply, phrases: Table) -> Understood | None:
    """Choices of a question of which many may be given."""
    value = phrases.get(reply.folded) or digit(reply.folded, reply.options)
    if value is not None:
        return Understood((value,))
    return SKIPPED if reply.skips else _Many(reply, phrases).understand()


def digit(folded: str, ids: Sequence[str]) -> str | None:
    """The choice of a single digit in range; nothing else."""
    if len(folded) != 1 or folded not in "123456789":
        return None
    place = int(folded)
    return ids[place - 1] if place <= len(ids) else None


def _start(text: str, read: Reader) -> Understood | None:
    """A digit with words after it, or a label and a stop: "Hard to say" is not Hard, "Hard. He left" is, and more."""
    for end in _ends(text):
        value = read(fold(text[:end]))
        if value is not None:
            return _with_rest(value, text[end:].strip(_TRIM), read)
    return None


def _ends(text: str) -> Iterator[int]:
    """Where the first words may end: after leading digits that stand alone, and at punctuation, a symbol or a line."""
    lead = len(text) - len(text.lstrip())
    end = lead
    while end < len(text) and text[end].isdecimal():
        end += 1
    if end > lead and not text[end : end + 1].isalnum():
        yield end
    for place, character in enumerate(text[:80]):
        if character not in "'’-" and (character == "\n" or unicodedata.category(character)[0] in "PS"):
            yield place


def _with_rest(value: str, rest: str, read: Reader) -> Understood | None:
    """Both are kept, unless the rest makes the first doubtful: another number (3:30, 1-2), or another answer."""
    if rest[:1].isdecimal():
        return None
    repeated = read(fold(rest))
    if repeated is not None:
        return Understood((value,)) if repeated == value else None
    return Understood((value,), rest=rest)


class _Many:
    """Reads several choices from one text: digits apart or run together, labels, and words that join them."""

    def __init__(self, reply: Reply, phrases: Table) -> None:
        self._text, self._ids, self._phrases, self._vocabulary = reply.text, reply.options, phrases, reply.vocabulary
        self._words = list(WORD.finditer(reply.text))
        self._found: list[str] = []
        self._digits: list[str] = []

    def understand(self) -> Understood | None:
        place = self._read_all()
        rest = self._text[self._words[place].start() :].strip() if place < len(self._words) else ""
        alone = len(set(self._found)) > 1 and NONE in self._found
        repeated = len(set(self._digits)) < len(self._digits)
        # 112 and "1 1" may be a number that someone wants rung, or a slip: a person looks.
        if not self._found or alone or repeated or (rest and not self._only_digits()):
            return None
        return Understood(tuple(one for one in self._ids if one in self._found), rest=rest)

    def _read_all(self) -> int:
        """The place of the first word that is no choice."""
        place = 0
        while place < len(self._words):
            taken = self._take_label(place) or self._take_digits(place) or self._take_join(place)
            if not taken:
                break
            place += taken
        return place

    def _take_label(self, place: int) -> int:
        for count in range(min(_LABEL_WORDS, len(self._words) - place), 0, -1):
            end = self._words[place + count - 1].end()
            phrase = WORD.findall(self._text[self._words[place].start() : end])
            value = self._phrases.get(fold(" ".join(phrase)))
            if value is not None:
                self._found.append(value)
                return count
        return 0

    def _take_digits(self, place: int) -> int:
        values = [digit(character, self._ids) for character in fold(self._words[place].group())]
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values):
            return 0
        self._found.extend(known)
        self._digits.extend(known)
        return 1

    def _take_join(self, place: int) -> int:
        return int(bool(self._found) and self._vocabulary.is_join(fold(self._words[place].group())))

    def _only_digits(self) -> bool:
        return len(self._digits) == len(self._found)
