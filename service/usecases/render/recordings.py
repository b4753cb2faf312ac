"""What is played where a language has no voice: the names of recordings, `audio/NAME.wav`, in the order they are heard.

Words are recorded under their context, `weekly-check-in/week/ask`, without the person's name. Where other values stand
in them, each sentence, and what stands before and after a value, is a recording of its own: `…/say.1`, `…/say.2`; with
forms for one and for more, `…/say.one.1` and `…/say.other.1`.
Digits are `digits/7`, moments `times/tue 14:00` and `dates/2026-12-03`. A time that the rota gives cannot be recorded, so
the sentence that promises none is played in its place: true, and no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.phrases import placeholders
from service.core.words import CONTEXT, MISSING, SERVICE_WORDS
from service.usecases.render.shared import Line, Speaker, answer, service_line
from service.usecases.render.sounds import sentences

# The name is left out, and the service's own name is read out with the words around it.
_VALUE = re.compile(r"\{((?!name\}|service\})[\w.]+)\}")


def recordings(line: Line, speaker: Speaker) -> tuple[str, ...]:
    """The recordings that say this line; none where nothing of it can be recorded."""
    if not line.context:
        return _digits(line.english) or ((line.recording,) if line.recording else ())
    if line.values.get("when") and f"{line.context}.unknown_time".removeprefix(CONTEXT) in SERVICE_WORDS:
        return (f"{line.context}.unknown_time",)
    found = speaker.template(line)
    name = f"{line.context}.{found.form}" if found.form else line.context
    if placeholders(found.words) <= {"name"}:
        return (name,)
    return tuple(_in_pieces(found.words, name, line, speaker))


def _in_pieces(words: str, name: str, line: Line, speaker: Speaker) -> Iterator[str]:
    number = 0
    for sentence in sentences(words):
        played: list[str] = []
        whole = "{service}" not in sentence or bool(line.values.get("service"))
        for place, piece in enumerate(_VALUE.split(sentence)):
            if place % 2:
                value = _value(piece, line, speaker)
                whole = whole and bool(value)
                played += value
            elif any(map(str.isalnum, piece)):
                number += 1
                played.append(f"{name}.{number}")
        if whole:
            yield from played


def _value(variable: str, line: Line, speaker: Speaker) -> tuple[str, ...]:
    value = str(line.values.get(variable) or "")
    if variable.startswith("answer."):
        return tuple(name for one in answer(variable, speaker) for name in recordings(one, speaker))
    if variable == "crisis_lines" and (numbers := " ".join(re.findall(r"\d", value))):
        return recordings(service_line("crisis.numbers", numbers=numbers), speaker)
    if variable in MISSING:
        return (CONTEXT + next(_fixed(variable, value, speaker), MISSING[variable]),)
    return _digits(value)


def _fixed(variable: str, value: str, speaker: Speaker) -> Iterator[str]:
    """The keys of the service's fixed words that are just what is said there."""
    for key, english in SERVICE_WORDS.items():
        if key.startswith(variable) and not placeholders(english) and speaker.languages.say(speaker.language, key) == value:
            yield key


def _digits(value: str) -> tuple[str, ...]:
    if not re.fullmatch(r"[0-9 ]+", value):
        return ()
    return tuple(f"digits/{digit}" for digit in value if digit != " ")
