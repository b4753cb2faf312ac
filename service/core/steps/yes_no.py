"""`yes_no`: 1 is yes and 2 is no, always; either may raise; a consent is asked in this way."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.flow_yaml import Text
from service.core.model import Urgency
from service.core.steps.reading import (
    QUESTION_KEYS,
    StepType,
    read_raises,
    read_silence,
    read_step,
    safest_silence,
)
from service.core.steps.shape import Choice, Step, StepKind

_LABELS = {"yes": "Yes", "no": "No"}


def read(fields: Fields) -> Step:
    """The question, with what each answer raises."""
    line = fields.line("yes_no")
    raises = _raises(fields)
    choices = tuple(Choice(answer, label, line, raises=raises.get(answer)) for answer, label in _LABELS.items())
    silence = safest_silence(read_silence(fields), Urgency.URGENT in raises.values())
    step = read_step(fields, StepKind.YES_NO, "ask")
    return replace(step, choices=choices, consent=fields.id("consent"), silence=silence)


def _raises(fields: Fields) -> dict[str, Urgency | None]:
    node = fields.node.items["yes_no"]
    if isinstance(node, Text):
        fields.one_of("yes_no", ("true",))
        return {}
    answers = fields.mapping("yes_no", "`yes_no`")
    if answers is None:
        return {}
    answers.refuse_unknown(_LABELS)
    found: dict[str, Urgency | None] = {}
    for answer in _LABELS:
        inner = answers.mapping(answer, "an answer of `yes_no`")
        if inner is not None:
            inner.refuse_unknown(("raises",))
            found[answer] = read_raises(inner)
    return found


TYPE = StepType("yes_no", (*QUESTION_KEYS, "yes_no", "consent"), read)
