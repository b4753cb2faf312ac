"""`choices`: two to four answers of which one, or with `many` several, may be given; or the list of languages."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import ID_RULE, Fields, is_id
from service.core.flow_yaml import Node, Text
from service.core.model import Urgency
from service.core.steps.reading import (
    QUESTION_KEYS,
    StepType,
    read_notes,
    read_raises,
    read_silence,
    read_step,
    safest_silence,
)
from service.core.steps.shape import Choice, Step, StepKind

_LATER = ("offer", "go", "set")


def read(fields: Fields) -> Step:
    """A question with its choices in the order of their digits."""
    node = fields.node.items["choices"]
    if isinstance(node, Text) and node.value == "languages":
        return _read_languages(fields)
    if "keeps" in fields:
        fields.wrong("keeps", "this release keeps only a language, by `choices: languages`; take the line out")
    choices = _read_choices(fields)
    urgent = any(choice.raises is Urgency.URGENT for choice in choices)
    return replace(
        read_step(fields, StepKind.CHOICES, "ask"),
        choices=choices,
        many=fields.flag("many"),
        notes=read_notes(fields),
        silence=safest_silence(read_silence(fields), urgent),
    )


def _read_languages(fields: Fields) -> Step:
    for key in ("many", "notes"):
        if key in fields:
            fields.wrong(key, f"`{key}` does not go with `choices: languages`; take it out")
    if fields.one_of("keeps", ("language",)) is None and "keeps" not in fields:
        fields.wrong("choices", "`choices: languages` keeps nothing; add `keeps: language`")
    silence = safest_silence(read_silence(fields), urgent=False)
    return replace(read_step(fields, StepKind.LANGUAGES, "ask"), keeps="language", silence=silence)


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
    for key in _LATER:
        if key in inner:
            inner.wrong(key, f"this release has no `{key}` on a choice; take the line out")
    inner.refuse_unknown(("label", "words", "raises", *_LATER))
    if "label" not in inner:
        inner.wrong("label", f"choice `{choice_id}` has no label; write `label:` and what the person reads")
    words = tuple(word.strip() for word in (inner.text("words") or "").split(",") if word.strip())
    return Choice(choice_id, inner.text("label") or choice_id, line, words, read_raises(inner))


TYPE = StepType("choices", (*QUESTION_KEYS, "choices", "many", "notes", "keeps"), read)
