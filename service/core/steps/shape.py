"""The one shape of a step, whatever its type, so that renderers and the engine need no special cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from service.core import answer_words
from service.core.conditions import Condition
from service.core.effects import NoteKind, Offer, SilenceThen
from service.core.model import Channel, Urgency

MORE = "more"
NONE = answer_words.NONE
_A_DAY = timedelta(days=1)
PAGE = 3


class StepKind(StrEnum):
    """What a step does; the values are the words of a flow file."""

    SAY = "say"
    CHOICES = "choices"
    LANGUAGES = "languages"
    YES_NO = "yes_no"
    SCALE = "scale"
    NUMBER = "number"
    OPEN = "open"
    TIME = "time"
    DATE = "date"
    OFFER = "offer"
    RAISES = "raises"
    SET = "set"
    RUN = "run"
    LATER = "later"
    GO = "go"
    END = "end"

    __hash__ = str.__hash__  # an enum's own is slow, and every turn looks steps up by kind


_ASKS = frozenset(
    {
        StepKind.CHOICES,
        StepKind.LANGUAGES,
        StepKind.YES_NO,
        StepKind.SCALE,
        StepKind.NUMBER,
        StepKind.OPEN,
        StepKind.TIME,
        StepKind.DATE,
        StepKind.OFFER,
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers; the first of a question is digit 1."""

    id: str
    label: str
    line: int
    words: tuple[str, ...] = ()
    raises: Urgency | None = None
    offer: Offer | None = None  # chosen is "yes" to it already
    go: str | None = None  # the step that follows, instead of the next
    set: tuple[str, str] | None = None  # a preference and its value


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both included, or a string of exactly `digits` digits."""

    low: int = 0
    high: int = 0
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """Another flow, begun a while from now."""

    flow: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class SilencePlan:
    """What silence at a question leads to: one reminder or none, and then a person or the end."""

    remind: timedelta | None = None
    then: SilenceThen = "close"

    def first_wait(self) -> timedelta:
        """How long to wait for the first answer: a day, where the flow does not say."""
        return self.remind or _A_DAY


@dataclass(frozen=True, slots=True)
class Phrase:
    """English words that a translator sees: the part of the step, as in the file, and their line.

    `plural` is the `other:` form of words that follow a number, and then `english` is the `one:` form.
    """

    part: str
    english: str
    line: int
    plural: str | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """Everything that may be said: the words, or their forms for one and for more."""
        return (self.english,) if self.plural is None else (self.english, self.plural)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in a flow.

    `words` holds the parts say/ask, why, discreet, sms, voice, low, high, otherwise and because that the file gives.
    `flow` is the flow whose file it stands in, which `run` may have brought into another.
    """

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
    flow: str = ""
    range: Range | None = None  # of a scale or a number
    teach_back: str | None = None  # the one choice that shows that our own words were clear
    offer: Offer | None = None
    urgency: Urgency | None = None  # of a `raises` step
    set: tuple[tuple[str, str], ...] = ()  # preferences and their values
    run: str | None = None  # the flow whose steps come here
    later: Later | None = None
    go: str | None = None  # the step that comes next
    # Found once, as every turn asks.
    is_question: bool = field(init=False, repr=False, compare=False)  # it waits for an answer
    raises: bool = field(init=False, repr=False, compare=False)  # some answer goes before a person at once
    is_about_safety: bool = field(init=False, repr=False, compare=False)  # some answer to it is urgent
    # In the order of their digits; yes and no for `yes_no` and `offer`, none for what has no choices.
    choice_ids: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        choices = self.choices
        found = {
            "is_question": self.kind in _ASKS,
            "raises": any(choice.raises is not None or choice.offer is not None for choice in choices),
            "is_about_safety": any(choice.raises is Urgency.URGENT for choice in choices),
            "choice_ids": tuple(choice.id for choice in choices),
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)

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
