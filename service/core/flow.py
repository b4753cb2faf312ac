"""Runs a flow: one thing heard in, a new state and effects out. Pure, so that any turn can be replayed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from service.core.answers import Understood, Vocabulary, understand
from service.core.conditions import Known, Unanswered, holds
from service.core.effects import (
    Ask,
    Consent,
    Effect,
    Finish,
    Keep,
    KeptWords,
    Learn,
    Note,
    OfferPerson,
    Outcome,
    Raise,
    RaiseKind,
    Remind,
    Say,
)
from service.core.flow_file import Flow
from service.core.flow_state import Facts, Heard, Silence, Started, State, Words
from service.core.model import Urgency
from service.core.steps.shape import MORE, NONE, Step, StepKind, language_page

__all__ = [
    "Facts",
    "FlowEnded",
    "FlowError",
    "FlowStuck",
    "Heard",
    "Silence",
    "Started",
    "State",
    "Turn",
    "Words",
    "advance",
]

STEP_CAP: Final = 100
OFFER_AFTER_TURNS: Final = 6


class FlowError(Exception):
    """A flow cannot go on as it was asked to."""


class FlowEnded(FlowError):
    """The check-in is over; what was heard belongs elsewhere."""


class FlowStuck(FlowError):
    """More steps than any flow needs ran in one turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The state after what was heard, and what follows from it, in the order in which the person meets it."""

    state: State
    effects: tuple[Effect, ...]


def advance(flow: Flow, state: State | None, heard: Heard, now: datetime, facts: Facts, vocabulary: Vocabulary) -> Turn:
    """Run until the flow waits or ends. Raises FlowEnded for a state that has ended, FlowStuck rather than hang.

    A silence that is not of the question asked changes nothing; one that comes too early is set again.
    """
    if isinstance(heard, Started) != (state is None):
        raise FlowError("a check-in starts once, and before anything is heard")
    state = state or State()
    if state.ended is not None:
        raise FlowEnded(f"this check-in of {flow.name!r} has ended: {state.ended}")
    if isinstance(heard, Silence):
        if heard.step != state.waiting or heard.number != int(state.reminded):
            return Turn(state, ())
        if (early := _still_waiting(flow.step(heard.step), state, now)) is not None:
            return Turn(state, (early,))
    run = _Run(flow, state, now, facts, vocabulary)
    run.hear(heard)
    return run.turn()


def _still_waiting(step: Step, state: State, now: datetime) -> Remind | None:
    """The rest of the wait, where a clock jumped or the timer of an earlier asking ran out: no silence is lost."""
    left = (state.since or now) + step.silence.first_wait() - now
    if state.since is None or left <= timedelta():
        return None
    return Remind(step.id, left, step.silence.then, int(state.reminded))


class _Run:
    """One turn: gathers effects while it changes a copy of the state's fields."""

    def __init__(self, flow: Flow, state: State, now: datetime, facts: Facts, vocabulary: Vocabulary) -> None:
        self._flow, self._before, self._now, self._facts, self._vocabulary = flow, state, now, facts, vocabulary
        self._answers = dict(state.answers)
        self._urgent = state.urgent
        self._effects: list[Effect] = []
        self._state = state

    def turn(self) -> Turn:
        turns = self._before.turns + 1
        if turns == OFFER_AFTER_TURNS and not self._urgent:
            self._offer_person()
        state = replace(self._state, turns=turns, urgent=self._urgent, answers=self._answers)
        return Turn(state, tuple(self._effects))

    def hear(self, heard: Heard) -> None:
        match heard:
            case Started():
                self._go_on(0)
            case Words(text, urgency):
                self._hear_words(self._waiting_step(), text, urgency)
            case Silence():
                self._hear_silence(self._waiting_step())

    def _waiting_step(self) -> Step:
        if self._before.waiting is None:
            raise FlowError(f"this check-in of {self._flow.name!r} waits for nothing")
        return self._flow.step(self._before.waiting)

    # Words

    def _hear_words(self, step: Step, text: str, urgency: Urgency) -> None:
        options = self._options(step)
        understood = understand(step, text, self._vocabulary, options)
        if understood is not None and step.consent and understood.rest and understood.values == ("yes",):
            understood = None  # "yes, but…" is no consent before a person has read the rest
        if understood is None:
            self._not_understood(step, urgency)
        elif understood.values == (MORE,) and step.kind is StepKind.LANGUAGES:
            self._ask(step, page=self._before.page + 1)
        else:
            self._learn(step, understood, urgency)

    def _options(self, step: Step) -> tuple[str, ...]:
        if step.kind is StepKind.LANGUAGES:
            return language_page(self._facts.languages, self._before.page)
        return step.choice_ids

    def _not_understood(self, step: Step, urgency: Urgency) -> None:
        self._effects.append(Learn(step.id, understood=False))
        self._effects.append(KeptWords(step.id))
        self._raise(max(urgency, Urgency.SOON), step, None, "words")
        if self._urgent or self._before.again:
            self._answers[step.id] = Unanswered.UNCLEAR
            self._go_on(self._flow.place(step.id) + 1)
        else:
            self._ask(step, again=True, page=self._before.page)

    def _learn(self, step: Step, understood: Understood, urgency: Urgency) -> None:
        self._effects.append(Learn(step.id, understood.values, skipped=understood.skipped))
        self._answers[step.id] = Unanswered.MISSING if understood.skipped else understood.values
        self._keep(step, understood)
        for value in understood.values:
            if step.choices and (raises := step.choice(value).raises) is not None:
                self._raise(raises, step, value, "answer")
        if understood.rest and step.kind is not StepKind.OPEN:
            self._effects.append(KeptWords(step.id))
            self._raise(max(urgency, Urgency.SOON), step, None, "words")
        elif understood.rest or urgency is Urgency.URGENT:
            self._raise(urgency, step, None, "words")
        self._go_on(self._flow.place(step.id) + 1)

    def _keep(self, step: Step, understood: Understood) -> None:
        """What an answer becomes beyond itself."""
        if step.consent:
            self._effects.append(Consent(step.consent, step.id, understood.values == ("yes",)))
        if step.keeps and understood.values:
            self._effects.append(Keep(step.keeps, step.id, understood.values[0]))
        if step.notes and not understood.skipped:
            values = tuple(value for value in understood.values if value != NONE)
            if values or step.kind is StepKind.OPEN:
                self._effects.append(Note(step.notes, step.id, values))

    def _raise(self, urgency: Urgency, step: Step, choice: str | None, kind: RaiseKind) -> None:
        self._effects.append(Raise(urgency, step.id, choice, kind))
        if urgency is Urgency.URGENT:
            self._urgent = True

    # Silence

    def _hear_silence(self, step: Step) -> None:
        if step.silence.remind is not None and not self._before.reminded:
            self._ask(step, reminder=True, page=self._before.page)
        else:
            self._give_up_waiting(step)

    def _give_up_waiting(self, step: Step) -> None:
        then = step.silence.then
        if then == "urgent":
            self._raise(Urgency.URGENT, step, None, "silence")
            self._go_on(self._flow.place(step.id) + 1)
            return
        if then != "close":
            self._raise(Urgency.SOON, step, None, "silence")
        self._finish("closed")

    # Going on

    def _go_on(self, place: int) -> None:
        """From that place to the next question or the end."""
        for count, step in enumerate(self._flow.steps[place:]):
            if count >= STEP_CAP:
                raise FlowStuck(f"flow {self._flow.name!r} ran {STEP_CAP} steps in one turn")
            if not self._is_due(step):
                continue
            if step.kind is StepKind.END:
                break
            if step.is_question:
                self._ask(step)
                return
            self._effects.append(Say(step.id))
        self._finish("done")

    def _is_due(self, step: Step) -> bool:
        if self._urgent and not step.after_urgent:
            return False
        if step.kind is StepKind.LANGUAGES and len(self._facts.languages) < 2:
            return False
        if step.when is None:
            return True
        result = holds(step.when, self._known)
        if result is None and not step.raises and step.is_question:
            # Whether it would have been asked is unknown, and so is whatever depends on its answer.
            self._answers[step.id] = Unanswered.UNCLEAR
        return step.raises if result is None else result

    def _ask(self, step: Step, again: bool = False, reminder: bool = False, page: int = 0) -> None:
        same = self._before.waiting == step.id
        reminded = reminder or (same and self._before.reminded)
        self._effects.append(Ask(step.id, again=again, reminder=reminder, page=page))
        self._effects.append(Remind(step.id, step.silence.first_wait(), step.silence.then, int(reminded)))
        self._state = State(
            waiting=step.id,
            since=self._now,
            again=again or (same and self._before.again),
            reminded=reminded,
            page=page,
        )

    def _finish(self, outcome: Outcome) -> None:
        outcome = "urgent" if self._urgent else outcome
        self._effects.append(Finish(outcome))
        self._state = State(ended=outcome)

    def _offer_person(self) -> None:
        """Before the question, so that the question stays the last thing heard."""
        place = next((i for i, effect in enumerate(self._effects) if isinstance(effect, Ask | Finish)), None)
        self._effects.insert(len(self._effects) if place is None else place, OfferPerson())

    def _known(self, subject: str) -> Known:
        """The answer to a step, or what is known about the person; this check-in's own answers come first."""
        if subject == "channel":
            return (self._facts.channel.value,)
        if subject == "on_duty":
            return ("yes" if self._facts.on_duty else "no",)
        if subject == "language":
            return self._language()
        if subject.startswith("consent."):
            return self._consent(subject.removeprefix("consent."))
        return self._answers.get(subject, Unanswered.MISSING)

    def _language(self) -> Known:
        for step in self._flow.steps:
            if step.keeps == "language" and isinstance(answer := self._answers.get(step.id), tuple):
                return answer
        known = self._facts.language if self._facts.language_known else None
        return Unanswered.MISSING if known is None else (known,)

    def _consent(self, purpose: str) -> Known:
        for step in self._flow.steps:
            if step.consent == purpose and isinstance(answer := self._answers.get(step.id), tuple):
                return answer
        granted = self._facts.consents.get(purpose)
        return Unanswered.MISSING if granted is None else ("yes" if granted else "no",)
