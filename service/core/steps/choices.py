"""`choices`: two to four answers of which one, or with `many` several, may be given."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_choices import one_of, several
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import ID_RULE, Fields, is_id
from service.core.flow_yaml import Mapping, Node, Text
from service.core.steps import languages
from service.core.steps.reading import (
    ACTION_KEYS,
    QUESTION_KEYS,
    read_go,
    read_keeps,
    read_notes,
    read_offer,
    read_one_set,
    read_raises,
    read_silence,
    read_step,
    read_words,
)
from service.core.steps.shape import Choice, Step, StepKind
from service.core.steps.step_type import Question

CHOICE_KEYS = ("label", "words", *ACTION_KEYS)


class ChoicesStep(Question):
    """A question with its choices in the order of their digits."""

    kind = StepKind.CHOICES
    key = "choices"
    keys = (*QUESTION_KEYS, "choices", "many", "notes", "keeps", "teach_back", "otherwise")
    kept = ("pace", "channel", "silence_plan", "safe_hours")

    def is_written(self, node: Mapping) -> bool:
        """Any `choices` but the list of languages."""
        return super().is_written(node) and not languages.TYPE.is_written(node)

    def read(self, fields: Fields) -> Step:
        """The question, its choices, and what they become."""
        choices = _read_choices(fields)
        step = read_step(fields, self.kind, "ask")
        return replace(
            step,
            words={**step.words, **read_words(fields, "otherwise")},
            choices=choices,
            many=fields.flag("many"),
            notes=read_notes(fields),
            keeps=read_keeps(fields, self.kept),
            silence=read_silence(fields, choices),
            teach_back=_read_teach_back(fields),
        )

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """A digit, a label or one of its words; several of them with `many`."""
        phrases = reply.vocabulary.phrases(step.id)
        return several(reply, phrases) if step.many else one_of(reply, phrases)


def _read_choices(fields: Fields) -> tuple[Choice, ...]:
    inner = fields.mapping("choices", "`choices`")
    if inner is None:
        return ()
    if not 2 <= len(inner.node.items) <= 4:
        count = len(inner.node.items)
        fields.wrong("choices", f"a question has 2 to 4 choices, and here are {count}; split it or make it yes_no")
    found = (_read_choice(inner, choice_id, node) for choice_id, node in inner.node.items.items())
    return tuple(choice for choice in found if choice is not None)


def _read_choice(fields: Fields, choice_id: str, node: Node) -> Choice | None:
    line = fields.line(choice_id)
    if not is_id(choice_id):
        fields.wrong(choice_id, f"a choice is named by {ID_RULE}; its label comes after the colon", choice_id)
        return None
    if isinstance(node, Text):
        label = fields.text(choice_id)
        return None if label is None else Choice(choice_id, label, line)
    inner = fields.mapping(choice_id, f"choice `{choice_id}`")
    if inner is None:
        return None
    inner.refuse_unknown(CHOICE_KEYS)
    if "label" not in inner:
        inner.wrong("label", f"choice `{choice_id}` has no label; write `label:` and what the person reads")
    words = tuple(word.strip() for word in (inner.text("words") or "").split(",") if word.strip())
    return Choice(
        choice_id,
        inner.text("label") or choice_id,
        line,
        words,
        read_raises(inner),
        read_offer(inner),
        read_go(inner),
        read_one_set(inner),
    )


def _read_teach_back(fields: Fields) -> str | None:
    """The choice that shows that our own words were clear."""
    inner = fields.mapping("teach_back", "`teach_back`, such as teach_back: {right: staff}")
    if inner is None:
        if "otherwise" in fields and "teach_back" not in fields:
            fields.wrong("otherwise", "`otherwise` is said after a wrong `teach_back`; add teach_back: {right: …}")
        return None
    inner.refuse_unknown(("right",))
    if "right" not in inner:
        fields.wrong("teach_back", "`teach_back` says no right answer; write teach_back: {right: …} with a choice")
    if "otherwise" not in fields:
        message = "`teach_back` says nothing after another answer; add `otherwise:` and the explanation once more"
        fields.wrong("teach_back", message)
    return inner.text("right")


TYPE = ChoicesStep()
