"""`say`: words, and on to the next step."""

from __future__ import annotations

from service.core.flow_fields import Fields
from service.core.flow_yaml import Mapping
from service.core.steps.reading import COMMON_KEYS, StepType, read_step
from service.core.steps.shape import Step, StepKind


def read(fields: Fields) -> Step:
    """Words with their replacements for a channel or a shared phone."""
    words = fields.node.items["say"]
    if isinstance(words, Mapping) and {"one", "other"} & set(words.items):
        fields.wrong("say", "this release has no plurals (`one`, `other`); write one sentence that fits every number")
        return Step("", StepKind.SAY, fields.node.line)
    return read_step(fields, StepKind.SAY, "say")


TYPE = StepType("say", (*COMMON_KEYS, "say", "why", "discreet", "sms", "voice"), read)
