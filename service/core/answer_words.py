"""The ways in which a person may say their answers, and what an answer is once it is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from service.core.keywords import fold

MAX_LENGTH: Final = 2000
NONE: Final = "none"  # the choice that stands alone

Table = Mapping[str, str]
_NOTHING: Final[Table] = {}


@dataclass(frozen=True, slots=True)
class Understood:
    """What an answer says; `rest` is words beside it, as written, which a person reads."""

    values: tuple[str, ...]
    rest: str = ""
    skipped: bool = False


SKIPPED: Final = Understood((), skipped=True)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How this person may say things: their language and English together. Build it once a flow and language.

    `choices`: a step's choices (of a scale its ends, "1" and "5") and how each may be said. `numbers`: what 0, 1, 2 …
    are called, a list a language; `one/an` are two words for one. `days`: words for `today`, `tomorrow`, and
    where CLDR lacks them `mon` to `sun`; `months`: the same for "1" to "12".
    """

    choices: Mapping[str, Mapping[str, tuple[str, ...]]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    skip: tuple[str, ...]
    joins: tuple[str, ...] = ("and",)
    numbers: tuple[tuple[str, ...], ...] = ()
    language: str = "en"
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    months: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _tables: Mapping[str, Table] = field(init=False, repr=False, compare=False)
    _yes_no: Table = field(init=False, repr=False, compare=False)
    _numbers: Table = field(init=False, repr=False, compare=False)
    _days: Table = field(init=False, repr=False, compare=False)
    _months: Table = field(init=False, repr=False, compare=False)
    _skip: frozenset[str] = field(init=False, repr=False, compare=False)
    _joins: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tables = {step: _table(ways) for step, ways in self.choices.items()}
        object.__setattr__(self, "_tables", tables)
        object.__setattr__(self, "_yes_no", _table({"yes": self.yes, "no": self.no}))
        object.__setattr__(self, "_numbers", _table(_number_ways(self.numbers)))
        object.__setattr__(self, "_days", _table(self.days))
        object.__setattr__(self, "_months", _table(self.months))
        object.__setattr__(self, "_skip", frozenset(map(fold, self.skip)))
        object.__setattr__(self, "_joins", frozenset(map(fold, self.joins)))

    def phrases(self, step_id: str) -> Table:
        """Folded phrase to choice id, for the answers of that step."""
        return self._tables.get(step_id, _NOTHING)

    def yes_or_no(self, step_id: str) -> Table:
        """Folded phrase to yes or no; a step's own words first."""
        own = self._tables.get(step_id)
        return {**self._yes_no, **own} if own else self._yes_no

    def number(self, folded: str) -> str | None:
        """The decimal text of a number word."""
        return self._numbers.get(folded)

    def day(self, folded: str) -> str | None:
        """`today`, `tomorrow` or `mon` to `sun`, for a word that means it."""
        return self._days.get(folded)

    def month(self, folded: str) -> int | None:
        """1 to 12, for a word that means it where CLDR has none."""
        month = self._months.get(folded)
        return None if month is None else int(month)

    def is_skip(self, folded: str) -> bool:
        """Whether the folded text is a way to skip a question."""
        return folded in self._skip

    def is_join(self, folded: str) -> bool:
        """Whether the folded word only joins two choices, as "and" does."""
        return folded in self._joins


@dataclass(slots=True)
class Reply:
    """What somebody wrote or said at a question. `options`: what the digits mean, from 1; `today`: their date."""

    text: str
    folded: str
    options: tuple[str, ...]
    vocabulary: Vocabulary
    today: date

    @property
    def skips(self) -> bool:
        """Whether they pass over the question."""
        return self.vocabulary.is_skip(self.folded)


def _table(ways: Mapping[str, Sequence[str]]) -> Table:
    """Folded phrase to id. A phrase that means two things means neither."""
    table: dict[str, str] = {}
    unclear: set[str] = set()
    for choice, phrases in ways.items():
        for phrase in map(fold, phrases):
            if table.setdefault(phrase, choice) != choice:
                unclear.add(phrase)
    return {phrase: choice for phrase, choice in table.items() if phrase and phrase not in unclear}


def _number_ways(lists: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for words in lists:
        for number, word in enumerate(words):
            ways.setdefault(str(number), []).extend(word.split("/"))
    return ways
