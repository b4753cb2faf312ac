"""Every way through a flow, walked: how many texts it takes, in how many parts, or how long the call is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.core.flow_ways import OWN_WORDS, Answer, answers_that_differ
from service.core.steps.shape import Step, StepKind
from service.core.story import SKIP
from service.core.text import parts
from service.usecases.rehearsal.choosing import choose
from service.usecases.rehearsal.rehearsal import Rehearsal
from service.usecases.rehearsal.saying import Said
from service.usecases.rehearsal.stage import Scene, Stage
from service.usecases.render.sounds import LONGEST_PROMPT

MOST_WAYS: Final = 400
_SECONDS_A_WORD: Final = 12 / LONGEST_PROMPT  # V09
_ANSWER_SECONDS: Final = 4.0  # somebody who listens, finds the key, and presses it


@dataclass(frozen=True, slots=True)
class Way:
    """One way through: what is answered, and what it takes. `seconds` are of a call."""

    answers: tuple[tuple[str, Answer], ...]
    texts_out: int
    parts_out: int
    texts_in: int
    seconds: float

    @property
    def size(self) -> tuple[int, int, float]:
        """By which ways are put in order."""
        return (self.parts_out + self.texts_in, self.texts_in, self.seconds)


@dataclass(frozen=True, slots=True)
class Ways:
    """All of them in order, the shortest first. `all_walked` is False where there are too many to walk."""

    ways: tuple[Way, ...]
    all_walked: bool

    @property
    def shortest(self) -> Way:
        """The shortest."""
        return self.ways[0]

    @property
    def typical(self) -> Way:
        """The one in the middle."""
        return self.ways[(len(self.ways) - 1) // 2]

    @property
    def longest(self) -> Way:
        """The longest."""
        return self.ways[-1]

    @property
    def most_replies(self) -> int:
        """How many texts a person sends at most."""
        return max(way.texts_in for way in self.ways)


def ways_through(stage: Stage, scene: Scene, language: str) -> Ways:
    """Walk every way through the flow of the scene that may differ, with whoever answers all that is asked."""
    differ = answers_that_differ(scene.flow)
    found: list[Way] = []
    open_ends: list[tuple[Answer, ...]] = [()]
    while open_ends and len(found) < MOST_WAYS:
        given = open_ends.pop()
        rehearsal = Rehearsal(stage, scene, language)
        taken = _walk(rehearsal, given)
        question = rehearsal.question
        if question is None:
            found.append(_measured(rehearsal, taken))
        else:
            open_ends += [(*given, answer) for answer in reversed(differ[question.id])]
    return Ways(tuple(sorted(found, key=lambda way: way.size)), all_walked=not open_ends)


def _walk(rehearsal: Rehearsal, given: tuple[Answer, ...]) -> tuple[tuple[str, Answer], ...]:
    rehearsal.begin()
    taken: list[tuple[str, Answer]] = []
    for answer in given:
        question = rehearsal.question
        if question is None:
            break
        taken.append((question.id, answer))
        _answer(rehearsal, question, answer)
    return tuple(taken)


def _answer(rehearsal: Rehearsal, question: Step, answer: Answer) -> Said:
    if answer == (OWN_WORDS,):
        return rehearsal.texts(OWN_WORDS)
    if question.kind is StepKind.LANGUAGES and answer != (SKIP,):
        return choose(rehearsal, (rehearsal.present.language,))
    return choose(rehearsal, answer)


def _measured(rehearsal: Rehearsal, taken: tuple[tuple[str, Answer], ...]) -> Way:
    said = [one.said for one in rehearsal.transcript if one.who == "service"]
    did = sum(one.who == "person" for one in rehearsal.transcript)
    texts = [text for one in said for text in one.texts]
    seconds = sum(len(prompt.words.split()) * _SECONDS_A_WORD + prompt.pause_after for one in said for prompt in one.prompts)
    return Way(
        answers=taken,
        texts_out=len(texts),
        parts_out=sum(parts(text).segments for text in texts),
        texts_in=0 if rehearsal.in_call else did,
        seconds=seconds + did * _ANSWER_SECONDS if rehearsal.in_call else 0.0,
    )
