"""`set`: gives preferences a value, such as a slower pace."""

from __future__ import annotations

from dataclasses import replace

from service.core.effects import Keep
from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, read_set, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Run, StepType


class SetStep(StepType):
    """Counts from the next words on."""

    kind = StepKind.SET
    key = "set"
    keys = (*COMMON_KEYS, "set")

    def read(self, fields: Fields) -> Step:
        """Preferences and values."""
        return replace(read_step(fields, self.kind), set=read_set(fields))

    def meet(self, step: Step, run: Run) -> None:
        """Keeps each."""
        for preference, value in step.set:
            run.add(Keep(preference, step.id, value))


TYPE = SetStep()
