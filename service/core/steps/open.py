"""`open`: the person's own words, which a person reads."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.steps.reading import (
    QUESTION_KEYS,
    StepType,
    read_notes,
    read_silence,
    read_step,
    safest_silence,
)
from service.core.steps.shape import Step, StepKind


def read(fields: Fields) -> Step:
    """A question without choices."""
    fields.one_of("open", ("true",))
    silence = safest_silence(read_silence(fields), urgent=False)
    return replace(read_step(fields, StepKind.OPEN, "ask"), notes=read_notes(fields), silence=silence)


TYPE = StepType("open", (*QUESTION_KEYS, "open", "notes"), read)
