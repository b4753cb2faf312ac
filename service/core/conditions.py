"""When a step is asked: conditions over earlier answers and known facts, with a third value for "cannot tell"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Unanswered(Enum):
    """Why a subject has no value."""

    MISSING = "not asked, skipped or not known"
    UNCLEAR = "not understood"


Known = tuple[str, ...] | Unanswered
Comparison = Literal["below", "above", "at_least", "at_most"]
LookUp = Callable[[str], Known]


@dataclass(frozen=True, slots=True)
class Matches:
    """The subject's answer is one of the values, or with `negated` none of them; of many answers one is enough."""

    subject: str
    values: tuple[str, ...]
    line: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The subject has an answer, or with `given` false it has none."""

    subject: str
    given: bool
    line: int


@dataclass(frozen=True, slots=True)
class Compares:
    """The subject's answer is a number on that side of `number`."""

    subject: str
    comparison: Comparison
    number: int
    line: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Single = Matches | Given | Compares
Condition = Single | AllOf | AnyOf


def holds(condition: Condition, known: LookUp) -> bool | None:
    """Whether it holds; None if that turns on an answer that was not understood (Kleene's three values)."""
    match condition:
        case Matches(subject, values, negated=negated):
            return _matches(known(subject), values, negated)
        case AllOf(parts):
            results = [holds(part, known) for part in parts]
            return False if False in results else None if None in results else True
        case AnyOf(parts):
            results = [holds(part, known) for part in parts]
            return True if True in results else None if None in results else False
        case Given(subject, given):
            return _is_given(known(subject), given)
        case Compares(subject, comparison, number):
            return _compares(known(subject), comparison, number)


def conditions_in(condition: Condition) -> Iterator[Single]:
    """The single conditions that it is made of."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from conditions_in(part)
    else:
        yield condition


def _is_given(value: Known, given: bool) -> bool | None:
    if value is Unanswered.UNCLEAR:
        return None if given else True
    return (value is not Unanswered.MISSING) == given


def _matches(value: Known, wanted: tuple[str, ...], negated: bool) -> bool | None:
    if value is Unanswered.UNCLEAR:
        return None
    if value is Unanswered.MISSING:
        return False
    return any(one in wanted for one in value) != negated


def _compares(value: Known, comparison: Comparison, number: int) -> bool | None:
    if value is Unanswered.UNCLEAR:
        return None
    if value is Unanswered.MISSING or not value or not value[0].isdecimal():
        return False
    answer = int(value[0])
    match comparison:
        case "below":
            return answer < number
        case "above":
            return answer > number
        case "at_least":
            return answer >= number
        case "at_most":
            return answer <= number
