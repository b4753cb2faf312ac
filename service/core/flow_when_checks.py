"""Checks of `when`: that it names what is known by then, and compares it with what it can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from service.core.conditions import Compares, Given, Matches, Single, conditions_in
from service.core.flow_fields import did_you_mean
from service.core.flow_when import FACTS
from service.core.flow_yaml import Problems
from service.core.model import Channel
from service.core.preferences import PREFERENCES
from service.core.steps.shape import Step, StepKind

_YES_NO: Final = ("yes", "no")
_FACT_VALUES: Final = {
    "channel": tuple(channel.value for channel in Channel),
    "on_duty": _YES_NO,
    "promise_kept": _YES_NO,
}


def check_when(steps: Sequence[Step], place: int, unread: frozenset[str], problems: Problems, whole: bool = False) -> None:
    """Note what the condition of one step cannot mean. `unread`: ids of steps that have problems already.

    What other flows bring in is only known once they are there: then the flow is `whole`, and is looked at again.
    """
    step = steps[place]
    if step.when is None:
        return
    earlier = {other.id: other for other in steps[:place] if other.id}
    brought_in = not whole and any(other.kind is StepKind.RUN for other in steps)
    for condition in conditions_in(step.when):
        subject = condition.subject
        if subject in unread:
            continue
        if subject in FACTS or subject.startswith("consent."):
            _check_fact(condition, problems)
        elif subject.startswith("my."):
            _check_preference(condition, problems)
        elif subject.startswith("last."):
            _check_last(condition, steps, unread, problems, brought_in)
        elif subject in earlier:
            _check_answer(condition, earlier[subject], problems)
        elif not brought_in:
            hint = did_you_mean(subject, (*earlier, *FACTS))
            problems.add(condition.line, f"`when` names `{subject}`, which is no earlier step; {hint}")


def _check_fact(condition: Single, problems: Problems) -> None:
    subject = condition.subject
    if isinstance(condition, Compares):
        problems.add(condition.line, f"`{subject}` is no number; write one of its values")
    elif isinstance(condition, Given):
        if subject in _FACT_VALUES:
            problems.add(condition.line, f"`{subject}` is always given; write one of its values")
    elif subject != "language":
        _check_values(condition, _FACT_VALUES.get(subject, _YES_NO), problems)


def _check_preference(condition: Single, problems: Problems) -> None:
    subject = condition.subject
    preference = PREFERENCES.get(subject.removeprefix("my."))
    if preference is None:
        known = [f"my.{name}" for name in PREFERENCES]
        problems.add(condition.line, f"`{subject}` is no preference; {did_you_mean(subject, known)}")
    elif isinstance(condition, Compares):
        problems.add(condition.line, f"`{subject}` is no number; write one of its values")
    elif isinstance(condition, Matches):
        if preference.is_words or preference.secret:
            problems.add(condition.line, _only_given(subject))
        else:
            wrong = [value for value in condition.values if not preference.knows(value)]
            _say_never(condition, wrong, preference.values or (preference.example,), problems)


def _check_last(
    condition: Single, steps: Sequence[Step], unread: frozenset[str], problems: Problems, brought_in: bool
) -> None:
    asked = {step.id: step for step in steps if step.is_question}
    name = condition.subject.removeprefix("last.")
    if name in asked:
        _check_answer(condition, asked[name], problems)
    elif name not in unread and not brought_in:
        hint = did_you_mean(condition.subject, [f"last.{step_id}" for step_id in asked])
        problems.add(condition.line, f"`{condition.subject}` is no question of this flow; {hint}")


def _check_answer(condition: Single, step: Step, problems: Problems) -> None:
    if not step.is_question:
        problems.add(condition.line, f"`{step.id}` asks nothing, so `when` cannot use it; name a question")
    elif isinstance(condition, Compares):
        _check_comparison(condition, step, problems)
    elif isinstance(condition, Matches):
        if step.choices:
            _check_values(condition, step.choice_ids, problems)
        elif step.range is not None and not step.range.digits:
            known = range(step.range.low, step.range.high + 1)
            wrong = [value for value in condition.values if not value.isdecimal() or int(value) not in known]
            _say_never(condition, wrong, (f"a number from {step.range.low} to {step.range.high}",), problems)
        elif step.kind not in (StepKind.LANGUAGES, StepKind.CHOICES):  # choices that cannot be read are told already
            problems.add(condition.line, _only_given(condition.subject))


def _check_comparison(condition: Compares, step: Step, problems: Problems) -> None:
    said = f"`{condition.comparison}: {condition.number}`"
    if step.range is None or step.range.digits:
        message = f"`{condition.subject}` is no number, so {said} cannot be asked of it; write one of its answers"
        problems.add(condition.line, message)
        return
    low, high = step.range.low, step.range.high
    lowest, highest = {
        "below": (low + 1, high),
        "above": (low, high - 1),
        "at_least": (low + 1, high),
        "at_most": (low, high - 1),
    }[condition.comparison]
    if not lowest <= condition.number <= highest:
        message = f"`{condition.subject}` goes from {low} to {high}, so {said} fits always or never"
        problems.add(condition.line, f"{message}; write a number from {lowest} to {highest}")


def _check_values(condition: Matches, known: Sequence[str], problems: Problems) -> None:
    _say_never(condition, [value for value in condition.values if value not in known], known, problems)


def _say_never(condition: Matches, wrong: Iterable[str], known: Sequence[str], problems: Problems) -> None:
    for value in wrong:
        message = f"`{condition.subject}` is never `{value}`; {did_you_mean(value, known)}"
        problems.add(condition.line, message)


def _only_given(subject: str) -> str:
    return f"`{subject}` has no choices to compare; write {{{subject}: {{given: true}}}}, or given: false"
