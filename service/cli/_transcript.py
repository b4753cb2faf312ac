"""A rehearsal on the page: texts as bubbles with their parts counted, calls as words, pauses and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from service.core.keypad import Key
from service.core.model import Channel
from service.core.text import parts
from service.usecases.rehearsal import Happening, Said
from service.usecases.render import Prompt

WIDE: Final = 84
_FEW: Final = 5  # costly characters that could be written otherwise; a whole alphabet could not
_A_LONG_PAUSE: Final = 0.6  # seconds; twice that for whoever wants more time
_WHO: Final = {"person": "they", "staff": "staff", "time": "time"}


def transcript(happenings: Iterable[Happening], channel: Channel) -> Iterator[str]:
    """Every line of a walk."""
    for one in happenings:
        if one.who == "service":
            yield from spoken(one.said, channel)
        else:
            yield f"{_WHO[one.who]}: {one.words}"


def spoken(said: Said, channel: Channel) -> Iterator[str]:
    """What the service says at once."""
    if channel is Channel.SMS:
        for text in said.texts:
            yield from _bubble(text)
    else:
        yield from _prompts(said.prompts)


def _bubble(text: str) -> Iterator[str]:
    count = parts(text)
    size = "1 part" if count.one else f"{count.segments} parts"
    few = not count.one and 0 < len(count.costly) <= _FEW
    dear = f", because of {' '.join(count.costly)}" if few else ""
    yield f"┌ text, {size} ({count.encoding}{dear})"
    for line in text.split("\n"):
        yield from (f"│ {piece}" for piece in wrap(line, WIDE) or [""])
    yield "└"


def _prompts(prompts: Sequence[Prompt]) -> Iterator[str]:
    line, language = "", ""
    for prompt in prompts:
        other = f"[{prompt.language}] " if prompt.language != language else ""
        line, language = f"{line}{other}{prompt.words}", prompt.language
        if prompt.pause_after >= _A_LONG_PAUSE * (2 if prompt.slower else 1):
            yield from _heard(line)
            line = ""
        else:
            line += " … "
    if line:
        yield from _heard(line)
    if prompts and (keys := _keys(prompts[-1])):
        yield f"    keys: {keys}"


def _heard(line: str) -> Iterator[str]:
    yield from (f"♪ {piece}" for piece in wrap(line.strip(" …"), WIDE))


def _keys(prompt: Prompt) -> str:
    """1 2 3 answer, 0 person: which keys are listened for, those that mean the same together."""
    meant: dict[Key, list[str]] = {}
    for key, means in prompt.keys.items():
        meant.setdefault(means, []).append(key)
    return ", ".join(f"{' '.join(keys)} {means.value}" for means, keys in meant.items())
