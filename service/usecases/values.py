"""What stands in the braces of a flow's words for one person at one moment: all of it from the rota and the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from service.core.conditions import Known
from service.core.config import usable_numbers
from service.core.model import Urgency
from service.core.rota import HORIZON, covered
from service.core.routing import reads
from service.core.schedule import local_day
from service.usecases.turn import Turn


def flow_values(turn: Turn, answers: Mapping[str, Known], wanted: Set[str]) -> dict[str, str]:
    """Values of the variables that are `wanted`; a missing one is left out, and its default sentence is said."""
    values = {f"answer.{step}": ",".join(known) for step, known in answers.items() if isinstance(known, tuple)}
    values["service"] = turn.release.config.service.name  # never said to a discreet person: `render` sees to that
    for variable in wanted & _MADE.keys():
        made = _MADE[variable](turn)
        if made is not None:
            values[variable] = made
    return values


def reply_promise(turn: Turn) -> str:
    """When somebody reads what they wrote: the time of their open escalation, else the rota's for something soon."""
    if turn.at.escalation_id is None:
        return turn.say("reply_promise.routine")
    when = turn.at.promised_for
    if when is None or when <= turn.now:
        return turn.say("reply_promise.unknown_time")
    return turn.say("reply_promise", when=turn.when(when))


def reading_hours(turn: Turn) -> str:
    """Whether somebody is here to read, and until when, or when next."""
    config = turn.release.config
    run = next(covered(config.rota, reads(config.team), turn.now, turn.now + HORIZON), None)
    if run is None:
        return turn.say("read_hours.unknown_time")
    if run.start > turn.now:
        return turn.say("read_hours.later", when=turn.when(run.start))
    if run.end >= turn.now + HORIZON:
        return turn.say("read_hours.always")
    return turn.say("read_hours.on_duty", when=turn.when(run.end))


def crisis_lines(turn: Turn) -> str | None:
    """Numbers that were verified lately and may be shown; None if there is none."""
    today = local_day(turn.now, turn.zone)
    numbers = usable_numbers(turn.release.config.service, today, turn.language)
    if not numbers:
        return None
    shown = ", ".join(f"{number.number} ({number.name})" for number in numbers[:2])
    return turn.say("crisis.numbers", numbers=shown)


def receipt(turn: Turn, urgency: Urgency) -> str:
    """The truth about when somebody reads what they just wrote."""
    promise = turn.promise(urgency)
    if urgency is Urgency.URGENT:
        if promise.on_duty_now and promise.when is not None:
            body = turn.say("receipt.urgent.on_duty", when=turn.when(promise.when))
        elif promise.next_on is not None:
            body = turn.say("receipt.urgent.later", when=turn.when(promise.next_on))
        else:
            body = turn.say("receipt.urgent.none")
        return f"{body} {crisis_lines(turn) or turn.say('crisis.unknown_numbers')}"
    if urgency is Urgency.SOON and promise.when is not None:
        return turn.say("receipt.soon", when=turn.when(promise.when))
    return turn.say("receipt.routine" if urgency is Urgency.ROUTINE else "receipt.soon.unknown_time")


_MADE: Mapping[str, Callable[[Turn], str | None]] = {
    "name": Turn.name,
    "reply_promise": reply_promise,
    "read_hours": reading_hours,
    "crisis_lines": crisis_lines,
}
