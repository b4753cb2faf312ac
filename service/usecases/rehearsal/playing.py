"""Plays a story on a rehearsal: does what it says the person does, and looks whether the rest happens as it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.core import keypad
from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.story import (
    HASH,
    Chooses,
    HangsUp,
    LeadsTo,
    Line,
    Passes,
    Person,
    Presses,
    Says,
    Silent,
    Staff,
    Story,
)
from service.core.story_file import channels_of
from service.core.story_write import span
from service.languages.language import SOURCE
from service.usecases.rehearsal.beginning import CannotBegin
from service.usecases.rehearsal.choosing import choose
from service.usecases.rehearsal.outcome import Outcome, differences
from service.usecases.rehearsal.rehearsal import CannotHappen, Happening, Rehearsal
from service.usecases.rehearsal.saying import Piece, Said
from service.usecases.rehearsal.stage import Stage, scene_of

_SHORT: Final = 50  # characters


@dataclass(frozen=True, slots=True)
class Differs:
    """Where what happened is not what the story tells: the line of its file, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Played:
    """A story told once, on one channel in one language. `began_at`: the step, where it was not the flow's first."""

    story: Story
    channel: Channel
    language: str
    differs: tuple[Differs, ...]
    transcript: tuple[Happening, ...]
    outcome: Outcome
    began_at: str | None = None

    @property
    def came_true(self) -> bool:
        """Whether everything happened as told."""
        return not self.differs


def ways_of(story: Story, flow: Flow, languages: Sequence[str]) -> Iterator[tuple[Channel, str]]:
    """Every channel and language that a story means: free words are in one language, English where it names none."""
    own = story.language or story.given.language or (SOURCE if story.has_free_words else None)
    for channel in channels_of(story, flow):
        for language in (own,) if own else languages:
            yield channel, language


def play(stage: Stage, story: Story, channel: Channel, language: str, today: date) -> Played:
    """Tell the story once. `today` is the day from which its hours are counted."""
    flow = stage.flows[story.flow]
    scene = scene_of(stage, flow, channel, story.given, today)
    teller = _Teller(story, lambda: Rehearsal(stage, scene, language))
    differs = tuple(teller.tell())
    walk = teller.rehearsal
    return Played(story, channel, language, differs, tuple(walk.transcript), walk.outcome, teller.began_at)


class _Other(Exception):
    """Something else happened than the story tells."""


class _Teller:
    """Goes through the lines of one story."""

    def __init__(self, story: Story, rehearse: Callable[[], Rehearsal]) -> None:
        self._story, self._rehearse = story, rehearse
        self._heard: list[Piece] = []  # what the service has said since, and the story has not told yet
        self._asked: Piece | None = None  # the question that the story told last
        self._told = False  # whether the story has told anything that the service says
        self.rehearsal = rehearse()
        self.began_at: str | None = None

    def tell(self) -> Iterator[Differs]:
        """What differs: the first line that does, or all that it leads to."""
        lines = list(self._story.says)
        line = lines[0]
        try:
            self._begin(line)
            while lines:
                line = lines.pop(0)
                self._tell(line, lines)
        except (_Other, CannotBegin, CannotHappen) as error:
            yield Differs(line.line, str(error))
            return
        told: LeadsTo = self._story.leads_to
        yield from (Differs(told.line, one) for one in differences(told, self.rehearsal.outcome))

    def _begin(self, first: Line) -> None:
        """At the step that is named first, where the flow does not begin with it."""
        said, flow = self.rehearsal.begin(), self.rehearsal.checkin.flow
        if isinstance(first, Says) and flow.has(first.words) and not any(one.is_called(first.words) for one in said.pieces):
            self.rehearsal, self.began_at = self._rehearse(), first.words
            said = self.rehearsal.begin(first.words)
        self._heard = list(said.pieces)

    def _tell(self, line: Line, rest: list[Line]) -> None:
        if isinstance(line, Says):
            self._hears(line)
            return
        asked = next((piece for piece in self._heard if piece.asks), None)
        if asked is not None and self._told and (self._asked is None or asked.names != self._asked.names):
            raise _Other(f"the service asks {min(asked.names)} before this, and the story leaves it out")
        self._heard = list(self._do(line, rest).pieces)

    def _hears(self, line: Says) -> None:
        """This is said next, and whatever is said before it is no question."""
        self._told = True
        for place, piece in enumerate(self._heard):
            if piece.is_called(line.words):
                self._heard = self._heard[place + 1 :]
                self._asked = piece if piece.asks else self._asked
                return
            if piece.asks:
                break
        raise _Other(f"the story tells that the service says {line.words}, and {_what(self._heard)}")

    def _do(self, line: Line, rest: list[Line]) -> Said:
        rehearsal = self.rehearsal
        match line:
            case Chooses(values):
                return choose(rehearsal, values)
            case Person(words):
                return self._speak(words, rest)
            case Presses(keys):
                return rehearsal.presses(keys + self._more_keys(rest))
            case Silent(None, times=times):
                first = rehearsal.is_silent()
                return first if times == 1 or rehearsal.checkin.timer is None else rehearsal.is_silent()
            case Silent(length) if length is not None:
                return rehearsal.passes(length, f"no answer for {span(length)}")
            case Passes(length):
                return rehearsal.passes(length, f"{span(length)} later")
            case HangsUp():
                return rehearsal.hangs_up()
            case Staff(deed):
                return rehearsal.staff(deed)
            case _:
                raise AssertionError(line)

    def _speak(self, words: str, rest: list[Line]) -> Said:
        """Own words in a call are recorded, and # ends them."""
        recorded = self.rehearsal.records
        said = self.rehearsal.texts(words)
        if recorded and rest and isinstance(rest[0], Presses) and rest[0].keys == HASH:
            rest.pop(0)
        return said

    def _more_keys(self, rest: list[Line]) -> str:
        """At a question that takes several digits, the keys of the lines that follow belong to the same answer."""
        question, keys = self.rehearsal.question, ""
        if question is None or not self.rehearsal.in_call or not keypad.digits_at(question, self.rehearsal.present.times()):
            return keys
        while rest and isinstance(rest[0], Presses) and not keys.endswith(HASH):
            following = rest.pop(0)
            keys += following.keys if isinstance(following, Presses) else ""
        return keys


def _what(heard: Sequence[Piece]) -> str:
    if not heard:
        return "it says nothing more"
    return "it says " + ", then ".join(f"{min(piece.names)} “{_short(piece.words)}”" for piece in heard)


def _short(words: str) -> str:
    """How the words begin, in one line."""
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rstrip()} …"
