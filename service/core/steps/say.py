"""`say`: words, and on to the next step."""

from __future__ import annotations

from dataclasses import replace

from service.core.effects import Say
from service.core.flow_fields import Fields
from service.core.flow_yaml import Mapping
from service.core.steps.reading import COMMON_KEYS, WORD_KEYS, read_step, read_words
from service.core.steps.shape import Phrase, Step, StepKind
from service.core.steps.step_type import Run, StepType


class SayStep(StepType):
    """Words with their replacements for a channel or a shared phone, and forms for one and for more."""

    kind = StepKind.SAY
    key = "say"
    keys = (*COMMON_KEYS, *WORD_KEYS, "say")
    needs = ("id",)

    def read(self, fields: Fields) -> Step:
        """The words, or their `one` and `other` forms."""
        if not isinstance(fields.node.items["say"], Mapping):
            return read_step(fields, self.kind, "say")
        step = read_step(fields, self.kind)
        words = read_words(fields, *WORD_KEYS)
        if (said := _read_plural(fields)) is not None:
            words = {"say": said, **words}
        if not step.id:
            fields.wrong("id", "a step with words has no `id`; give it a short name, such as `id: week`")
        return replace(step, words=words)

    def meet(self, step: Step, run: Run) -> None:
        """Says it."""
        run.add(Say(step.id))


def _read_plural(fields: Fields) -> Phrase | None:
    forms = fields.mapping("say", "`say`")
    if forms is None or not {"one", "other"} & set(forms.node.items):
        fields.wrong("say", '`say` takes words, not a list or mapping; put words beginning with { or [ in "quotes"')
        return None
    forms.refuse_unknown(("one", "other"))
    for form in ("one", "other"):
        if form not in forms:
            fields.wrong("say", f"`say` has no `{form}:` form; write both, one: … and other: …")
    one, other = forms.text("one"), forms.text("other")
    return None if one is None or other is None else Phrase("say", one, forms.line("one"), plural=other)


TYPE = SayStep()
