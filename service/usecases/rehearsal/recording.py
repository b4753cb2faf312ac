"""Writes a walk down as a story while it is walked, so that it can be told again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, Literal

from service.core.keywords import fold
from service.core.steps.shape import Step, StepKind
from service.core.story import (
    SERVICE_SAYS,
    SKIP,
    Chooses,
    Given,
    HangsUp,
    Line,
    Passes,
    Person,
    Presses,
    Says,
    Silent,
    Staff,
    Story,
)
from service.core.story_write import span
from service.languages.language import SOURCE
from service.usecases.rehearsal.outcome import as_told
from service.usecases.rehearsal.rehearsal import Rehearsal
from service.usecases.rehearsal.saying import Piece, Said

_KEYS: Final = re.compile(r"[0-9]+#?|[#*]")
_DIGITS: Final = re.compile(r"[\d\s,#]+")


class Recording:
    """A rehearsal that remembers what is done, line by line."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.lines: list[Line] = []

    def begin(self) -> Said:
        """The check-in begins."""
        return self._heard(self.rehearsal.begin())

    def types(self, typed: str) -> Said:
        """What a person types: keys in a call, words anywhere."""
        question = self.rehearsal.question
        page = self._page()
        by_key = self.rehearsal.in_call and not self.rehearsal.is_listening and _KEYS.fullmatch(typed) is not None
        said = self.rehearsal.presses(typed) if by_key else self.rehearsal.texts(typed)
        if question is not None and question.kind is StepKind.LANGUAGES and self._page() > page:
            return said  # only on to the next page: a choice finds its own
        self.lines.append(self._line(question, typed, by_key=by_key))
        return self._heard(said)

    def is_silent(self) -> Said:
        """No answer, once."""
        said = self.rehearsal.is_silent()
        self.lines.append(Silent(None, 0))
        return self._heard(said)

    def passes(self, length: timedelta) -> Said:
        """Time goes by."""
        said = self.rehearsal.passes(length, f"{span(length)} later")
        self.lines.append(Passes(length, 0))
        return self._heard(said)

    def hangs_up(self) -> Said:
        """The call is over."""
        said = self.rehearsal.hangs_up()
        self.lines.append(HangsUp(0))
        return said

    def staff(self, deed: Literal["claims", "accepts"]) -> Said:
        """A worker does something."""
        said = self.rehearsal.staff(deed)
        self.lines.append(Staff(deed, 0))
        return said

    def free_words(self) -> tuple[str, ...]:
        """What was said in words of their own, which may be somebody's."""
        return tuple(line.words for line in self.lines if isinstance(line, Person) and not _DIGITS.fullmatch(line.words))

    def story(self, name: str, given: Given, language: str) -> Story:
        """The walk as a story, on its own channel. Words in another language than English name it."""
        rehearsal = self.rehearsal
        flow = rehearsal.checkin.flow
        names_it = bool(self.free_words()) and language != SOURCE
        return Story(
            name=name,
            flow=flow.name,
            file=f"flows/{flow.name}.stories.yml",
            line=0,
            leads_to=as_told(rehearsal.outcome),
            says=tuple(self.lines),
            given=given,
            channel=rehearsal.present.scene.channel,
            language=language if names_it else None,
        )

    # One line

    def _line(self, question: Step | None, typed: str, *, by_key: bool) -> Line:
        chosen = tuple(self._chosen(question, typed)) if question is not None else ()
        if chosen:
            return Chooses(chosen, 0)
        return Presses(typed, 0) if by_key else Person(typed, 0)

    def _chosen(self, question: Step, typed: str) -> Iterator[str]:
        """The answers that it was understood as, where digits or a skip gave them; several by key are several lines."""
        state = self.rehearsal.checkin.state
        if state is None or question.id not in state.answers:
            return
        answer = state.answers[question.id]
        if question.many and self.rehearsal.in_call:
            return
        if isinstance(answer, tuple):
            if _DIGITS.fullmatch(typed) and question.kind not in (StepKind.TIME, StepKind.DATE):
                yield from answer
        elif typed == "#" or self._is_skip(typed):
            yield SKIP

    def _is_skip(self, typed: str) -> bool:
        present = self.rehearsal.present
        vocabulary = present.stage.languages.vocabulary(self.rehearsal.checkin.flow, present.language)
        return vocabulary.is_skip(fold(typed))

    def _heard(self, said: Said) -> Said:
        """The question that is asked, or else the last thing said, if it has a name."""
        asked = [piece for piece in said.pieces if piece.asks] or list(said.pieces[-1:])
        for piece in asked[-1:]:
            if (name := self._name(piece)) is not None:
                self.lines.append(Says(name, 0))
        return said

    def _name(self, piece: Piece) -> str | None:
        flow = self.rehearsal.checkin.flow
        return next((name for name in sorted(piece.names) if flow.has(name) or name in SERVICE_SAYS), None)

    def _page(self) -> int:
        state = self.rehearsal.checkin.state
        return state.page if state is not None else 0
