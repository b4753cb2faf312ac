"""A flow that can be run: its head, its steps, and what is looked up at every turn, found once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from service.core.model import Channel
from service.core.phrases import placeholders
from service.core.steps.shape import Phrase, Step


@dataclass(frozen=True, slots=True)
class FlowText:
    """English words of a flow with their gettext context, such as `weekly-check-in/week/choices.hard`.

    `plural` is the form for more than one, where the words follow a number.
    """

    context: str
    english: str
    line: int
    plural: str | None = None


@dataclass(frozen=True)
class Flow:
    """A conversation plan that passed every check; immutable.

    `after_escalation`: how long after an escalation it begins, where `starts` says so. `file`: how problems call it.
    """

    name: str
    starts: str
    header: Mapping[str, Phrase]
    read_by: str
    keep_answers: timedelta
    channels: tuple[Channel, ...]
    steps: tuple[Step, ...]
    for_staff: bool = False
    after_escalation: timedelta | None = None
    file: str = ""
    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _variables: frozenset[str] = field(init=False, repr=False, compare=False)
    _language_steps: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _safety_places: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _consent_steps: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {step.id: place for place, step in enumerate(self.steps) if step.id}
        object.__setattr__(self, "_places", places)
        said = (english for step in self.steps for phrase in step.phrases() for english in phrase.forms)
        object.__setattr__(self, "_variables", frozenset().union(*map(placeholders, said)))
        languages = tuple(step.id for step in self.steps if step.keeps == "language")
        object.__setattr__(self, "_language_steps", languages)
        safety = tuple(place for place, step in enumerate(self.steps) if step.is_about_safety)
        object.__setattr__(self, "_safety_places", safety)
        consents: dict[str, tuple[str, ...]] = {}
        for step in self.steps:
            if step.consent:
                consents[step.consent] = (*consents.get(step.consent, ()), step.id)
        object.__setattr__(self, "_consent_steps", consents)

    @property
    def purpose(self) -> str:
        """Why the flow exists, in English; WHY reads its translation."""
        return self.header["purpose"].english

    def step(self, step_id: str) -> Step:
        """The step of that id; LookupError if there is none."""
        return self.steps[self.place(step_id)]

    def place(self, step_id: str) -> int:
        """Where the step stands among the steps, from 0; LookupError if there is none."""
        try:
            return self._places[step_id]
        except KeyError:
            raise LookupError(f"flow {self.name!r} has no step {step_id!r}") from None

    @property
    def variables(self) -> frozenset[str]:
        """The ids in the braces of everything that its steps say."""
        return self._variables

    @property
    def language_steps(self) -> tuple[str, ...]:
        """The steps whose answer is the person's language."""
        return self._language_steps

    @property
    def safety_places(self) -> tuple[int, ...]:
        """Where the steps stand that something urgent may be answered to."""
        return self._safety_places

    def has(self, step_id: str) -> bool:
        """Whether there is a step of that id."""
        return step_id in self._places

    def consent_steps(self, purpose: str) -> tuple[str, ...]:
        """The steps that ask for that consent."""
        return self._consent_steps.get(purpose, ())

    def texts(self) -> Iterator[FlowText]:
        """Every English text that a translator sees, in the order of the file."""
        for phrase in self.header.values():
            yield FlowText(f"{self.name}/{phrase.part}", phrase.english, phrase.line)
        for step in self.steps:
            for phrase in step.phrases():
                context = f"{step.flow or self.name}/{step.id}/{phrase.part}"
                yield FlowText(context, phrase.english, phrase.line, phrase.plural)
