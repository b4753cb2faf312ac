"""The one shape of a step, whatever its type, so that renderers and the engine need no special cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from service.core.conditions import Condition
from service.core.effects import NoteKind, SilenceThen
from service.core.model import Channel, Urgency

MORE = "more"
NONE = "none"
PAGE = 3


class StepKind(StrEnum):
    """What a step does; the values are the words of a flow file."""

    SAY = "say"
    CHOICES = "choices"
    LANGUAGES = "languages"
    YES_NO = "yes_no"
    OPEN = "open"
    END = "end"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers; the first of a question is digit 1."""

    id: str
    label: str
    line: int
    words: tuple[str, ...] = ()
    raises: Urgency | None = None


@dataclass(frozen=True, slots=True)
class SilencePlan:
    """What silence at a question leads to: one reminder or none, and then a person or the end."""

    remind: timedelta | None = None
    then: SilenceThen = "close"

    def first_wait(self) -> timedelta:
        """How long to wait for the first answer: a day, where the flow does not say."""
        return self.remind or timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Phrase:
    """English words that a translator sees: the part of the step, as in the file, and their line."""

    part: str
    english: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in a flow. `words` holds the parts say/ask, why, discreet, sms and voice that the file gives."""

    id: str
    kind: StepKind
    line: int
    words: Mapping[str, Phrase] = field(default_factory=dict)
    when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    many: bool = False
    notes: NoteKind | None = None
    keeps: str | None = None
    consent: str | None = None
    silence: SilencePlan = SilencePlan()
    after_urgent: bool = False

    @property
    def is_question(self) -> bool:
        """Whether the step waits for an answer."""
        return self.kind not in (StepKind.SAY, StepKind.END)

    @property
    def raises(self) -> bool:
        """Whether some answer to it goes before a person at once."""
        return any(choice.raises is not None for choice in self.choices)

    @property
    def choice_ids(self) -> tuple[str, ...]:
        """Ids in the order of their digits; yes and no for `yes_no`, none for `open` and `languages`."""
        return tuple(choice.id for choice in self.choices)

    def choice(self, choice_id: str) -> Choice:
        """The choice of that id; LookupError if there is none."""
        for choice in self.choices:
            if choice.id == choice_id:
                return choice
        raise LookupError(f"step {self.id!r} has no choice {choice_id!r}")

    def wording(self, channel: Channel, discreet: bool) -> Phrase | None:
        """The phrase to give on that channel; None for a step without words."""
        parts = ("discreet",) if discreet else ()
        for part in (*parts, channel.value, "ask", "say"):
            if part in self.words:
                return self.words[part]
        return None

    def phrases(self) -> Iterator[Phrase]:
        """Every phrase of the step, its labels and their other words included; yes and no are the service's words."""
        yield from self.words.values()
        if self.kind is not StepKind.CHOICES:
            return
        for choice in self.choices:
            yield Phrase(f"choices.{choice.id}", choice.label, choice.line)
            if choice.words:
                yield Phrase(f"choices.{choice.id}.words", ", ".join(choice.words), choice.line)


def language_page(languages: tuple[str, ...], page: int) -> tuple[str, ...]:
    """The language codes of one page, in the order of their digits: threes, then MORE, which comes round again."""
    if len(languages) <= PAGE:
        return languages
    pages = -(-len(languages) // PAGE)
    start = page % pages * PAGE
    return (*languages[start : start + PAGE], MORE)
