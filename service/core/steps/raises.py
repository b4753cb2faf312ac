"""`raises`: puts this before a person, because of what came before."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.model import Urgency
from service.core.steps.reading import COMMON_KEYS, need_id, read_raises, read_step, read_words
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Run, StepType


class RaisesStep(StepType):
    """Never taken back; its id and its `because` are the reason that staff read."""

    kind = StepKind.RAISES
    key = "raises"
    keys = (*COMMON_KEYS, "raises", "because")
    needs = ("id", "because")

    def read(self, fields: Fields) -> Step:
        """How soon, and why."""
        need_id(fields, "a step that raises has no `id`; staff read it as the reason, such as `id: no-heating`")
        if "because" not in fields:
            fields.wrong("raises", "a step that raises gives no reason; add `because:` and what staff should know")
        step = replace(read_step(fields, self.kind), words=read_words(fields, "because"))
        return replace(step, urgency=read_raises(fields))

    def meet(self, step: Step, run: Run) -> None:
        """Raises at once."""
        run.put_before_a_person(step.urgency or Urgency.SOON, step, None, "step")


TYPE = RaisesStep()
