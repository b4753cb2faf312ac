"""Effects to texts: what a turn of a flow says, in the person's language, as few texts as the carrier's parts allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.core.effects import Ask, Effect, Keep, KeptWords, OfferPerson, Say
from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.phrases import Wording
from service.core.steps.shape import MORE, Phrase, Step, StepKind, language_page
from service.core.text import parts
from service.languages import Languages

_ANSWER = "answer."
_LIMIT = 2  # parts that one text may have


@dataclass(frozen=True, slots=True)
class _Speaker:
    """All that decides how words are said to one person."""

    flow: Flow
    languages: Languages
    language: str
    values: Mapping[str, str]
    discreet: bool


def render(
    effects: Iterable[Effect],
    flow: Flow,
    languages: Languages,
    language: str,
    values: Mapping[str, str],
    discreet: bool,
) -> list[str]:
    """The texts to send, in order. `values` fill the braces; `answer.STEP` is the id of what was chosen there.

    A discreet person reads discreet words where there are some, and never the service's name.
    """
    speaker = _Speaker(flow, languages, language, values, discreet)
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


def _said(effect: Effect, speaker: _Speaker) -> list[Wording]:
    match effect:
        case Say(step=step):
            return _statement(speaker.flow.step(step), speaker)
        case Ask(step=step, again=again, page=page):
            return _question(speaker.flow.step(step), speaker, again=again, page=page)
        case KeptWords():
            return [_service_word("kept_words", speaker)]
        case OfferPerson():
            return [_service_word("offer_person", speaker)]
        case _:
            return []


def _statement(step: Step, speaker: _Speaker) -> list[Wording]:
    phrase = step.wording(Channel.SMS, speaker.discreet)
    words = _words(step, phrase, speaker) if phrase else None
    return [_may_be_said(words, speaker)] if words else []


def _question(step: Step, speaker: _Speaker, *, again: bool, page: int) -> list[Wording]:
    phrase = step.wording(Channel.SMS, speaker.discreet)
    words = _words(step, phrase, speaker) if phrase else None
    if words is None or not words.full:
        return [_service_word("neutral", speaker)]  # choices alone would ask nothing
    for label in _labels(step, speaker, page):
        words = words.then(label)
    words = _may_be_said(words, speaker)
    if not again:
        return [words]
    once_more = _service_word("asked_again", speaker)
    together = once_more.then(words)
    return [together] if parts(together.text).segments <= _LIMIT else [once_more, words]


def _words(step: Step, phrase: Phrase, speaker: _Speaker) -> Wording:
    context = f"{speaker.flow.name}/{step.id}/{phrase.part}"
    return speaker.languages.phrase(speaker.language, context, phrase.english, _values(speaker))


def _labels(step: Step, speaker: _Speaker, page: int) -> list[Wording]:
    """A line for each choice, its digit first."""
    if step.kind is StepKind.LANGUAGES:
        ids: tuple[str, ...] = language_page(speaker.languages.codes, page)
    else:
        ids = step.choice_ids
    return [_numbered(number, _label(step, one, speaker)) for number, one in enumerate(ids, start=1)]


def _numbered(number: int, label: Wording) -> Wording:
    return Wording(f"{number} {label.full}", f"{number} {label.plain}")


def _label(step: Step, choice: str, speaker: _Speaker) -> Wording:
    if step.kind is StepKind.LANGUAGES:
        if choice == MORE:
            return _service_word("language.more", speaker)
        name = speaker.languages.name(choice)
        return Wording(name, name)
    if step.kind is StepKind.YES_NO:
        return _service_word(choice, speaker)
    context = f"{speaker.flow.name}/{step.id}/choices.{choice}"
    return speaker.languages.phrase(speaker.language, context, step.choice(choice).label, _values(speaker))


def _values(speaker: _Speaker) -> dict[str, str]:
    """What may stand in braces: never the service's name for a discreet person, and nobody's free words."""
    values = {key: value for key, value in speaker.values.items() if not key.startswith(_ANSWER)}
    if speaker.discreet:
        values.pop("service", None)
    for key, chosen in speaker.values.items():
        if key.startswith(_ANSWER) and (said := _answer(key.removeprefix(_ANSWER), chosen, speaker)):
            values[key] = said
    return values


def _answer(step_id: str, chosen: str, speaker: _Speaker) -> str:
    """The labels of the chosen ids; nothing where they are no choices of that step."""
    try:
        step = speaker.flow.step(step_id)
    except LookupError:
        return ""
    known = speaker.languages.codes if step.kind is StepKind.LANGUAGES else step.choice_ids
    bare = replace(speaker, values={})
    return ", ".join(_label(step, one, bare).full for one in re.split(r"[,\s]+", chosen) if one in known)


def _service_word(key: str, speaker: _Speaker) -> Wording:
    return speaker.languages.wording(speaker.language, key)


def _may_be_said(words: Wording, speaker: _Speaker) -> Wording:
    """The words; the neutral line where nothing is left of them, or a discreet person would read our name."""
    name = speaker.values.get("service", "").strip()
    names_us = speaker.discreet and name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words.full, re.IGNORECASE)
    return _service_word("neutral", speaker) if names_us or not words.full else words
