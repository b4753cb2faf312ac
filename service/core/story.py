"""A told conversation: who says and does what, in order, and all that it leads to. Also how a test of a flow is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal

from service.core.model import Channel, Urgency
from service.core.steps.shape import Later

ONCE, TWICE = "once", "twice"
SKIP: Final = "skip"
HASH, STAR, PERSON_KEY = "#", "*", "0"

# What the service may say that no step of a flow says, by the name that a story calls it.
SERVICE_SAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "urgent": "who comes, when, and numbers that work, after something urgent",
        "offer": "that a person will answer, or that one can be asked for",
        "promise": "what was offered, and by when a person will do it",
        "otherwise": "what a question explains after an answer which shows that we were not clear",
        "kept": "that words which were not understood are kept for a person",
        "receipt": "that words are kept, and by when a person reads them",
        "read_back": "what was understood, so that a slip can be put right",
        "why": "why this is asked",
        "word": "what a word of the service's own leads to, such as stop or help",
    }
)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of the week on the service's own clock: Monday is 0, minutes are counted from midnight."""

    weekday: int
    minute: int


@dataclass(frozen=True, slots=True)
class Given:
    """What is so when the story begins. None: the story does not say.

    `answers`: earlier answers of this check-in. `last`: answers of the time before. `my`: the person's preferences.
    """

    line: int = 0
    now: Hour | None = None
    on_duty: bool | None = None
    name: str | None = None
    language: str | None = None
    delivered: bool = True
    promise_kept: bool = False
    ideas: int | None = None
    discreet: bool | None = None
    role: str | None = None
    my: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Says:
    """The service says this: a step's id, a name of SERVICE_SAYS, or how its words begin."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Chooses:
    """The person gives these answers, by text or by key; `skip` is an answer too."""

    values: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Person:
    """The person's own words, texted or spoken."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Presses:
    """Keys in a call, or digits in a text: 0 to 9, # and *."""

    keys: str
    line: int


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer for so long; None is as long as the service waits, and `times` how often it does: once or twice."""

    length: timedelta | None
    line: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Passes:
    """Time goes by."""

    length: timedelta
    line: int


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The call is over, by the person's hand or the line's."""

    line: int


@dataclass(frozen=True, slots=True)
class Staff:
    """A worker takes what was raised (`claims`), or comes onto the line (`accepts`)."""

    does: Literal["claims", "accepts"]
    line: int


Line = Says | Chooses | Person | Presses | Silent | Passes | HangsUp | Staff


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """All that happens. `page` and `promise` follow from the rota too, and are looked at where the story writes them.

    `notes`: by ledger, with the choices, or None for whatever was noted there.
    """

    line: int
    escalation: Urgency | None = None
    page: bool | None = None
    promise: bool | None = None
    plan: str | None = None
    notes: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    consent: Mapping[str, bool] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    later: tuple[Later, ...] = ()
    staff_told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a flow. No `channel`: by text and by call. No `language` and no free words: in every language."""

    name: str
    flow: str
    file: str
    line: int
    leads_to: LeadsTo
    says: tuple[Line, ...]
    given: Given = Given()
    channel: Channel | None = None
    language: str | None = None

    @property
    def has_free_words(self) -> bool:
        """Whether somebody says something in words that belong to one language; digits of any script do not."""
        return any(isinstance(line, Person) and not _is_digits(line.words) for line in self.says)


def _is_digits(words: str) -> bool:
    return all(one.isdecimal() or one in " ,#*" for one in words)
