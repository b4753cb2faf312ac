"""How many people gave which answer: what a flow that is read by counts shows of anybody, and all that it shows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.steps.shape import Step, StepKind
from service.keys import KeyDestroyed
from service.store import audit
from service.store.schema import answers, checkins
from service.usecases.deps import Deps
from service.usecases.errors import UseCaseError
from service.usecases.releases import Release

FEWEST: Final = 5  # people behind a number that is shown
_OPERATOR: Final = "command line"
_SKIPPED: Final = "(skipped)"
_OWN_WORDS: Final = "(in their own words)"

People = Mapping[str, Set[str]]
"""Who gave each value of one question; never leaves this module."""


class NoSuchFlow(UseCaseError):
    """The running release has no flow of that name."""


@dataclass(frozen=True, slots=True)
class Count:
    """One answer and how many people gave it; None is fewer than five of them, or nobody."""

    answer: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the flow, in English, and its answers."""

    step: str
    words: str
    counts: tuple[Count, ...]


def count(deps: Deps, flow_name: str, days: int) -> tuple[Question, ...]:
    """What was answered to each question of a flow in the last `days`; NoSuchFlow.

    Of a check-in in which something was answered twice, the last answer counts. There are no totals: with them, one
    answer that is not shown could be worked out from those that are.
    """
    release, now = deps.releases.current(), deps.clock.now()
    flow = release.flows.get(flow_name)
    if flow is None:
        known = ", ".join(sorted(release.flows))
        raise NoSuchFlow(f"there is no flow {flow_name!r}: the release has {known}")
    with deps.database.write() as tx:
        audit.record(tx, now, _OPERATOR, "counted answers", "flow", flow.name, {"days": days})
    given = _given(deps, flow, days)
    questions = (step for step in flow.steps if step.is_question)
    return tuple(_question(release, step, given.get(step.id, {})) for step in questions)


def _given(deps: Deps, flow: Flow, days: int) -> dict[str, People]:
    since = deps.clock.now() - timedelta(days=days)
    query = (
        select(answers, checkins.c.contact_id)
        .join(checkins, checkins.c.id == answers.c.checkin_id)
        .where(checkins.c.flow == flow.name, answers.c.at >= since)
        .order_by(answers.c.at, answers.c.id)
    )
    with deps.database.read() as connection:
        rows = connection.execute(query).all()
    last = {(row.checkin_id, row.step): row for row in rows}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in last.values():
        try:
            opened = deps.keys.open(row.contact_id, "answers", "value", row.id, row.value) if row.value else ""
        except KeyDestroyed:
            continue  # what was erased counts no longer
        for value in json.loads(opened) if opened else (_SKIPPED if row.skipped else _OWN_WORDS,):
            found[row.step][value].add(row.participant_id)
    return {step: dict(values) for step, values in found.items()}


def _question(release: Release, step: Step, given: People) -> Question:
    phrase = step.wording(Channel.SMS, discreet=False)
    words = phrase.english if phrase is not None else release.languages.say("en", f"offer.{step.offer}")
    return Question(step.id, words, tuple(_counts(release, step, given)))


def _counts(release: Release, step: Step, given: People) -> Iterator[Count]:
    """Every answer that may be given, also where nobody did; of the others, what five people or more have said."""
    named = _named(release, step)
    for value, words in named.items():
        yield Count(words, _shown(given.get(value, frozenset())))
    others = {value: who for value, who in given.items() if value not in named}
    if step.kind is StepKind.NUMBER and not step.keeps:
        many = {value for value, who in others.items() if len(who) >= FEWEST and value.isdecimal()}
        for value in sorted(many, key=int):
            yield Count(value, _shown(others.pop(value)))
    marks = {_OWN_WORDS: others.pop(_OWN_WORDS, frozenset()), _SKIPPED: others.pop(_SKIPPED, frozenset())}
    if not named:
        yield Count(
            "(something else)" if step.kind is StepKind.NUMBER else "(answered)", _shown(frozenset().union(*others.values()))
        )
    for words, who in marks.items():
        yield Count(words, _shown(who))


def _named(release: Release, step: Step) -> dict[str, str]:
    """The answers that a question offers, in English, in their order."""
    match step.kind:
        case StepKind.CHOICES:
            return {choice.id: choice.label for choice in step.choices}
        case StepKind.YES_NO | StepKind.OFFER:
            return {value: release.languages.say("en", value) for value in ("yes", "no")}
        case StepKind.LANGUAGES:
            return {code: release.languages.name(code) for code in release.languages.codes}
        case StepKind.SCALE if step.range is not None:
            ends = {step.range.low: step.words.get("low"), step.range.high: step.words.get("high")}
            numbers = range(step.range.low, step.range.high + 1)
            return {str(one): f"{one} {end.english}" if (end := ends.get(one)) else str(one) for one in numbers}
        case _:
            return {}


def _shown(who: Set[str]) -> int | None:
    return len(who) if len(who) >= FEWEST else None
