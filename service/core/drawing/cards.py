"""A flow as a row of cards in words: what is asked, what may be answered, whom it reaches, and what silence does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol

from babel import Locale
from babel.dates import format_timedelta, get_day_names
from babel.numbers import format_decimal

from service.core.drawing.conditions import Conditions
from service.core.flow_file import Flow
from service.core.language_codes import unicode_locale
from service.core.model import Urgency
from service.core.steps.shape import MORE, Choice, Phrase, Step, StepKind, language_page

Shape = Literal["question", "says", "does", "end"]
MarkKind = Literal["urgent", "soon", "go"]
Unit = Literal["week", "day", "hour", "minute"]
_UNITS: Final[tuple[tuple[int, Unit], ...]] = ((7 * 24 * 60, "week"), (24 * 60, "day"), (60, "hour"), (1, "minute"))
_STARTS: Final = {one: one.replace(" ", "_") for one in ("every day", "every week", "on joining", "when asked")}


class Speaker(Protocol):
    """Says words in the language of the drawing."""

    @property
    def code(self) -> str:
        """The language's code."""

    @property
    def right_to_left(self) -> bool:
        """Which way it runs."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages on offer."""

    def flow(self, context: str, english: str) -> str:
        """A flow's words."""

    def say(self, key: str, /, **values: str) -> str:
        """The service's own words."""

    def language(self, code: str) -> str:
        """What a language calls itself."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an answer leads: to people, or to another card."""

    kind: MarkKind
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its key, its words, and where it leads."""

    key: str
    words: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One step. `only_if` is empty where everybody meets it; `letter` where nothing points to it."""

    shape: Shape
    letter: str = ""
    words: str = ""
    why: str = ""
    only_if: str = ""
    after_urgent: str = ""
    rows: tuple[Row, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the cards."""

    name: str
    purpose: str
    lines: tuple[str, ...]
    starts: str


def head_of(flow: Flow, speaker: Speaker) -> Head:
    """Why the flow exists, who decided it, and when it begins."""
    said = {part: speaker.flow(f"{flow.name}/{part}", phrase.english) for part, phrase in flow.header.items()}
    if flow.after_escalation is not None:
        when = speaker.say("draw.starts.after_escalation", time=_span(flow.after_escalation, speaker))
    else:
        when = speaker.say(f"draw.starts.{_STARTS[flow.starts]}")
    told = (speaker.say(f"draw.{part}", words=said[part]) for part in ("decided_by", "not_for"))
    lines = (said["wellbeing"], *told)
    return Head(flow.name, said["purpose"], lines, speaker.say("draw.starts", when=when))


def cards_of(flow: Flow, speaker: Speaker) -> list[Card]:
    """Every step of the flow, in its order."""
    maker = _Maker(flow, speaker)
    return [maker.card(step) for step in flow.steps]


def letters_of(flow: Flow) -> dict[str, str]:
    """A letter for each step that something may point to, in order: A to Z, then AA."""
    targets = {step.go for step in flow.steps} | {choice.go for step in flow.steps for choice in step.choices}
    pointed = [step.id for step in flow.steps if step.id and (step.is_question or step.id in targets)]
    return {step_id: _letter(place) for place, step_id in enumerate(pointed)}


def _letter(place: int) -> str:
    letter = chr(ord("A") + place % 26)
    return letter if place < 26 else _letter(place // 26 - 1) + letter


def _span(span: timedelta, speaker: Speaker) -> str:
    """In the largest unit that says it exactly."""
    minutes = int(span.total_seconds()) // 60
    size, unit = next((size, unit) for size, unit in _UNITS if minutes % size == 0)
    return format_timedelta(span, granularity=unit, threshold=minutes // size + 1, locale=locale_of(speaker.code))


def locale_of(code: str) -> Locale:
    """The language as Unicode's data knows it; English where it knows it not."""
    return unicode_locale(code) or Locale("en")


class _Maker:
    """Makes the cards of one flow in one language."""

    def __init__(self, flow: Flow, speaker: Speaker) -> None:
        self._flow, self._speaker, self._locale = flow, speaker, locale_of(speaker.code)
        self._letters = letters_of(flow)
        self._conditions = Conditions(flow, self._letters, self._label, speaker.say, speaker.language, self._locale)

    def card(self, step: Step) -> Card:
        shape: Shape = "question" if step.is_question else "says" if step.kind is StepKind.SAY else "does"
        shape = "end" if step.kind is StepKind.END else shape
        return Card(
            shape=shape,
            letter=self._letters.get(step.id, ""),
            words=self._words(step),
            why=self._part(step, "why") if step.is_question else "",
            only_if=self._only_if(step),
            after_urgent=self._speaker.say("draw.after_urgent") if step.after_urgent else "",
            rows=tuple(self._rows(step)),
            marks=tuple(self._step_marks(step)),
            notes=tuple(self._notes(step)),
            silence=self._silence(step) if step.is_question else "",
        )

    def _only_if(self, step: Step) -> str:
        if step.when is None:
            return ""
        return self._speaker.say("draw.only_if", conditions=self._conditions.told(step.when))

    def _words(self, step: Step) -> str:
        for part in ("ask", "say"):
            if part in step.words:
                return self._part(step, part)
        match step.kind:
            case StepKind.OFFER:
                return self._speaker.say(f"offer.{step.offer}")
            case StepKind.RAISES:
                return self._part(step, "because")
            case StepKind.LATER if step.later is not None:
                time = _span(step.later.after, self._speaker)
                return self._speaker.say("draw.later", time=time, flow=step.later.flow)
            case StepKind.END:
                return self._speaker.say("draw.end")
            case StepKind.GO if step.go is not None:
                return self._speaker.say("draw.go", letter=self._letters.get(step.go, step.go))
            case StepKind.SET:
                return "\n".join(f"{name}: {value}" for name, value in step.set)
        return step.run or ""

    def _part(self, step: Step, part: str) -> str:
        """Words of a step; where the person's number decides, the form for many, as most numbers are."""
        phrase = step.words.get(part)
        return "" if phrase is None else self._phrase(step, phrase)

    def _phrase(self, step: Step, phrase: Phrase) -> str:
        context = f"{step.flow or self._flow.name}/{step.id}/{phrase.part}"
        return self._speaker.flow(context, phrase.english)

    # Answers

    def _label(self, step: Step, choice: str) -> str:
        if step.kind is StepKind.LANGUAGES:
            return self._speaker.say("language.more") if choice == MORE else self._speaker.language(choice)
        if choice in ("yes", "no") and step.kind in (StepKind.YES_NO, StepKind.OFFER):
            return self._speaker.say(choice)
        found = next((one for one in step.choices if one.id == choice), None)
        if found is None:
            return choice
        return self._phrase(step, Phrase(f"choices.{choice}", found.label, found.line))

    def _rows(self, step: Step) -> Iterator[Row]:
        if step.kind is StepKind.SCALE and step.range is not None:
            yield Row(self._digits(step.range.low), self._part(step, "low"))
            yield Row("…", "")
            yield Row(self._digits(step.range.high), self._part(step, "high"))
        elif step.kind is StepKind.LANGUAGES:
            for place, code in enumerate(language_page(self._speaker.languages, 0), 1):
                yield Row(self._digits(place), self._label(step, code))
        elif step.kind is StepKind.OFFER:
            yield Row(self._digits(1), self._speaker.say("yes"), (self._reaches(Urgency.SOON),))
            yield Row(self._digits(2), self._speaker.say("no"))
        else:
            for place, choice in enumerate(step.choices, 1):
                yield Row(self._digits(place), self._label(step, choice.id), tuple(self._marks(choice)))

    def _digits(self, number: int) -> str:
        return str(format_decimal(number, locale=self._locale))

    def _marks(self, choice: Choice) -> Iterator[Mark]:
        urgency = choice.raises if choice.raises is not None else Urgency.SOON if choice.offer else None
        if urgency is not None:
            yield self._reaches(urgency)
        if choice.go is not None:
            yield Mark("go", self._speaker.say("draw.go", letter=self._letters.get(choice.go, choice.go)))

    def _step_marks(self, step: Step) -> Iterator[Mark]:
        if step.kind is StepKind.RAISES and step.urgency is not None:
            yield self._reaches(step.urgency)

    def _reaches(self, urgency: Urgency) -> Mark:
        kind: MarkKind = "urgent" if urgency is Urgency.URGENT else "soon"
        return Mark(kind, self._speaker.say(f"draw.{kind}"))

    # Beside the answers

    def _notes(self, step: Step) -> Iterator[str]:
        say = self._speaker.say
        if step.kind is StepKind.OPEN:
            yield say("draw.own_words")
        if step.kind is StepKind.TIME:
            yield say("time", example=f"{get_day_names(locale=self._locale)[1]} 14:00")
        if step.range is not None and step.kind is StepKind.NUMBER:
            yield from self._range(step)
        if step.many:
            yield say("draw.many")
        if "otherwise" in step.words:
            yield say("draw.otherwise", words=self._part(step, "otherwise"))
        if step.notes:
            yield say(f"draw.{step.notes}")
        if step.consent:
            yield say("draw.consent")
        elif step.keeps:
            yield say("draw.kept")

    def _range(self, step: Step) -> Iterator[str]:
        span = step.range
        if span is None:
            return
        if span.digits:
            yield self._speaker.say("number.digits", digits=str(span.digits))
        else:
            yield self._speaker.say("number", low=str(span.low), high=str(span.high))

    def _silence(self, step: Step) -> str:
        then = self._speaker.say(f"draw.then.{step.silence.then}")
        key = "draw.silence" if step.silence.remind is None else "draw.silence.remind"
        return self._speaker.say(key, time=_span(step.silence.first_wait(), self._speaker), then=then)


def told(head: Head, cards: list[Card], speaker: Speaker) -> str:
    """The whole drawing in words, for whoever hears it."""
    lines = [head.purpose, *head.lines, head.starts]
    for card in cards:
        marks = " ".join(mark.words for mark in card.marks)
        lines.append(" ".join(part for part in (card.letter and f"{card.letter}.", card.only_if, card.words, marks) if part))
        for row in card.rows:
            lines.append(" ".join((row.key, row.words, *(mark.words for mark in row.marks))))
        lines += [*card.notes, *([card.silence] if card.silence else [])]
    return "\n".join((*lines, speaker.say("draw.end")))
