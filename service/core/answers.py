"""What a text means as an answer: understood only whole, or a digit or label with the rest kept for a person (I18)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.core.keywords import fold
from service.core.steps.shape import NONE, Step, StepKind

# Words between the separators of Latin, Arabic and East Asian writing.
_WORD = re.compile(r"[^\s,;/+&،؛、，]+")
_TRIM = " \t\n.,:;)-–—…،。"
_LABEL_WORDS = 6
_MAX_LENGTH = 2000

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Understood:
    """What an answer says; `rest` is words beside it, as written, which a person reads."""

    values: tuple[str, ...]
    rest: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How this person may say things: their language and English together. Build it once a flow and language."""

    choices: Mapping[str, Mapping[str, tuple[str, ...]]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    skip: tuple[str, ...]
    joins: tuple[str, ...] = ("and",)
    _tables: Mapping[str, Table] = field(init=False, repr=False, compare=False)
    _yes_no: Table = field(init=False, repr=False, compare=False)
    _skip: frozenset[str] = field(init=False, repr=False, compare=False)
    _joins: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tables = {step: _table(ways) for step, ways in self.choices.items()}
        object.__setattr__(self, "_tables", tables)
        object.__setattr__(self, "_yes_no", _table({"yes": self.yes, "no": self.no}))
        object.__setattr__(self, "_skip", frozenset(map(fold, self.skip)))
        object.__setattr__(self, "_joins", frozenset(map(fold, self.joins)))

    def phrases(self, step: Step) -> Table:
        """Folded phrase to choice id, for the answers of that step."""
        own = self._tables.get(step.id, {})
        return {**self._yes_no, **own} if step.kind is StepKind.YES_NO else own

    def is_skip(self, folded: str) -> bool:
        """Whether the folded text is a way to skip a question."""
        return folded in self._skip

    def is_join(self, folded: str) -> bool:
        """Whether the folded word only joins two choices, as "and" does."""
        return folded in self._joins


def understand(
    step: Step, text: str, vocabulary: Vocabulary, options: tuple[str, ...] | None = None
) -> Understood | None:
    """What the text says at that question; None if a person must read it. `options`: what the digits mean, from 1."""
    if len(text) > _MAX_LENGTH and step.kind is not StepKind.OPEN:
        return None
    folded = fold(text)
    if step.kind is StepKind.OPEN:
        return _open(text.strip(), folded, vocabulary)
    ids = step.choice_ids if options is None else options
    phrases = vocabulary.phrases(step)
    value = phrases.get(folded) or _digit(folded, ids)
    if value is not None:
        return Understood((value,))
    if vocabulary.is_skip(folded):
        return _skipped()
    if step.many:
        return _Many(text, ids, phrases, vocabulary).understand()
    return _start(text, ids, phrases)


def _open(words: str, folded: str, vocabulary: Vocabulary) -> Understood | None:
    """Whatever it is, a person reads it; a text without any words is not understood."""
    if vocabulary.is_skip(folded):
        return _skipped()
    return Understood((), rest=words) if words else None


def _skipped() -> Understood:
    return Understood((), skipped=True)


def _table(ways: Mapping[str, tuple[str, ...]]) -> Table:
    """Folded phrase to id. A phrase that means two things means neither."""
    table: dict[str, str] = {}
    unclear: set[str] = set()
    for choice, phrases in ways.items():
        for phrase in map(fold, phrases):
            if table.setdefault(phrase, choice) != choice:
                unclear.add(phrase)
    return {phrase: choice for phrase, choice in table.items() if phrase and phrase not in unclear}


def _digit(folded: str, ids: Sequence[str]) -> str | None:
    """The choice of a single digit in range; nothing else."""
    if len(folded) != 1 or folded not in "123456789":
        return None
    place = int(folded)
    return ids[place - 1] if place <= len(ids) else None


def _start(text: str, ids: Sequence[str], phrases: Table) -> Understood | None:
    """A digit with words after it, or a label and a stop: "Hard to say" is not Hard, "Hard. He left" is, and more."""
    for end in _ends(text):
        first = fold(text[:end])
        value = _digit(first, ids) or phrases.get(first)
        if value is not None:
            return _with_rest(value, text[end:].strip(_TRIM), phrases)
    return None


def _ends(text: str) -> Iterator[int]:
    """Where the first words may end: after a lone leading digit, and at punctuation, a symbol or a new line."""
    lead = len(text) - len(text.lstrip())
    if text[lead : lead + 1].isdecimal() and not text[lead + 1 : lead + 2].isalnum():
        yield lead + 1
    for place, character in enumerate(text[:80]):
        if character not in "'’-" and (character == "\n" or unicodedata.category(character)[0] in "PS"):
            yield place


def _with_rest(value: str, rest: str, phrases: Table) -> Understood | None:
    """Both are kept, unless the rest makes the first doubtful: another number (3:30, 1-2), or another answer."""
    if rest[:1].isdecimal():
        return None
    repeated = phrases.get(fold(rest))
    if repeated is not None:
        return Understood((value,)) if repeated == value else None
    return Understood((value,), rest=rest)


class _Many:
    """Reads several choices from one text: digits apart or run together, labels, and words that join them."""

    def __init__(self, text: str, ids: Sequence[str], phrases: Table, vocabulary: Vocabulary) -> None:
        self._text, self._ids, self._phrases, self._vocabulary = text, ids, phrases, vocabulary
        self._words = list(_WORD.finditer(text))
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
            phrase = _WORD.findall(self._text[self._words[place].start() : end])
            value = self._phrases.get(fold(" ".join(phrase)))
            if value is not None:
                self._found.append(value)
                return count
        return 0

    def _take_digits(self, place: int) -> int:
        values = [_digit(character, self._ids) for character in fold(self._words[place].group())]
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
