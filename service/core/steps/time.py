"""`time`: a time of day or week, read back; in a call three times of the rota are offered."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_times import as_hours, time_in
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import Fields
from service.core.flow_state import Facts
from service.core.model import Channel
from service.core.steps.reading import QUESTION_KEYS, read_keeps, read_silence, read_step
from service.core.steps.shape import MORE, PAGE, Step, StepKind
from service.core.steps.step_type import Question


class TimeStep(Question):
    """A question answered by `14:00`, `tue 14:00` or `tue 10:00-12:00`, however it is said."""

    kind = StepKind.TIME
    key = "time"
    keys = (*QUESTION_KEYS, "time", "keeps")
    kept = ("safe_hours",)
    is_read_back = True

    def read(self, fields: Fields) -> Step:
        """The question, and the preference that its answer becomes."""
        fields.one_of("time", ("true",))
        step = read_step(fields, self.kind, "ask")
        return replace(step, keeps=read_keeps(fields, self.kept), silence=read_silence(fields))

    def options(self, step: Step, facts: Facts, page: int) -> tuple[str, ...]:
        """In a call three times, and 4 to say another; safe hours are nobody else's to offer."""
        if facts.channel is not Channel.VOICE or page or step.keeps or not facts.times:
            return ()
        return (*facts.times[:PAGE], MORE)

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """One time, or a stretch of time; for safe hours always a stretch."""
        understood = time_in(reply)
        return as_hours(understood) if step.keeps and understood else understood


TYPE = TimeStep()
