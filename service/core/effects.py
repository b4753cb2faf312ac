"""What a flow asks of the world: frozen values with ids in them, never words. Use cases carry them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from service.core.model import Urgency

RaiseKind = Literal["answer", "silence", "words", "offer", "step", "unclear", "hung_up"]
Offer = Literal["call", "text", "person", "peer"]
NoteKind = Literal["need", "idea"]
SilenceThen = Literal["close", "soon", "urgent", "my_silence_plan"]
Outcome = Literal["done", "closed", "urgent"]


@dataclass(frozen=True, slots=True)
class Say:
    """Say the words of a `say` step."""

    step: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a question; `again` after words that were not understood, `reminder` after silence, `page` of a long list.

    `given`: choices of a `many` question that were given already, one key at a time.
    """

    step: str
    again: bool = False
    reminder: bool = False
    page: int = 0
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Say a question's `otherwise` words: we did not explain it well."""

    step: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Say what was understood, so that a slip can be put right: times, dates, numbers, several choices by key."""

    step: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """Say that a person will do what was offered, and when: only what the rota gives."""

    offer: Offer
    step: str


@dataclass(frozen=True, slots=True)
class Later:
    """Begin another flow after a while, in safe hours; never twice."""

    flow: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class FollowPlan:
    """Do what this person wants their silence to mean (`nothing`, `text`, `call`, `contact`)."""

    plan: str
    step: str


@dataclass(frozen=True, slots=True)
class Learn:
    """Keep an answer. Values are choice ids in the flow's order; none if skipped, not understood or open words."""

    step: str
    values: tuple[str, ...] = ()
    skipped: bool = False
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Raise:
    """Put this before a person: because of an answer, a silence, or words that software may not close (I18)."""

    urgency: Urgency
    step: str
    choice: str | None
    kind: RaiseKind


@dataclass(frozen=True, slots=True)
class Note:
    """Write needs or an idea into the ledger; an open question has no values, its words are the note."""

    kind: NoteKind
    step: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """Keep a consent with its date and wording; skipped is no."""

    purpose: str
    step: str
    granted: bool


@dataclass(frozen=True, slots=True)
class Keep:
    """The answer becomes a preference. Words after this effect are said with it, so `language` counts at once."""

    preference: str
    step: str
    value: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Set the silence timer of the question just asked, instead of any earlier timer of this check-in.

    It brings back Silence(step, number): number 0 at first, 1 once the reminder has been given.
    """

    step: str
    after: timedelta
    then: SilenceThen
    number: int


@dataclass(frozen=True, slots=True)
class KeptWords:
    """Acknowledge words that were not understood: they are kept as they are, for a person."""

    step: str


@dataclass(frozen=True, slots=True)
class OfferPerson:
    """Say how to reach a person; comes once a check-in, with the sixth automatic turn."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The check-in is over: all was gone through, silence closed it, or something urgent took its place."""

    outcome: Outcome


Effect = (
    Say
    | Ask
    | Otherwise
    | ReadBack
    | Promised
    | Learn
    | Raise
    | Note
    | Consent
    | Keep
    | Later
    | FollowPlan
    | Remind
    | KeptWords
    | OfferPerson
    | Finish
)
