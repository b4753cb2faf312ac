"""`run`: the steps of another flow stand here. They are brought in when a release is made (`flow_compose.expand`)."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Run, StepType


class RunStep(StepType):
    """Names the other flow."""

    kind = StepKind.RUN
    key = "run"
    keys = (*COMMON_KEYS, "run")

    def read(self, fields: Fields) -> Step:
        """The flow's name."""
        return replace(read_step(fields, self.kind), run=fields.id("run"))

    def meet(self, step: Step, run: Run) -> None:  # noqa: ARG002
        """A released flow has none."""
        raise LookupError(f"the flow {step.run!r} was not brought in; see flow_compose.expand")


TYPE = RunStep()
