"""The one shape of a type of step: how it is written, how it is met, and for a question how its answer is understood."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

from service.core.answer_words import Reply, Understood
from service.core.effects import Effect, RaiseKind
from service.core.flow_fields import Fields
from service.core.flow_state import Facts
from service.core.flow_yaml import Mapping
from service.core.model import Urgency
from service.core.steps.shape import Step, StepKind


class Run(Protocol):
    """What a step may do to the turn in which it is met."""

    def add(self, effect: Effect) -> None:
        """Say, keep or begin something."""

    def put_before_a_person(self, urgency: Urgency, step: Step, choice: str | None, kind: RaiseKind) -> None:
        """Raise something; what is urgent changes which steps go on."""

    def ask(self, step: Step) -> None:
        """Ask it and wait."""

    def jump(self, step_id: str) -> None:
        """Go on from that step."""

    def end(self) -> None:
        """The check-in is over."""


class StepType(ABC):
    """One type of step. A new one is a file of this shape and a row in STEP_TYPES."""

    kind: ClassVar[StepKind]
    key: ClassVar[str]  # what makes a step in a file one of this type
    keys: ClassVar[tuple[str, ...]]  # every key that it may have
    needs: ClassVar[tuple[str, ...]] = ()  # the keys that it must have beside its own

    @property
    def written(self) -> str:
        """How messages call it."""
        return f"`{self.key}`"

    def is_written(self, node: Mapping) -> bool:
        """Whether that step of a file is of this type."""
        return self.key in node.items

    @abstractmethod
    def read(self, fields: Fields) -> Step:
        """The step in a file; what is wrong with it goes to the problems of `fields`."""

    @abstractmethod
    def meet(self, step: Step, run: Run) -> None:
        """What happens when a flow comes to such a step."""


class Question(StepType):
    """A type of step that waits for an answer."""

    needs: ClassVar[tuple[str, ...]] = ("id", "ask")
    kept: ClassVar[tuple[str, ...]] = ()  # the preferences that its answer may become
    is_read_back: ClassVar[bool] = False

    def meet(self, step: Step, run: Run) -> None:
        """Asks."""
        run.ask(step)

    def can_be_asked(self, facts: Facts) -> bool:  # noqa: ARG002
        """Whether there is anything to choose."""
        return True

    def options(self, step: Step, facts: Facts, page: int) -> tuple[str, ...]:  # noqa: ARG002
        """What the digits mean, from 1; MORE among them turns the page."""
        return step.choice_ids

    def is_doubtful(self, step: Step, understood: Understood) -> bool:  # noqa: ARG002
        """Whether words beside this answer may take it back, so that a person reads them first."""
        return False

    @abstractmethod
    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """What a text says; None if a person must read it."""
