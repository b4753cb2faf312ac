"""A rehearsal that begins in the middle of a flow: with the answers that are given, as if the rest had been passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.core.conditions import Known, Unanswered, holds
from service.core.flow_file import Flow
from service.core.flow_run import FlowRun
from service.core.flow_state import State
from service.core.steps.shape import Step, StepKind

if TYPE_CHECKING:
    from service.usecases.rehearsal.present import Present

_HERE: Final = "begin:here"  # a colon, so that no step of a file is called so


class CannotBegin(Exception):
    """The step is never met in that way; the message says why."""


def begin_at(flow: Flow, step_id: str, present: Present) -> tuple[Flow, State]:
    """A flow that waits just before that step, and its state. A skip goes on to the step."""
    place = flow.place(step_id)
    answers: dict[str, Known] = dict(present.scene.given.answers)
    step = flow.steps[place]
    _look(flow, step, answers, present)
    here = Step(_HERE, StepKind.YES_NO, step.line, flow=flow.name)
    steps = (*flow.steps[:place], here, replace(step, when=None), *flow.steps[place + 1 :])
    return replace(flow, steps=steps), State(waiting=_HERE, since=present.now, answers=answers)


def _look(flow: Flow, step: Step, answers: dict[str, Known], present: Present) -> None:
    """What is not given of the answers before may have been anything; what is given, and the facts, must fit."""
    if step.when is None:
        return
    vocabulary = present.stage.languages.vocabulary(flow, present.language)
    run = FlowRun(flow, State(answers=answers), present.now, present.facts(), vocabulary)

    def known(subject: str) -> Known:
        return Unanswered.UNCLEAR if flow.has(subject) and subject not in answers else run.known(subject)

    if holds(step.when, known) is False:
        raise CannotBegin(f"{step.id} is not met then: its when does not fit what is given")
