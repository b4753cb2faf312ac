"""A story against the flow it tells of: its steps, answers, channel and languages are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.preferences import PREFERENCES
from service.core.steps.shape import Step, StepKind
from service.core.story import HASH, SERVICE_SAYS, SKIP, STAR, Chooses, Given, HangsUp, Presses, Says, Story
from service.core.yaml_lines import suggest

_ONE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
Wrong = Callable[[int, str], None]


def check_story(story: Story, flow: Flow, flows: Collection[str], languages: Collection[str], wrong: Wrong) -> None:
    """Call `wrong` with the line and what to write for all that the flow does not know."""
    _check_where(story, flow, languages, wrong)
    check_given(story.given, flow, languages, wrong)
    _check_preferences("keeps", story.leads_to.keeps, story.leads_to.line, wrong)
    _check_says(story, flow, languages, wrong)
    _check_leads_to(story, flow, flows, wrong)


def check_given(given: Given, flow: Flow, languages: Collection[str], wrong: Wrong) -> None:
    """Preferences, earlier answers, and who the person is."""
    _check_preferences("my", given.my, given.line, wrong)
    if given.role is not None and (given.role != "participant") != flow.for_staff:
        whom = "for staff: write role: trained_staff" if flow.for_staff else "not for staff: take role out"
        wrong(given.line, f"role: {flow.name} is {whom}")
    for kind in ("answers", "last"):
        for step_id, values in getattr(given, kind).items():
            step = _question(step_id, flow)
            if step is None:
                wrong(given.line, f"{kind}: {step_id} is no question of {flow.name}; {_questions(step_id, flow)}")
                continue
            for value in values:
                _check_answer(value, step, given.line, languages, wrong)


def _check_where(story: Story, flow: Flow, languages: Collection[str], wrong: Wrong) -> None:
    if story.channel is not None and story.channel not in flow.channels:
        wrong(story.line, f"{flow.name} has no channel {story.channel}; add it to channels in the flow, or take it out")
    for code in (story.language, story.given.language):
        if code is not None and languages and code not in languages:
            wrong(story.line, f"there is no language {code}; {suggest(code, tuple(languages))}")
    if not story.given.delivered and story.channel is not Channel.SMS:
        wrong(story.given.line, "only a text can fail to arrive; write channel: sms")
    for line in story.says:
        by_key = isinstance(line, HangsUp) or (isinstance(line, Presses) and {HASH, STAR} & set(line.keys))
        if by_key and story.channel is not Channel.VOICE:
            wrong(line.line, "this happens only in a call; write channel: voice at the head of the story")


def _check_preferences(where: str, kept: Mapping[str, str], line: int, wrong: Wrong) -> None:
    for name, value in kept.items():
        preference = PREFERENCES.get(name)
        if preference is None:
            wrong(line, f"{where}: {name} is no preference; {suggest(name, tuple(PREFERENCES))}")
        elif not preference.knows(value):
            instead = suggest(value, preference.values) if preference.values else f"write one such as {preference.example}"
            wrong(line, f"{where}: {name} is never {value}; {instead}")


def _check_says(story: Story, flow: Flow, languages: Collection[str], wrong: Wrong) -> None:
    asked: Step | None = None
    is_lost = False  # after a step that nobody knows, which has its own problem
    for line in story.says:
        if isinstance(line, Says):
            is_lost = not _is_known(line, flow, wrong)
            asked = _question(line.words, flow) or asked
        elif isinstance(line, Chooses) and not is_lost:
            _check_chosen(line, asked, languages, wrong)


def _check_chosen(line: Chooses, asked: Step | None, languages: Collection[str], wrong: Wrong) -> None:
    if asked is None:
        wrong(line.line, "no question stands before this; write - service: and the step that is asked")
        return
    for value in line.values:
        _check_answer(value, asked, line.line, languages, wrong)
    if len(line.values) > 1 and not asked.many:
        wrong(line.line, f"{asked.id} takes one answer; write one of: {', '.join(asked.choice_ids)}")


def _is_known(line: Says, flow: Flow, wrong: Wrong) -> bool:
    """Whether the flow has it, or it may be how some words begin."""
    names = [step.id for step in flow.steps if step.id]
    if line.words in names or line.words in SERVICE_SAYS or not _ONE_WORD.fullmatch(line.words):
        return True
    wrong(line.line, f"no step of {flow.name} is called {line.words}; {suggest(line.words, (*names, *SERVICE_SAYS))}")
    return False


def _question(step_id: str, flow: Flow) -> Step | None:
    return next((step for step in flow.steps if step.id == step_id and step.is_question), None)


def _questions(word: str, flow: Flow) -> str:
    return suggest(word, tuple(step.id for step in flow.steps if step.is_question))


def _check_answer(value: str, step: Step, line: int, languages: Collection[str], wrong: Wrong) -> None:
    known = _answers(step, languages)
    if value == SKIP or known is None or value in known:
        return
    if not known:
        wrong(line, f"{step.id} is answered in words; write - person: and the words, or chooses: skip")
    elif step.range is not None:
        wrong(line, f"{value} is no answer to {step.id}; write a number from {known[0]} to {known[-1]}, or skip")
    else:
        wrong(line, f"{value} is no answer to {step.id}; {suggest(value, (*known, SKIP))}")


def _answers(step: Step, languages: Collection[str]) -> tuple[str, ...] | None:
    """What may be chosen: none for words of one's own; None where that can't be known here."""
    if step.kind is StepKind.LANGUAGES:
        return tuple(languages) or None
    if step.kind is StepKind.OFFER:
        return ("yes", "no")
    if step.range is not None:
        return None if step.range.digits else tuple(map(str, range(step.range.low, step.range.high + 1)))
    return step.choice_ids


def _check_leads_to(story: Story, flow: Flow, flows: Collection[str], wrong: Wrong) -> None:
    expected = story.leads_to
    asked_for = {step.consent for step in flow.steps if step.consent}
    for purpose in expected.consent:
        if purpose not in asked_for:
            hint = suggest(purpose, tuple(sorted(asked_for))) if asked_for else "take it out"
            wrong(expected.line, f"consent: {flow.name} asks for no consent {purpose}; {hint}")
    for later in expected.later:
        if flows and later.flow not in flows:
            wrong(expected.line, f"later: there is no flow {later.flow}; {suggest(later.flow, tuple(flows))}")
    for kind, values in expected.notes.items():
        noted = [step for step in flow.steps if step.notes == kind]
        known = {choice for step in noted for choice in step.choice_ids}
        for value in values or ():
            if value not in known:
                hint = suggest(value, tuple(sorted(known))) if known else f"write notes: {kind}"
                wrong(expected.line, f"notes: {value} is never noted as {kind}; {hint}")
