"""What a check-in hears, what is known beside it, and where it stands: a small state that survives JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from service.core.conditions import Known, Unanswered
from service.core.effects import Outcome
from service.core.model import Channel, Urgency

# How a state writes an answer without values. Answers with values are lists, so no choice can be mistaken for a mark.
_MARKS: Final[Mapping[str, Known]] = {"-": Unanswered.MISSING, "?": Unanswered.UNCLEAR}


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


Heard = Started | Words | Silence


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person and the hour. `languages`: the codes on offer, in the order they are offered."""

    channel: Channel
    language: str | None
    language_known: bool
    consents: Mapping[str, bool]
    on_duty: bool
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a check-in stands: small, stable and without anyone's words. `waiting` is the question asked."""

    waiting: str | None = None
    since: datetime | None = None
    again: bool = False
    reminded: bool = False
    page: int = 0
    turns: int = 0
    urgent: bool = False
    ended: Outcome | None = None
    answers: Mapping[str, Known] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; only what differs from a fresh state."""
        written: dict[str, Any] = {"turns": self.turns}
        for name in ("waiting", "again", "reminded", "page", "urgent", "ended"):
            value = getattr(self, name)
            if value:
                written[name] = value
        if self.since is not None:
            written["since"] = self.since.isoformat()
        if self.answers:
            written["answers"] = {step: _written(answer) for step, answer in self.answers.items()}
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> State:
        """The state that `to_json` wrote."""
        values = dict(written)
        since = values.pop("since", None)
        answers = values.pop("answers", {})
        return cls(
            since=None if since is None else datetime.fromisoformat(since),
            answers={step: _read(answer) for step, answer in answers.items()},
            **values,
        )


def _written(answer: Known) -> list[str] | str:
    if isinstance(answer, tuple):
        return list(answer)
    return "?" if answer is Unanswered.UNCLEAR else "-"


def _read(written: list[str] | str) -> Known:
    return _MARKS[written] if isinstance(written, str) else tuple(written)
