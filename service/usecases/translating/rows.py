"""What a translator is given of each text: where it stands, what it costs, and the conversation around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from babel.messages.catalog import Message

from service.core.model import Channel
from service.languages.sources import Source, forms_in
from service.usecases.translating.conversations import ALONE, Bubble, Conversation, Moment
from service.usecases.translating.examples import Examples, Sent, costly_letters
from service.usecases.translating.places import Way, place_of
from service.usecases.translating.work import Work

_AROUND: Final = 2  # things before and after
_WHO: Final = {"person": "they", "staff": "staff", "time": "time"}
_UNSENT: Final = {
    Way.HEARD: "only heard, in calls",
    Way.TYPED: "only read by us, never sent",
    Way.SHOWN: "never sent",
}
_BY: Final = {Channel.SMS: "by text", Channel.VOICE: "by call"}


class State(StrEnum):
    """How far a translation is."""

    TO_DO = "to do"
    PLEASE_CHECK = "please check"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Row:
    """One text, or one form of a text that follows a number. `form` is the place of it, None where there is only one."""

    context: str
    where: str
    form: int | None
    numbers: str
    english: str
    translation: str
    state: State
    sent: str
    costly: str
    note: str
    around: str


def rows_of(work: Work, told: Iterable[Conversation]) -> Iterator[Row]:
    """Every text of a language, in the order of the catalog."""
    examples = Examples(work)
    places = _first_places(told)
    for message in work.catalog:
        source = work.sources.get(message.context or "") if message.id else None
        if source is not None:
            yield from _rows(work, source, message, examples.sent(source), places.get(source.context))


def state_of(source: Source, message: dict[str, Any]) -> State:
    """How far the translation of a text is."""
    if not source.is_translated_by(message) or not all(forms_in(message)):
        return State.TO_DO
    return State.PLEASE_CHECK if message.get("fuzzy") else State.CHECKED


def form_label(work: Work, place: int) -> str:
    """A form as a translator reads it: "[1] for 2, 3, 4, 22 …"."""
    return f"[{place}] for {work.rule.said_for(place)}"


def _rows(work: Work, source: Source, message: Message, sent: Sent, place: tuple[Conversation, int] | None) -> Iterator[Row]:
    entry = work.messages[source.context]
    where, _ = place_of(source.context, work.release.flows)
    forms = forms_in(entry)
    for number, form in enumerate(forms):
        is_one = source.plural and work.rule.numbers(number) == (1,)
        yield Row(
            context=source.context,
            where=where,
            form=number if source.plural else None,
            numbers=form_label(work, number) if source.plural else "",
            english=source.english if is_one else source.forms[-1],
            translation=form,
            state=state_of(source, entry),
            sent=_sent(sent),
            costly=costly_letters(sent.parts),
            note="\n".join(_notes(message)),
            around="" if place is None else _picture(*place, source.context),
        )


def _sent(sent: Sent) -> str:
    if sent.parts is None:
        return _UNSENT.get(sent.way, "")
    count = "1 part" if sent.parts.one else f"{sent.parts.segments} parts"
    return f"{count}, {sent.parts.encoding}\n{sent.words}"


def _notes(message: Message) -> Iterator[str]:
    yield " ".join(message.auto_comments)
    yield from (note for note in message.user_comments if not note.startswith("| "))


def _first_places(told: Iterable[Conversation]) -> dict[str, tuple[Conversation, int]]:
    """Where each text stands first, in a story if there is one."""
    places: dict[str, tuple[Conversation, int]] = {}
    for conversation in told:
        for number, moment in enumerate(conversation.moments):
            for context in (context for one in moment.bubbles for context in one.contexts):
                places.setdefault(context, (conversation, number))
    return places


def _picture(conversation: Conversation, number: int, context: str) -> str:
    """The phone in words: what stands before and after, and a mark beside the text."""
    title = f"{conversation.flow}, {_BY[conversation.channel]}: {conversation.title}"
    if conversation.title == ALONE:
        return "\n".join([title, *_drawn(conversation.moments[number], context)])
    start = max(0, number - _AROUND)
    shown: Sequence[Moment] = conversation.moments[start : number + _AROUND + 1]
    lines = [title, *(["  …"] if start else [])]
    for moment in shown:
        lines += _drawn(moment, context)
    return "\n".join([*lines, *(["  …"] if number + _AROUND + 1 < len(conversation.moments) else [])])


def _drawn(moment: Moment, context: str) -> Iterator[str]:
    for bubble in moment.bubbles:
        if moment.who == "service":
            yield from _bubble(bubble, marked=context in bubble.contexts)
        else:
            yield f"    {_WHO[moment.who]}: {bubble.words}"


def _bubble(bubble: Bubble, *, marked: bool) -> Iterator[str]:
    for line in bubble.words.split("\n"):
        yield f"{'▶' if marked else ' '} │ {line}"
