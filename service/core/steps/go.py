"""`go`: on from another step."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, read_go, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Run, StepType


class GoStep(StepType):
    """Skips what lies between; back only over a question."""

    kind = StepKind.GO
    key = "go"
    keys = (*COMMON_KEYS, "go")

    def read(self, fields: Fields) -> Step:
        """The step that comes next."""
        return replace(read_step(fields, self.kind), go=read_go(fields))

    def meet(self, step: Step, run: Run) -> None:
        """Goes there."""
        if step.go is not None:
            run.jump(step.go)


TYPE = GoStep()
