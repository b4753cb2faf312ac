"""Checks of where a flow leads: `go` finds its step and cannot go round for ever, nothing is unreachable, no dead ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from service.core.conditions import Known, Unanswered, holds
from service.core.flow_fields import did_you_mean
from service.core.flow_yaml import Problems
from service.core.model import Channel, Urgency
from service.core.steps.shape import Choice, Step, StepKind

_BY: Final = {Channel.SMS: "text", Channel.VOICE: "phone"}


def check_leads(
    steps: Sequence[Step],
    channels: Sequence[Channel],
    unread: frozenset[str],
    problems_of: Callable[[Step], Problems],
) -> None:
    """Note every way on that leads nowhere. `unread`: ids of steps that have problems already."""
    places = {step.id: place for place, step in enumerate(steps) if step.id}
    for place, step in enumerate(steps):
        problems = problems_of(step)
        for target, line, choice in _goes(step):
            if target in places:
                _check_back(steps, places[target], place, line, problems)
            elif target not in unread and not _brings_in(steps):
                problems.add(line, f"`go` names `{target}`, which is no step; {did_you_mean(target, places)}")
            if choice and step.many:
                problems.add(line, "`go` does not go with `many`, where several may be chosen; use a `go` step with `when`")
    _check_reached(steps, problems_of)
    for place, step in enumerate(steps):
        if step.is_question:
            _check_says_more(steps, places, place, channels, problems_of(step))


def _brings_in(steps: Sequence[Step]) -> bool:
    """Whether steps of another flow are still to come, which are looked at once they are here."""
    return any(step.kind is StepKind.RUN for step in steps)


def _goes(step: Step) -> Iterator[tuple[str, int, Choice | None]]:
    """The steps that it goes to, each with its line and choice."""
    if step.go is not None:
        yield step.go, step.line, None
    for choice in step.choices:
        if choice.go is not None:
            yield choice.go, choice.line, choice


def _check_back(steps: Sequence[Step], target: int, here: int, line: int, problems: Problems) -> None:
    """Back only over a question, where the person can stop it."""
    passed = steps[target : here + 1]
    if target <= here and not any(step.is_question for step in passed):
        name = steps[target].id
        problems.add(line, f"`go: {name}` goes round for ever, as no question lies between; go back to a question")


def _check_reached(steps: Sequence[Step], problems_of: Callable[[Step], Problems]) -> None:
    targets = {target for step in steps for target, _, _ in _goes(step)}
    for before, step in pairwise(steps):
        if before.kind in (StepKind.GO, StepKind.END) and before.when is None and step.id not in targets:
            kind = before.kind.value
            message = f"nobody comes to this step, as the `{kind}` before it is for everyone"
            problems_of(step).add(step.line, f"{message}; add `when` to the `{kind}`, or take this out")


def _check_says_more(
    steps: Sequence[Step], places: dict[str, int], place: int, channels: Sequence[Channel], problems: Problems
) -> None:
    """Whatever is answered or skipped, something is said after it; words not understood are acknowledged anyway."""
    question = steps[place]
    dead = {channel: _dead_ends(steps, places, place, channel) for channel in channels}
    told: list[str] = []
    for channel, found in dead.items():
        everywhere = all(other == found for other in dead.values())
        where = "" if everywhere else f" in a check-in by {_BY[channel]}"
        if found and where not in told:
            message = f"after {' or '.join(found)} at `{question.id}` nothing more is said{where}"
            problems.add(question.line, f"{message}; end with a `say` for everyone")
            told.append(where)


def _dead_ends(steps: Sequence[Step], places: dict[str, int], place: int, channel: Channel) -> list[str]:
    """The answers to a question after which nobody hears more."""
    question = steps[place]
    here: dict[str, Known] = {"channel": (channel.value,)}
    if _Walk(steps, places, here).is_due(question) is False:
        return []
    answers: list[tuple[str, Known, str | None]] = [
        (f"`{choice.id}`", (choice.id,), choice.go)
        for choice in question.choices
        if choice.raises is not Urgency.URGENT and choice.offer is None
    ]
    answers.append(("a skip", Unanswered.MISSING, None))
    dead = []
    for said, answer, go in answers:
        if go is not None and go not in places:
            continue
        start = place + 1 if go is None else places[go]
        if not _Walk(steps, places, {**here, question.id: answer}).says_from(start):
            dead.append(said)
    return dead


class _Walk:
    """What may follow an answer. Only a condition that cannot hold rules a step out: nothing is known of the rest."""

    def __init__(self, steps: Sequence[Step], places: dict[str, int], answers: dict[str, Known]) -> None:
        self._steps, self._places, self._answers = steps, places, answers
        self._seen: set[int] = set()

    def says_from(self, place: int) -> bool:
        """Whether anything may be said from that place on."""
        while place < len(self._steps) and place not in self._seen:
            self._seen.add(place)
            step = self._steps[place]
            due = self.is_due(step)
            if due is False:
                if step.id:
                    self._answers[step.id] = Unanswered.MISSING
            elif step.is_question or step.kind in (StepKind.SAY, StepKind.RUN):
                return True
            elif step.kind is StepKind.END and due:
                return False
            elif step.kind is StepKind.GO and step.go in self._places:
                target = self._places[step.go]
                if due:
                    place = target
                    continue
                if self.says_from(target):
                    return True
            place += 1
        return False

    def is_due(self, step: Step) -> bool | None:
        """Whether it comes; None if that is not known."""
        if step.when is None:
            return True
        return holds(step.when, lambda subject: self._answers.get(subject, Unanswered.UNCLEAR))
