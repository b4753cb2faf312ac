"""What a check-in hears, what is known beside it, and where it stands: a small state that survives JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from service.core.conditions import Known, Unanswered
from service.core.effects import Outcome
from service.core.model import Channel, Urgency

# How a state writes an answer without values. Answers with values are lists, so no choice can be mistaken for a mark.
_MARKS: Final[Mapping[str, Known]] = {"-": Unanswered.MISSING, "?": Unanswered.UNCLEAR}
_PLAIN: Final = ("waiting", "again", "reminded", "page", "urgent", "ended", "told", "hung_up")


@dataclass(frozen=True, slots=True)
class Started:
    """The check-in begins."""


@dataclass(frozen=True, slots=True)
class Words:
    """The person's text, and how urgent the rules find it."""

    text: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Silence:
    """The timer that Remind(step, …, number) set has run out."""

    step: str
    number: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """The person passes over the question, by the key that means so."""


@dataclass(frozen=True, slots=True)
class Again:
    """The person wants to hear the question once more; no turn is counted against them."""


@dataclass(frozen=True, slots=True)
class Back:
    """The person wants to answer the question before this one anew: its answer is forgotten."""


@dataclass(frozen=True, slots=True)
class Slower:
    """The person wants more time, now and from now on."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """One key of a `many` question in a call: a choice now, more may follow until Skipped (done)."""

    choice: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call ended by the person's hand or the line's: nothing is sent (V14)."""


Heard = Started | Words | Silence | Skipped | Again | Back | Slower | Pressed | HungUp


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person and the hour. `languages`: the codes on offer, in the order they are offered.

    `my`: their preferences by name (pace, silence_plan, …). `last`: what they answered the last time this flow ran.
    `times`: moments on the rota that may be offered, as `understand` would write them. `today`: the date where they are;
    None takes the date of `now`.
    """

    channel: Channel
    language: str | None
    language_known: bool
    consents: Mapping[str, bool]
    on_duty: bool
    languages: tuple[str, ...] = ()
    my: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, Known] = field(default_factory=dict)
    promise_kept: bool = False
    times: tuple[str, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a check-in stands: small, stable and without anyone's words. `waiting` is the question asked.

    `given`: choices of the question asked that were pressed so far. `asked`: the questions asked before, for "back".
    `told`: how often the question's answer was put right (teach-back). `hung_up`: nothing is asked or said until they are
    heard again.
    """

    waiting: str | None = None
    since: datetime | None = None
    again: bool = False
    reminded: bool = False
    page: int = 0
    turns: int = 0
    urgent: bool = False
    ended: Outcome | None = None
    told: int = 0
    given: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    answers: Mapping[str, Known] = field(default_factory=dict)
    hung_up: bool = False

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; only what differs from a fresh state."""
        written: dict[str, Any] = {"turns": self.turns}
        for name in _PLAIN:
            if value := getattr(self, name):
                written[name] = value
        if self.given:
            written["given"] = list(self.given)
        if self.asked:
            written["asked"] = list(self.asked)
        if self.since is not None:
            written["since"] = self.since.isoformat()
        if self.answers:
            written["answers"] = {step: _written(answer) for step, answer in self.answers.items()}
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> State:
        """The state that `to_json` wrote."""
        values = dict(written)
        for name in ("given", "asked"):
            if name in values:
                values[name] = tuple(values[name])
        if "since" in values:
            values["since"] = datetime.fromisoformat(values["since"])
        if "answers" in values:
            values["answers"] = {step: _read(answer) for step, answer in values["answers"].items()}
        return cls(**values)


def _written(answer: Known) -> list[str] | str:
    if isinstance(answer, tuple):
        return list(answer)
    return "?" if answer is Unanswered.UNCLEAR else "-"


def _read(written: list[str] | str) -> Known:
    return _MARKS[written] if isinstance(written, str) else tuple(written)
