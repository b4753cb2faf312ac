"""`date`: a day of the calendar, read back."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_dates import date_in
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import Fields
from service.core.steps.reading import QUESTION_KEYS, read_silence, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Question


class DateStep(Question):
    """A question answered by a day, "2025-11-12", however it is said."""

    kind = StepKind.DATE
    key = "date"
    keys = (*QUESTION_KEYS, "date")
    is_read_back = True

    def read(self, fields: Fields) -> Step:
        """The question."""
        fields.one_of("date", ("true",))
        return replace(read_step(fields, self.kind, "ask"), silence=read_silence(fields))

    def understand(self, step: Step, reply: Reply) -> Understood | None:  # noqa: ARG002
        """A weekday, a date, today or tomorrow."""
        return date_in(reply)


TYPE = DateStep()
