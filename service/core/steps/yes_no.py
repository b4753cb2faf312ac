"""`yes_no`: 1 is yes and 2 is no, always; either may do more; a consent is asked in this way."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from service.core.answer_choices import one_of
from service.core.answer_words import Reply, Understood
from service.core.effects import Offer
from service.core.flow_fields import Fields
from service.core.flow_yaml import Text
from service.core.steps.reading import (
    ACTION_KEYS,
    QUESTION_KEYS,
    read_go,
    read_keeps,
    read_offer,
    read_one_set,
    read_raises,
    read_silence,
    read_step,
)
from service.core.steps.shape import Choice, Step, StepKind
from service.core.steps.step_type import Question

LABELS: Final = {"yes": "Yes", "no": "No"}


class YesNo(Question):
    """A question whose answers are the service's own yes and no."""

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """A digit, or the language's words for yes and no."""
        return one_of(reply, reply.vocabulary.yes_or_no(step.id))


class YesNoStep(YesNo):
    """The question, with what each answer does."""

    kind = StepKind.YES_NO
    key = "yes_no"
    keys = (*QUESTION_KEYS, "yes_no", "consent", "keeps")
    kept = ("shared_phone",)

    def read(self, fields: Fields) -> Step:
        """`yes_no: true`, or what yes and no do."""
        choices = _read_answers(fields)
        return replace(
            read_step(fields, self.kind, "ask"),
            choices=choices,
            consent=fields.id("consent"),
            keeps=read_keeps(fields, self.kept),
            silence=read_silence(fields, choices),
        )

    def is_doubtful(self, step: Step, understood: Understood) -> bool:
        """ "Yes, but…" is no consent, and "no, but…" does not make a phone one's own."""
        return understood.values == (("yes",) if step.consent else ("no",) if step.keeps else None)


def yes_and_no(line: int, offer: Offer | None = None) -> tuple[Choice, ...]:
    """Both answers; yes to an offer accepts it."""
    return Choice("yes", LABELS["yes"], line, offer=offer), Choice("no", LABELS["no"], line)


def _read_answers(fields: Fields) -> tuple[Choice, ...]:
    plain = yes_and_no(fields.line("yes_no"))
    if isinstance(fields.node.items["yes_no"], Text):
        fields.one_of("yes_no", ("true",))
        return plain
    answers = fields.mapping("yes_no", "`yes_no`")
    if answers is None:
        return plain
    answers.refuse_unknown(LABELS)
    return tuple(_read_answer(answers, choice) for choice in plain)


def _read_answer(answers: Fields, plain: Choice) -> Choice:
    inner = answers.mapping(plain.id, "an answer of `yes_no`")
    if inner is None:
        return plain
    inner.refuse_unknown(ACTION_KEYS)
    return replace(
        plain,
        raises=read_raises(inner),
        offer=read_offer(inner),
        go=read_go(inner),
        set=read_one_set(inner),
    )


TYPE = YesNoStep()
