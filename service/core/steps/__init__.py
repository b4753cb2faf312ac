"""The types of step that a flow may have: one file each, and one table. A new type is a copied file and a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.core.steps import (
    choices,
    date,
    end,
    go,
    languages,
    later,
    number,
    offer,
    raises,
    run,
    say,
    scale,
    time,
    yes_no,
)
from service.core.steps import open as open_words
from service.core.steps import set as set_preferences
from service.core.steps.shape import StepKind
from service.core.steps.step_type import Question, StepType

STEP_TYPES: Final[Mapping[StepKind, StepType]] = {
    step_type.kind: step_type
    for step_type in (
        say.TYPE,
        choices.TYPE,
        languages.TYPE,
        yes_no.TYPE,
        scale.TYPE,
        number.TYPE,
        open_words.TYPE,
        time.TYPE,
        date.TYPE,
        offer.TYPE,
        raises.TYPE,
        set_preferences.TYPE,
        run.TYPE,
        later.TYPE,
        go.TYPE,
        end.TYPE,
    )
}
QUESTIONS: Final[Mapping[StepKind, Question]] = {
    kind: step_type for kind, step_type in STEP_TYPES.items() if isinstance(step_type, Question)
}
