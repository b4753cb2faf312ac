"""What the types of step share when they are read: words, silence, and what an answer does beyond being kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, cast

from service.core.effects import NoteKind, Offer, SilenceThen
from service.core.flow_fields import Fields, did_you_mean
from service.core.flow_when import read_when
from service.core.model import Urgency
from service.core.preferences import PREFERENCES, SETTABLE
from service.core.steps.shape import Choice, Phrase, SilencePlan, Step, StepKind

COMMON_KEYS: Final = ("id", "when", "after_urgent")
WORD_KEYS: Final = ("why", "discreet", "sms", "voice")
QUESTION_KEYS: Final = (*COMMON_KEYS, *WORD_KEYS, "ask", "silence")
ACTION_KEYS: Final = ("raises", "offer", "go", "set")  # what an answer may do
OFFERS: Final = ("call", "text", "person", "peer")
RAISES: Final = ("soon", "urgent")
NOTES: Final = ("need", "idea")

SILENCE_LEADS_TO: Final = ("close", "soon", "urgent", "my_silence_plan")
_LONGEST_SILENCE: Final = timedelta(days=14)


def read_step(fields: Fields, kind: StepKind, *parts: str) -> Step:
    """What every step has. `parts` are the keys of its words; the first must be there."""
    if parts:
        need_id(fields, "a step with words has no `id`; give it a short name, such as `id: week`")
    if parts and parts[0] not in fields:
        fields.wrong("id", f"a question has no words; write `{parts[0]}:` and what to ask")
    return Step(
        id=fields.id("id") or "",
        kind=kind,
        line=fields.node.line,
        words=read_words(fields, *parts, *WORD_KEYS) if parts else {},
        when=read_when(fields),
        after_urgent=fields.flag("after_urgent"),
    )


def read_words(fields: Fields, *parts: str) -> dict[str, Phrase]:
    """The words that are there, by their keys."""
    words = {}
    for part in parts:
        english = fields.text(part)
        if english is not None:
            words[part] = Phrase(part, english, fields.line(part))
    return words


def need_id(fields: Fields, message: str) -> None:
    """Note that the step has no name."""
    if "id" not in fields:
        fields.wrong("id", message)


def read_silence(fields: Fields, choices: Iterable[Choice] = ()) -> SilencePlan:
    """What silence leads to; at a safety question it is at least `soon` where the file says nothing (V08)."""
    inner = fields.mapping("silence", "`silence`")
    if inner is None:
        urgent = any(choice.raises is Urgency.URGENT for choice in choices)
        return SilencePlan(then="soon" if urgent else "close")
    inner.refuse_unknown(("remind", "then"))
    remind = inner.duration("remind")
    if remind is not None and remind > _LONGEST_SILENCE:
        inner.wrong("remind", "a reminder after more than two weeks; write `1 day`, or 2 weeks at most")
    then = inner.one_of("then", SILENCE_LEADS_TO) if "then" in inner else "close"
    return SilencePlan(remind, cast(SilenceThen, then or "close"))


def read_notes(fields: Fields) -> NoteKind | None:
    """The ledger that the answer goes into."""
    return cast("NoteKind | None", fields.one_of("notes", NOTES))


def read_raises(fields: Fields) -> Urgency | None:
    """How soon a person must see that answer."""
    label = fields.one_of("raises", RAISES)
    return None if label is None else Urgency.of(label)


def read_offer(fields: Fields) -> Offer | None:
    """What is offered."""
    return cast("Offer | None", fields.one_of("offer", OFFERS))


def read_keeps(fields: Fields, kept: tuple[str, ...]) -> str | None:
    """The preference that the answer becomes. `kept`: those that this type of question can ask for."""
    value = fields.one_of("keeps", PREFERENCES)
    if value is None or value in kept:
        return value
    fields.wrong("keeps", f"`keeps: {value}` does not fit here; {_ASK_FOR[value]}")
    return None


def read_set(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Preferences and the values that they get."""
    inner = fields.mapping("set", "`set`, such as set: {pace: slower}")
    if inner is None:
        return ()
    if not inner.node.items:
        fields.wrong("set", "`set` is empty; write a preference and its value, such as set: {pace: slower}")
    inner.refuse_unknown(SETTABLE)
    found = ((name, inner.text(name)) for name in inner.node.items if name in SETTABLE)
    return tuple((name, value) for name, value in found if value is not None and _can_be(inner, name, value))


def _can_be(fields: Fields, name: str, value: str) -> bool:
    preference = PREFERENCES[name]
    if preference.knows(value):
        return True
    example = f" (or such as {preference.example})" if preference.values and preference.form else ""
    hint = did_you_mean(value, preference.values) if preference.values else f"write it as {preference.example}"
    fields.wrong(name, f"`{name}` is never `{value}`; {hint}{example}")
    return False


def read_one_set(fields: Fields) -> tuple[str, str] | None:
    """The one preference that an answer sets."""
    found = read_set(fields)
    if len(found) > 1:
        fields.wrong("set", "an answer sets one preference; set the others in a `set` step after it")
    return found[0] if found else None


def read_go(fields: Fields) -> str | None:
    """The step that comes next."""
    return fields.id("go")


_ASK_FOR: Final = {
    "pace": "ask with `choices` called slower and usual",
    "channel": "ask with `choices` called sms and voice",
    "silence_plan": "ask with `choices` called nothing, text, call and contact",
    "safe_hours": "ask with `choices` called morning, afternoon, evening and any, or with `time: true`",
    "shared_phone": "ask with `yes_no: true`",
    "language": "ask with `choices: languages`",
    "name": "ask with `open: true`",
    "code": "ask with `number: {digits: 4}`",
}
