"""Checks of the braces in words: that somebody fills them by then, and that a shared phone may show what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from service.core.flow_fields import did_you_mean
from service.core.flow_yaml import Problems
from service.core.preferences import PREFERENCES
from service.core.steps.shape import Phrase, Step, StepKind

COUNTS: Final = ("ideas",)  # numbers, which words for one and for more may follow
VARIABLES: Final = ("name", "service", "reply_promise", "read_hours", "crisis_lines", "price", *COUNTS)
# On a phone that others read: no name of ours or theirs, no crisis number, nothing they told us.
_NOT_DISCREET: Final = ("name", "service", "crisis_lines")
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")


def check_header_variables(header: Mapping[str, Phrase], problems: Problems) -> None:
    """Note every brace of the head that nobody fills."""
    for phrase in header.values():
        _check_phrase(phrase, (), False, problems)


def check_variables(step: Step, earlier: Sequence[Step], problems: Problems, whole: bool = False) -> None:
    """Note every brace that nobody fills by then. `whole`: what other flows bring in stands among the `earlier`."""
    answered = tuple(f"answer.{other.id}" for other in earlier if _can_be_said(other))
    brought_in = not whole and any(other.kind is StepKind.RUN for other in earlier)
    for phrase in step.phrases():
        _check_phrase(phrase, answered, brought_in, problems)
    said = step.words.get("say")
    if said is not None and said.plural is not None and not brought_in:
        _check_plural(said, (*COUNTS, *(f"answer.{other.id}" for other in earlier if _is_number(other))), problems)


def _can_be_said(step: Step) -> bool:
    """A person's free words and codes are never said back."""
    is_secret = step.keeps is not None and PREFERENCES[step.keeps].secret
    return step.is_question and step.kind not in (StepKind.OPEN, StepKind.OFFER) and not is_secret


def _is_number(step: Step) -> bool:
    return step.range is not None and not step.range.digits


def _check_phrase(phrase: Phrase, answered: Sequence[str], brought_in: bool, problems: Problems) -> None:
    for english in phrase.forms:
        for variable in _IN_BRACES.findall(english):
            if fault := _fault(variable, phrase.part, answered, brought_in):
                problems.add(phrase.line, fault)
        if re.search(r"[{}]", _IN_BRACES.sub("", english)):
            problems.add(phrase.line, "a { or } has no partner; write a variable such as {name}, or leave it out")


def _fault(variable: str, part: str, answered: Sequence[str], brought_in: bool) -> str | None:
    known = (*VARIABLES, *answered)
    if variable not in known and not (brought_in and variable.startswith("answer.")):
        if variable.startswith("answer."):
            return f"{{{variable}}} is no earlier question with choices; free words are never said back"
        return f"{{{variable}}} is not known; {did_you_mean(variable, known)}"
    if part == "discreet" and (variable in _NOT_DISCREET or variable.startswith("answer.")):
        return f"discreet words hold {{{variable}}}, which others may read; say it without"
    return None


def _check_plural(said: Phrase, numbers: Iterable[str], problems: Problems) -> None:
    known = set(numbers)
    one, other = (set(_IN_BRACES.findall(form)) & known for form in said.forms)
    if len(other) != 1 or not one <= other:
        hint = " or ".join(f"{{{name}}}" for name in sorted(known))
        problems.add(said.line, f"`one` and `other` follow one number; write {hint} in `other`, and no second number")
