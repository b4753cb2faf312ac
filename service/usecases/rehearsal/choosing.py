"""Choosing answers as the person would: by digits or a word in a text, by keys in a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.core import keypad
from service.core.steps.shape import MORE, NONE, Step, StepKind, language_page
from service.core.story import SKIP
from service.usecases.rehearsal.rehearsal import CannotHappen, Rehearsal
from service.usecases.rehearsal.saying import Said

_MOST_PAGES: Final = 40
_NUMBERS: Final = (StepKind.SCALE, StepKind.NUMBER)


def choose(rehearsal: Rehearsal, values: Sequence[str]) -> Said:
    """Give these answers to the question that waits; CannotHappen where there is none, or no such answer."""
    question = rehearsal.question
    if question is None:
        raise CannotHappen("nothing is asked here, so nothing can be chosen")
    if list(values) == [SKIP]:
        return _skip(rehearsal)
    if question.kind is StepKind.LANGUAGES:
        return _choose_language(rehearsal, values[0])
    if question.kind in _NUMBERS:
        end = keypad.DONE_KEY if rehearsal.in_call and question.kind is StepKind.NUMBER else ""
        return rehearsal.presses(values[0] + end)
    digits = [_digit(question, value) for value in values]
    if question.many and rehearsal.in_call:
        return _one_by_one(rehearsal, question, digits, alone=NONE in values)
    return rehearsal.presses(" ".join(digits))


def answers_at(question: Step) -> tuple[str, ...]:
    """The answers in the order of their digits."""
    return ("yes", "no") if question.kind is StepKind.OFFER else question.choice_ids


def _digit(question: Step, value: str) -> str:
    known = answers_at(question)
    if value not in known:
        raise CannotHappen(f"{value} is no answer to {question.id}, which is asked here")
    return str(known.index(value) + 1)


def _skip(rehearsal: Rehearsal) -> Said:
    if rehearsal.in_call:
        return rehearsal.presses(keypad.DONE_KEY)
    present = rehearsal.present
    return rehearsal.texts(present.stage.languages.word(present.language, "skip"))


def _choose_language(rehearsal: Rehearsal, code: str) -> Said:
    """On from page to page until it is there."""
    codes = rehearsal.present.stage.languages.codes
    for _ in range(_MOST_PAGES):
        state = rehearsal.checkin.state
        page = language_page(codes, state.page if state is not None else 0)
        if code in page:
            return rehearsal.presses(str(page.index(code) + 1))
        rehearsal.presses(str(page.index(MORE) + 1) if MORE in page else "")
    raise CannotHappen(f"there is no language {code} on offer")


def _one_by_one(rehearsal: Rehearsal, question: Step, digits: Sequence[str], *, alone: bool) -> Said:
    """A key each, and # at the end unless nothing was left to choose."""
    said = Said()
    for digit in digits:
        said = rehearsal.presses(digit)
    still_asked = rehearsal.question is not None and rehearsal.question.id == question.id
    return rehearsal.presses(keypad.DONE_KEY) if still_asked and not alone else said
