"""What texts and calls say alike: which words of a turn this person may be given, and what may stand in their braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.phrases import Wording, placeholders
from service.core.steps.shape import MORE, NONE, Phrase, Step, StepKind, language_page
from service.core.words import CONTEXT, SERVICE_WORDS
from service.languages import Languages, Template

_ANSWER = "answer."
_LABELLED = frozenset({StepKind.CHOICES, StepKind.LANGUAGES, StepKind.YES_NO, StepKind.OFFER})
_NUMBERS = frozenset({StepKind.SCALE, StepKind.NUMBER})
_NO_VALUES: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """Words under their context in a catalog; without a context they are said as they stand."""

    context: str
    english: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    language: str = ""  # where it is not the person's own
    recording: str = ""  # of words without a context


@dataclass(frozen=True, slots=True)
class Speaker:
    """All that decides how words are said to one person."""

    flow: Flow
    languages: Languages
    language: str
    values: Mapping[str, str]
    discreet: bool
    channel: Channel

    def words(self, line: Line) -> Wording:
        """The words of a line, in both spellings."""
        language = line.language or self.language
        if not line.context:
            return Wording(line.english, line.english)
        if line.context.startswith(CONTEXT):
            return self.languages.wording(language, line.context.removeprefix(CONTEXT), line.values)
        return self.languages.phrase(language, line.context, line.english, line.values, line.plural)

    def language_of(self, line: Line) -> str:
        """The language that a line is really in: English where there is no translation."""
        language = line.language or self.language
        if not line.context:
            return self.languages.nearest(language)
        return self.template(line).code

    def template(self, line: Line) -> Template:
        """The words of a line that has a context, with their braces."""
        return self.languages.template(line.language or self.language, line.context, line.english, line.plural, line.values)

    def may_hear(self, words: str) -> bool:
        """Whether anything is left of the words, and they do not tell a discreet person who we are."""
        name = self.values.get("service", "").strip()
        if not words or not self.discreet or not name:
            return bool(words)
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is None


def service_line(key: str, /, **values: object) -> Line:
    """The service's own words under a key; a time that is not known is not promised."""
    if not values.get("when") and f"{key}.unknown_time" in SERVICE_WORDS:
        key = f"{key}.unknown_time"
    return Line(CONTEXT + key, SERVICE_WORDS[key], values)


def step_line(step: Step, speaker: Speaker) -> Line | None:
    """The words of a step on this channel; of an offer the service's own, unless the flow gives some."""
    phrase = step.wording(speaker.channel, speaker.discreet)
    if phrase is not None:
        return phrase_line(step, phrase, speaker)
    return service_line(f"offer.{step.offer}") if step.kind is StepKind.OFFER and step.offer else None


def part_line(step: Step, part: str, speaker: Speaker) -> Line | None:
    """The words of one part of a step, such as `otherwise`; None where the flow has none."""
    phrase = step.words.get(part)
    return None if phrase is None else phrase_line(step, phrase, speaker)


def phrase_line(step: Step, phrase: Phrase, speaker: Speaker) -> Line:
    """A phrase of a step with what may stand in its braces."""
    values = _fillers(speaker) if any(map(placeholders, phrase.forms)) else _NO_VALUES
    return Line(f"{step.flow}/{step.id}/{phrase.part}", phrase.english, values, phrase.plural)


def options(step: Step, speaker: Speaker, page: int = 0, given: tuple[str, ...] = ()) -> list[tuple[str, Line]]:
    """The answers on offer, each with its digit; a digit keeps its choice when others were given already."""
    left = [
        (str(number), choice)
        for number, choice in enumerate(_ids(step, speaker, page), start=1)
        if choice not in given and not (given and choice == NONE)
    ]
    return [(digit, label(step, choice, speaker)) for digit, choice in left]


def label(step: Step, choice: str, speaker: Speaker) -> Line:
    """What a choice is called: a language in that language, yes and no as everywhere, else the flow's own words."""
    if step.kind is StepKind.LANGUAGES:
        if choice == MORE:
            return service_line("language.more")
        return Line("", speaker.languages.name(choice), language=choice, recording="service/language.name")
    if step.kind in (StepKind.YES_NO, StepKind.OFFER):
        return service_line(choice)
    phrase = Phrase(f"choices.{choice}", step.choice(choice).label, step.line)
    return phrase_line(step, phrase, speaker)


def scale_ends(step: Step, speaker: Speaker) -> list[tuple[str, Line]]:
    """The two ends of a scale with their labels; nothing where the flow gives none."""
    if step.kind is not StepKind.SCALE or step.range is None:
        return []
    low, high = (part_line(step, part, speaker) for part in ("low", "high"))
    return [(str(step.range.low), low), (str(step.range.high), high)] if low and high else []


def answer_lines(step: Step, values: tuple[str, ...], speaker: Speaker) -> list[Line]:
    """What was understood, as the person would say it; nothing for open words, or for what is no value of that step."""
    if step.kind in _LABELLED:
        known = speaker.languages.codes if step.kind is StepKind.LANGUAGES else _ids(step, speaker)
        return [label(step, one, speaker) for one in values if one in known]
    return [line for value in values if (line := _value_line(step, value, speaker)) is not None]


def joined(lines: list[Line], speaker: Speaker) -> str:
    """Several answers in one line of text."""
    return ", ".join(speaker.words(line).full for line in lines)


def _value_line(step: Step, value: str, speaker: Speaker) -> Line | None:
    said, recording = None, ""
    if step.kind in _NUMBERS and value.isascii() and value.isdecimal():
        said = value
    elif step.kind is StepKind.TIME:
        said, recording = speaker.languages.answered_time(value, speaker.language), f"times/{value}"
    elif step.kind is StepKind.DATE:
        said, recording = speaker.languages.answered_day(value, speaker.language), f"dates/{value}"
    return Line("", said, recording=recording) if said else None


def _ids(step: Step, speaker: Speaker, page: int = 0) -> tuple[str, ...]:
    if step.kind is StepKind.LANGUAGES:
        return language_page(speaker.languages.codes, page)
    return ("yes", "no") if step.kind is StepKind.OFFER else step.choice_ids


def _fillers(speaker: Speaker) -> dict[str, str]:
    """What may stand in braces: never the service's name for a discreet person, and nobody's free words."""
    values = {key: value for key, value in speaker.values.items() if not key.startswith(_ANSWER)}
    if speaker.discreet:
        values.pop("service", None)
    for key in speaker.values:
        if key.startswith(_ANSWER) and (said := joined(answer(key, speaker), speaker)):
            values[key] = said
    return values


def answer(variable: str, speaker: Speaker) -> list[Line]:
    """What stands for `answer.STEP`; nothing where the flow has no such step, or its answer may not be said."""
    try:
        step = speaker.flow.step(variable.removeprefix(_ANSWER))
    except LookupError:
        return []
    bare = replace(speaker, values={})  # labels with braces of their own would go round in circles
    return answer_lines(step, tuple(_each(step, speaker.values.get(variable, ""))), bare)


def _each(step: Step, values: str) -> Iterator[str]:
    separator = r"," if step.kind is StepKind.TIME else r"[,\s]+"  # "tue 14:00" is one value
    return (value for value in re.split(separator, values) if value)
