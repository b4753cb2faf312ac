"""`scale`: a number between two ends that have words, short enough for one key."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_numbers import number_in
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import Fields
from service.core.steps.reading import QUESTION_KEYS, read_silence, read_step, read_words
from service.core.steps.shape import Range, Step, StepKind
from service.core.steps.step_type import Question

MOST = 7  # 8 is slower and 9 is again on every phone (V04)


class ScaleStep(Question):
    """A question answered by a number, whose ends are labelled."""

    kind = StepKind.SCALE
    key = "scale"
    keys = (*QUESTION_KEYS, "scale", "low", "high")
    needs = ("id", "ask", "low", "high")

    def read(self, fields: Fields) -> Step:
        """The question, its range and the words of both ends."""
        step = read_step(fields, self.kind, "ask")
        for end, word in (("low", "Light"), ("high", "Too much")):
            if end not in fields:
                message = f"a scale does not say what its {end} end means; add `{end}:` and a word such as {word}"
                fields.wrong("scale", message)
        ends = read_words(fields, "low", "high")
        range = _read_range(fields)
        return replace(step, words={**step.words, **ends}, range=range, silence=read_silence(fields))

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """A number in range, a number word, or the words of an end."""
        assert step.range is not None
        return number_in(reply, step.range.low, step.range.high, reply.vocabulary.phrases(step.id))


def _read_range(fields: Fields) -> Range:
    inner = fields.mapping("scale", "`scale`, such as scale: {from: 1, to: 5}")
    if inner is None:
        return Range(1, MOST)
    inner.refuse_unknown(("from", "to"))
    for end in ("from", "to"):
        if end not in inner:
            fields.wrong("scale", f"a scale has no `{end}`; write scale: {{from: 1, to: 5}}")
    low, high = inner.number("from", 1, MOST), inner.number("to", 1, MOST)
    if low is not None and high is not None and high < low + 2:
        fields.wrong("scale", "a scale has at least three numbers; write scale: {from: 1, to: 5}, or ask with choices")
    return Range(low or 1, high or MOST)


TYPE = ScaleStep()
