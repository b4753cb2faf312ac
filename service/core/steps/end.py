"""`end`: the check-in is over here, for those whom its `when` fits."""

from __future__ import annotations

from service.core.flow_fields import Fields
from service.core.steps.reading import COMMON_KEYS, StepType, read_step
from service.core.steps.shape import Step, StepKind


def read(fields: Fields) -> Step:
    """Nothing but a condition."""
    fields.one_of("end", ("true",))
    return read_step(fields, StepKind.END)


TYPE = StepType("end", (*COMMON_KEYS, "end"), read)
