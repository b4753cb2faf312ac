"""`open`: the person's own words, which a person reads."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_words import SKIPPED, Reply, Understood
from service.core.flow_fields import Fields
from service.core.steps.reading import QUESTION_KEYS, read_keeps, read_notes, read_silence, read_step
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import Question


class OpenStep(Question):
    """A question without choices."""

    kind = StepKind.OPEN
    key = "open"
    keys = (*QUESTION_KEYS, "open", "notes", "keeps")
    kept = ("name",)

    def read(self, fields: Fields) -> Step:
        """The question, and the ledger that the words go into."""
        fields.one_of("open", ("true",))
        return replace(
            read_step(fields, self.kind, "ask"),
            notes=read_notes(fields),
            keeps=read_keeps(fields, self.kept),
            silence=read_silence(fields),
        )

    def understand(self, step: Step, reply: Reply) -> Understood | None:  # noqa: ARG002
        """Whatever it is, a person reads it; a text without any words is not understood."""
        if reply.skips:
            return SKIPPED
        words = reply.text.strip()
        return Understood((), rest=words) if words else None


TYPE = OpenStep()
