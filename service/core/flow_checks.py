"""Checks across the steps of a flow: names, answers that mean two things, preferences, and silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from service.core.conditions import Condition, Unanswered, holds
from service.core.flow_fields import did_you_mean
from service.core.flow_leads import check_leads
from service.core.flow_plan import Flow
from service.core.flow_variables import check_header_variables, check_variables
from service.core.flow_when_checks import check_when
from service.core.flow_yaml import Problems
from service.core.keywords import CARRIER_WORDS, fold
from service.core.model import Channel
from service.core.preferences import PREFERENCES
from service.core.steps.shape import Step, StepKind

MOST_STEPS: Final = 100
_MOST_COMPARED: Final = 10 * MOST_STEPS  # each is looked at with all the others
_RESERVED: Final = ("channel", "on_duty", "promise_kept", "all", "any", "is_not", "given")


def check_steps(flow: Flow, unread: frozenset[str], problems: Problems) -> None:
    """Note what only shows when steps are seen together. `unread`: ids of steps that have problems already."""
    _check_ids(flow.steps, problems)
    if len(flow.steps) > MOST_STEPS:
        message = f"a flow has at most {MOST_STEPS} steps; make two flows of it"
        problems.add(flow.steps[MOST_STEPS].line, message)
        if len(flow.steps) > _MOST_COMPARED:
            return
    check_header_variables(flow.header, problems)
    for place, step in enumerate(flow.steps):
        check_when(flow.steps, place, unread, problems)
        _check_said_alike(step, problems)
        _check_kept(step, problems)
        _check_teach_back(step, problems)
        check_variables(step, flow.steps[:place], problems)
        _check_silence(step, problems)
    check_leads(flow.steps, flow.channels or tuple(Channel), unread, lambda _: problems)


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


def _check_said_alike(step: Step, problems: Problems) -> None:
    """No two answers may be said alike, and a digit or a carrier's own word cannot be the way to say one."""
    meant: dict[str, str] = {}
    for said, answer, line in _ways(step):
        folded = fold(said)
        if meant.setdefault(folded, answer) != answer:
            problems.add(line, f"`{said}` means both `{meant[folded]}` and `{answer}`; keep it in one")
        if folded in CARRIER_WORDS:
            message = f"the phone company acts on `{said}` alone and it may never reach you; use another word"
            problems.add(line, message)
        if folded.isdigit():
            problems.add(line, "a number is no label, digits choose by place; write a word", said)


def _ways(step: Step) -> Iterator[tuple[str, str, int]]:
    """What a person may say at a question, what it means, and where it is written."""
    if step.kind is StepKind.CHOICES:
        for choice in step.choices:
            for said in (choice.label, *choice.words):
                yield said, choice.id, choice.line
    if step.kind is StepKind.SCALE:
        for end in ("low", "high"):
            if end in step.words:
                yield step.words[end].english, end, step.words[end].line


def _check_kept(step: Step, problems: Problems) -> None:
    if step.keeps is None:
        return
    preference = PREFERENCES[step.keeps]
    if step.kind is StepKind.CHOICES:
        for choice in step.choices:
            if not preference.knows(choice.id):
                hint = did_you_mean(choice.id, preference.values)
                problems.add(choice.line, f"`{step.keeps}` is never `{choice.id}`, so name the choice after it; {hint}")
    if step.many:
        problems.add(step.line, f"`keeps: {step.keeps}` takes one answer; take `many` out")
    if preference.secret and not _only_by_voice(step.when):
        message = f"a {preference.name} is keyed only in a call, where nobody reads it; add when: {{channel: voice}}"
        problems.add(step.line, message)


def _only_by_voice(when: Condition | None) -> bool:
    def by_text(subject: str) -> tuple[str, ...] | Unanswered:
        return (Channel.SMS.value,) if subject == "channel" else Unanswered.UNCLEAR

    return when is not None and holds(when, by_text) is False


def _check_teach_back(step: Step, problems: Problems) -> None:
    if step.teach_back is None:
        return
    if step.teach_back not in step.choice_ids:
        hint = did_you_mean(step.teach_back, step.choice_ids)
        problems.add(step.line, f"the right answer of `teach_back` is `{step.teach_back}`, which is no choice; {hint}")
    for key, stands in (("many", step.many), ("keeps", step.keeps), ("notes", step.notes)):
        if stands:
            problems.add(step.line, f"`{key}` does not go with `teach_back`, which has one right answer; take it out")


def _check_silence(step: Step, problems: Problems) -> None:
    if step.is_about_safety and step.silence.then == "close":
        message = f"silence at the safety question `{step.id}` would just close; write `silence: {{then: soon}}`"
        problems.add(step.line, message)
