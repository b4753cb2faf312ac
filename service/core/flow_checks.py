"""Checks across the steps of a flow: names, conditions, answers that mean two things, silence, and dead ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.core.conditions import Given, Known, Matches, Unanswered, conditions_in, holds
from service.core.flow_fields import did_you_mean
from service.core.flow_when import FACTS
from service.core.flow_yaml import Problems
from service.core.keywords import CARRIER_WORDS, fold
from service.core.model import Channel, Urgency
from service.core.steps.shape import Step, StepKind

MOST_STEPS: Final = 100
_RESERVED: Final = ("channel", "on_duty", "promise_kept", "all", "any", "is_not", "given")
_FACT_VALUES: Final = {"channel": tuple(channel.value for channel in Channel), "on_duty": ("yes", "no")}


def check_steps(steps: Sequence[Step], unread: frozenset[str], problems: Problems) -> None:
    """Note what only shows when steps are seen together. `unread`: ids of steps that have problems already."""
    _check_ids(steps, problems)
    if len(steps) > MOST_STEPS:
        problems.add(steps[MOST_STEPS].line, f"a flow has at most {MOST_STEPS} steps; make two flows of it")
    for place, step in enumerate(steps):
        _check_when(step, steps[:place], unread, problems)
        _check_answers(step, problems)
        _check_silence(step, problems)
        if not unread:
            _check_leads_on(step, steps[place + 1 :], problems)


def _check_ids(steps: Sequence[Step], problems: Problems) -> None:
    seen: dict[str, int] = {}
    for step in steps:
        if not step.id:
            continue
        if step.id in seen:
            problems.add(step.line, f"two steps are called `{step.id}`, the first on line {seen[step.id]}; rename one")
        seen.setdefault(step.id, step.line)
        if step.id in _RESERVED or (step.id == "language" and step.keeps != "language"):
            problems.add(step.line, f"`{step.id}` has a meaning of its own in `when`; give the step another id")


def _check_when(step: Step, earlier: Sequence[Step], unread: frozenset[str], problems: Problems) -> None:
    by_id = {other.id: other for other in earlier if other.id}
    for condition in conditions_in(step.when) if step.when else ():
        subject = condition.subject
        if subject in FACTS or subject.startswith("consent."):
            _check_fact(condition, problems)
        elif subject in by_id:
            _check_answer_exists(condition, by_id[subject], problems)
        elif subject not in unread:
            known = (*by_id, *FACTS)
            message = f"`when` names `{subject}`, which is no earlier step; {did_you_mean(subject, known)}"
            problems.add(condition.line, message)


def _check_fact(condition: Matches | Given, problems: Problems) -> None:
    if isinstance(condition, Given):
        if condition.subject in _FACT_VALUES:
            problems.add(condition.line, f"`{condition.subject}` is always given; write one of its values")
        return
    if condition.subject != "language":
        _check_values(condition, _FACT_VALUES.get(condition.subject, ("yes", "no")), problems)


def _check_answer_exists(condition: Matches | Given, step: Step, problems: Problems) -> None:
    if not step.is_question:
        problems.add(condition.line, f"`{step.id}` asks nothing, so `when` cannot use it; name a question")
    elif isinstance(condition, Matches):
        if step.kind is StepKind.OPEN:
            message = f"`{step.id}` has no choices to compare; write {{{step.id}: {{given: true}}}}, or given: false"
            problems.add(condition.line, message)
        elif step.kind is not StepKind.LANGUAGES:
            _check_values(condition, step.choice_ids, problems)


def _check_values(condition: Matches, known: Sequence[str], problems: Problems) -> None:
    for value in condition.values:
        if value not in known:
            message = f"`{condition.subject}` is never `{value}`; {did_you_mean(value, known)}"
            problems.add(condition.line, message)


def _check_answers(step: Step, problems: Problems) -> None:
    """No two choices may be said alike, and a digit or a carrier's own word cannot be the way to say one."""
    if step.kind is not StepKind.CHOICES:
        return
    meant: dict[str, str] = {}
    for choice in step.choices:
        for said in (choice.label, *choice.words):
            folded = fold(said)
            if meant.setdefault(folded, choice.id) != choice.id:
                problems.add(choice.line, f"`{said}` means both `{meant[folded]}` and `{choice.id}`; keep it in one")
            if folded in CARRIER_WORDS:
                message = f"the phone company acts on `{said}` alone and it may never reach you; use another word"
                problems.add(choice.line, message)
            if folded.isdigit():
                problems.add(choice.line, "a number is no label, digits choose by place; write a word", said)


def _check_silence(step: Step, problems: Problems) -> None:
    urgent = any(choice.raises is Urgency.URGENT for choice in step.choices)
    if urgent and step.silence.then == "close":
        message = f"silence at the safety question `{step.id}` would just close; write `silence: {{then: soon}}`"
        problems.add(step.line, message)


def _check_leads_on(question: Step, later: Sequence[Step], problems: Problems) -> None:
    """Whatever is answered or skipped, something is said after it; words not understood are acknowledged anyway."""
    if not question.is_question:
        return
    answers: list[tuple[str, Known]] = [(f"`{choice.id}`", (choice.id,)) for choice in question.choices]
    answers.append(("a skip", Unanswered.MISSING))
    urgent = {f"`{choice.id}`" for choice in question.choices if choice.raises is Urgency.URGENT}
    dead = [said for said, answer in answers if said not in urgent and not _says_more(question.id, answer, later)]
    if dead:
        message = f"after {' or '.join(dead)} at `{question.id}` nothing more is said; end with a `say` for everyone"
        problems.add(question.line, message)


def _says_more(asked: str, answer: Known, later: Sequence[Step]) -> bool:
    # Nothing is known of the other subjects, so only a condition that cannot hold rules a step out.
    answers = {asked: answer}
    for step in later:
        due = True if step.when is None else holds(step.when, lambda s: answers.get(s, Unanswered.UNCLEAR))
        if due is False:
            answers[step.id] = Unanswered.MISSING
        elif step.kind is not StepKind.END:
            return True
        elif due:
            return False
    return False
