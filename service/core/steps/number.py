"""`number`: a whole number in a range, or a code of so many digits."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_numbers import digits_of, number_in
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import Fields
from service.core.preferences import CODE_DIGITS
from service.core.steps.reading import QUESTION_KEYS, read_keeps, read_silence, read_step
from service.core.steps.shape import Range, Step, StepKind
from service.core.steps.step_type import Question

_MOST = 999_999_999
MOST_DIGITS = 12


class NumberStep(Question):
    """A question answered by digits."""

    kind = StepKind.NUMBER
    key = "number"
    keys = (*QUESTION_KEYS, "number", "keeps")
    kept = ("code",)
    is_read_back = True

    def read(self, fields: Fields) -> Step:
        """The question and its range, or how many digits it takes."""
        range = _read_range(fields)
        keeps = read_keeps(fields, self.kept)
        if keeps == "code" and range.digits != CODE_DIGITS:
            fields.wrong("number", f"a code has {CODE_DIGITS} digits; write number: {{digits: {CODE_DIGITS}}}")
        step = read_step(fields, self.kind, "ask")
        return replace(step, range=range, keeps=keeps, silence=read_silence(fields))

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """A number in range as "7", or the digits as they were given."""
        assert step.range is not None
        if step.range.digits:
            return digits_of(reply, step.range.digits)
        return number_in(reply, step.range.low, step.range.high)


def _read_range(fields: Fields) -> Range:
    inner = fields.mapping("number", "`number`, such as number: {from: 1, to: 40} or number: {digits: 4}")
    if inner is None:
        return Range(1, _MOST)
    inner.refuse_unknown(("from", "to", "digits"))
    if "digits" in inner:
        if len(inner.node.items) > 1:
            fields.wrong("number", "`number` has both a range and `digits`; write {from: 1, to: 40} or {digits: 4}")
        return Range(digits=inner.number("digits", 1, MOST_DIGITS) or 1)
    for end in ("from", "to"):
        if end not in inner:
            fields.wrong("number", f"`number` has no `{end}`; write {{from: 1, to: 40}} or {{digits: 4}}")
    # 0 alone is a person, by key and by text, so no answer may be 0.
    low, high = inner.number("from", 1, _MOST), inner.number("to", 1, _MOST)
    if low is not None and high is not None and high <= low:
        fields.wrong("number", "`to` is not above `from`; write the smaller number first")
    return Range(low or 1, high or _MOST)


TYPE = NumberStep()
