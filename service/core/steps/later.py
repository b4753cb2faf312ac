"""`later`: another flow, begun a while from now in safe hours, never twice."""

from __future__ import annotations

from dataclasses import replace

from service.core.effects import Later as BeginLater
from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, read_step
from service.core.steps.shape import Later, Step, StepKind
from service.core.steps.step_type import Run, StepType


class LaterStep(StepType):
    """Names the flow and the time until then."""

    kind = StepKind.LATER
    key = "later"
    keys = (*COMMON_KEYS, "later")

    def read(self, fields: Fields) -> Step:
        """`{flow: NAME, in: 2 days}`."""
        return replace(read_step(fields, self.kind), later=_read_later(fields))

    def meet(self, step: Step, run: Run) -> None:
        """Begins it then."""
        if step.later is not None:
            run.add(BeginLater(step.later.flow, step.later.after))


def _read_later(fields: Fields) -> Later | None:
    inner = fields.mapping("later", "`later`, such as later: {flow: after-a-hard-week, in: 2 days}")
    if inner is None:
        return None
    inner.refuse_unknown(("flow", "in"))
    for key in ("flow", "in"):
        if key not in inner:
            fields.wrong("later", f"`later` has no `{key}`; write later: {{flow: after-a-hard-week, in: 2 days}}")
    flow, after = inner.id("flow"), inner.duration("in")
    return None if flow is None or after is None else Later(flow, after)


TYPE = LaterStep()
