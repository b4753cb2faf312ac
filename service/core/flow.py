"""Runs a flow: one thing heard in, a new state and effects out. Pure, so that any turn can be replayed."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.core import flow_hear
from service.core.answers import Vocabulary
from service.core.effects import Remind
from service.core.flow_plan import Flow
from service.core.flow_run import FlowRun
from service.core.flow_state import (
    Again,
    Back,
    Facts,
    Heard,
    HungUp,
    Pressed,
    Silence,
    Skipped,
    Slower,
    Started,
    State,
    Words,
)
from service.core.flow_turn import FlowEnded, FlowError, FlowStuck, Turn
from service.core.steps.shape import Step

__all__ = [
    "Again",
    "Back",
    "Facts",
    "FlowEnded",
    "FlowError",
    "FlowStuck",
    "Heard",
    "HungUp",
    "Pressed",
    "Silence",
    "Skipped",
    "Slower",
    "Started",
    "State",
    "Turn",
    "Words",
    "advance",
]


def advance(flow: Flow, state: State | None, heard: Heard, now: datetime, facts: Facts, vocabulary: Vocabulary) -> Turn:
    """Run until the flow waits or ends. Raises FlowEnded for a state that has ended, FlowStuck rather than hang.

    A silence that is not of the question asked changes nothing; one that comes too early is set again. In a call
    silences are seconds long, so none is too early.
    """
    if isinstance(heard, Started) != (state is None):
        raise FlowError("a check-in starts once, and before anything is heard")
    state = state or State()
    if state.ended is not None:
        raise FlowEnded(f"this check-in of {flow.name!r} has ended: {state.ended}")
    run = FlowRun(flow, state, now, facts, vocabulary)
    match heard:
        case Words(text, urgency):
            flow_hear.hear_words(run, text, urgency)
        case Started():
            run.go_on(0)
        case Pressed(choice):
            flow_hear.hear_pressed(run, choice)
        case Skipped():
            flow_hear.hear_skipped(run)
        case Silence():
            return _hear_silence(run, heard)
        case HungUp():
            return _hear_hung_up(run)
        case Again() | Slower() | Back():
            return _hear_wish(run, heard)
    return run.turn()


def _hear_silence(run: FlowRun, heard: Silence) -> Turn:
    state = run.before
    if heard.step != state.waiting or heard.number != int(state.reminded):
        return Turn(state, ())
    if not run.in_call or state.hung_up:
        early = _still_waiting(run.waiting, state, run.now)
        if early is not None:
            return Turn(state, (early,))
    flow_hear.hear_silence(run)
    return run.turn()


def _hear_hung_up(run: FlowRun) -> Turn:
    if run.before.hung_up:
        return Turn(run.before, ())
    flow_hear.hear_hung_up(run)
    return run.turn(counts=False)


def _hear_wish(run: FlowRun, heard: Again | Slower | Back) -> Turn:
    """Wishes about how we ask; they are no answer, and no turn is counted against anybody."""
    match heard:
        case Again():
            run.ask_again(run.waiting)
        case Slower():
            flow_hear.hear_slower(run)
        case Back():
            run.ask_the_one_before()
    return run.turn(counts=False)


def _still_waiting(step: Step, state: State, now: datetime) -> Remind | None:
    """The rest of the wait, where a clock jumped or the timer of an earlier asking ran out: no silence is lost."""
    left = (state.since or now) + step.silence.first_wait() - now
    if state.since is None or left <= timedelta():
        return None
    return Remind(step.id, left, "close" if state.hung_up else step.silence.then, int(state.reminded))
