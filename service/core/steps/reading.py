"""What the types of step share when they are read: the shape of a type, words, silence and what an answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from service.core.effects import NoteKind, SilenceThen
from service.core.flow_fields import Fields
from service.core.flow_when import read_when
from service.core.model import Urgency
from service.core.steps.shape import Phrase, SilencePlan, Step, StepKind

COMMON_KEYS: Final = ("id", "when", "after_urgent")
WORD_KEYS: Final = ("why", "discreet", "sms", "voice")
QUESTION_KEYS: Final = (*COMMON_KEYS, *WORD_KEYS, "ask", "silence")

_SILENCE_LEADS_TO: Final = ("close", "soon", "urgent", "my_silence_plan")
_LONGEST_SILENCE: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class StepType:
    """One type of step: the key it is known by, every key it may have, and how it is read."""

    key: str
    keys: tuple[str, ...]
    read: Callable[[Fields], Step]


def read_step(fields: Fields, kind: StepKind, *parts: str) -> Step:
    """What every step has. `parts` are the keys of its words; the first must be there."""
    needs_id = bool(parts)
    if needs_id and "id" not in fields:
        fields.wrong("id", "a step with words has no `id`; give it a short name, such as `id: week`")
    if parts and parts[0] not in fields:
        fields.wrong("id", f"a question has no words; write `{parts[0]}:` and what to ask")
    words = {}
    for part in (*parts, *WORD_KEYS) if parts else ():
        english = fields.text(part)
        if english is not None:
            words[part] = Phrase(part, english, fields.line(part))
    return Step(
        id=fields.id("id") or "",
        kind=kind,
        line=fields.node.line,
        words=words,
        when=read_when(fields),
        after_urgent=fields.flag("after_urgent"),
    )


def read_silence(fields: Fields) -> SilencePlan | None:
    """What silence leads to; None if the file leaves it out."""
    inner = fields.mapping("silence", "`silence`")
    if inner is None:
        return None
    inner.refuse_unknown(("remind", "then"))
    remind = inner.duration("remind")
    if remind is not None and remind > _LONGEST_SILENCE:
        inner.wrong("remind", "a reminder after more than two weeks; write `1 day`, or 2 weeks at most")
    then = inner.one_of("then", _SILENCE_LEADS_TO) if "then" in inner else "close"
    return SilencePlan(remind, cast(SilenceThen, then or "close"))


def read_notes(fields: Fields) -> NoteKind | None:
    """The ledger that the answer goes into."""
    return cast("NoteKind | None", fields.one_of("notes", ("need", "idea")))


def read_raises(fields: Fields) -> Urgency | None:
    """How soon a person must see that answer."""
    label = fields.one_of("raises", ("soon", "urgent"))
    return None if label is None else Urgency.of(label)


def safest_silence(plan: SilencePlan | None, urgent: bool) -> SilencePlan:
    """The plan of a question; silence at a safety question is at least `soon` where the file says nothing (V08)."""
    return plan or SilencePlan(then="soon" if urgent else "close")
