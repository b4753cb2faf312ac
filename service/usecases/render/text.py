"""Effects to texts: what a turn of a flow says, in as few texts as the carrier's parts allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from service.core.effects import Ask, Effect, Keep, KeptWords, OfferPerson, Otherwise, Promised, ReadBack, Say
from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.phrases import Wording
from service.core.steps.shape import NONE, Step, StepKind
from service.core.text import parts
from service.languages import Languages
from service.usecases.render.shared import (
    Line,
    Speaker,
    answer_lines,
    joined,
    options,
    part_line,
    scale_ends,
    service_line,
    step_line,
)

_LIMIT = 2  # parts that one text may have
# Examples of how to write one.
_A_TIME, _HOURS, _A_DAY = "tue 14:00", "10:00-12:00", date(2026, 12, 3)


def render(
    effects: Iterable[Effect],
    flow: Flow,
    languages: Languages,
    language: str,
    values: Mapping[str, str],
    discreet: bool,
) -> list[str]:
    """The texts to send, in order. `values` fill the braces; `answer.STEP` is the value that was understood there,
    and `when` the moment by which the rota lets us promise what was offered.

    A discreet person reads discreet words where there are some, and never the service's name.
    """
    speaker = Speaker(flow, languages, language, values, discreet, Channel.SMS)
    said: list[Wording] = []
    for effect in effects:
        if isinstance(effect, Keep) and effect.preference == "language":
            speaker = replace(speaker, language=effect.value)
        said += _said(effect, speaker)
    return pack(said)


def pack(said: Sequence[Wording]) -> list[str]:
    """Neighbours share a text where both fit one part; the order stays."""
    texts: list[Wording] = []
    for words in said:
        if texts and (together := texts[-1].then(words)).one_part:
            texts[-1] = together
        else:
            texts.append(words)
    return [words.text for words in texts]


def _said(effect: Effect, speaker: Speaker) -> list[Wording]:
    flow = speaker.flow
    match effect:
        case Say(step=step):
            return _statement(step_line(flow.step(step), speaker), speaker)
        case Otherwise(step=step):
            return _statement(part_line(flow.step(step), "otherwise", speaker), speaker)
        case Ask():
            return _question(flow.step(effect.step), effect, speaker)
        case ReadBack(step=step, values=values):
            answer = joined(answer_lines(flow.step(step), values, speaker), speaker)
            return [speaker.words(service_line("read_back", answer=answer))] if speaker.may_hear(answer) else []
        case Promised(offer=offer):
            return [speaker.words(service_line(f"offer.{offer}.promised", when=speaker.values.get("when")))]
        case KeptWords():
            return [speaker.words(service_line("kept_words"))]
        case OfferPerson():
            return [speaker.words(service_line("offer_person"))]
        case _:
            return []


def _statement(line: Line | None, speaker: Speaker) -> list[Wording]:
    return [] if line is None else [_may_be_said(speaker.words(line), speaker)]


def _question(step: Step, ask: Ask, speaker: Speaker) -> list[Wording]:
    line = step_line(step, speaker)
    words = speaker.words(line) if line else None
    if words is None or not words.full:
        return [speaker.words(service_line("neutral"))]  # choices alone would ask nothing
    for answers in _answers(step, ask, speaker):
        words = words.then(answers)
    words = _may_be_said(words, speaker)
    if not ask.again:
        return [words]
    once_more = speaker.words(service_line("asked_again"))
    together = once_more.then(words)
    return [together] if parts(together.text).segments <= _LIMIT else [once_more, words]


def _answers(step: Step, ask: Ask, speaker: Speaker) -> list[Wording]:
    """The lines under a question: a choice each with its digit first, the ends of a scale, how an answer is written."""
    offered = options(step, speaker, ask.page, ask.given)
    lines = [_numbered(digit, speaker.words(label)) for digit, label in offered]
    if ends := [_numbered(digit, speaker.words(label)) for digit, label in scale_ends(step, speaker)]:
        low, high = ends
        lines.append(Wording(f"{low.full} … {high.full}", f"{low.plain} ... {high.plain}"))
    hint = _hint(step, speaker)
    return lines if hint is None else [*lines, speaker.words(hint)]


def _numbered(digit: str, label: Wording) -> Wording:
    return Wording(f"{digit} {label.full}", f"{digit} {label.plain}")


def _hint(step: Step, speaker: Speaker) -> Line | None:
    if step.many:
        digits = [str(number) for number, choice in enumerate(step.choice_ids, start=1) if choice != NONE]
        return service_line("many", example=" ".join(digits[:2])) if len(digits) > 1 else None
    if step.kind is StepKind.TIME and step.keeps:
        return service_line("hours", example=_HOURS)
    if step.kind is StepKind.TIME:
        return service_line("time", example=speaker.languages.answered_time(_A_TIME, speaker.language))
    if step.kind is StepKind.DATE:
        return service_line("date", example=speaker.languages.day_and_month(_A_DAY, speaker.language))
    if step.range is None:
        return None
    if step.range.digits:
        return service_line("number.digits", digits=step.range.digits)
    key = "scale" if step.kind is StepKind.SCALE else "number"
    return service_line(key, low=step.range.low, high=step.range.high)


def _may_be_said(words: Wording, speaker: Speaker) -> Wording:
    """The words, or the neutral line where they may not be said."""
    return words if speaker.may_hear(words.full) else speaker.words(service_line("neutral"))
