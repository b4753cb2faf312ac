"""`end`: the check-in is over here, for those whom its `when` fits."""

from __future__ import annotations

from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Run, StepType


class EndStep(StepType):
    """Nothing but a condition."""

    kind = StepKind.END
    key = "end"
    keys = (*COMMON_KEYS, "end")

    def read(self, fields: Fields) -> Step:
        """`end: true`."""
        fields.one_of("end", ("true",))
        return read_step(fields, self.kind)

    def meet(self, step: Step, run: Run) -> None:  # noqa: ARG002
        """Ends."""
        run.end()


TYPE = EndStep()
