"""What stands in the braces of a flow's words for one person at one moment: all of it from the rota and the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from sqlalchemy import bindparam, func, literal_column, select

from service.core.conditions import Known
from service.core.schedule import local_day, moment_at
from service.store.prepared import Prepared
from service.store.schema import notes
from service.usecases.telling import crisis_lines, price, reading_hours, reply_promise
from service.usecases.turn import Turn

_IDEAS = Prepared(
    select(func.count().label("many")).where(
        notes.c.kind == literal_column("'idea'"), notes.c.at >= bindparam("since", type_=notes.c.at.type)
    )
)


def flow_values(turn: Turn, answers: Mapping[str, Known], wanted: Set[str]) -> dict[str, str]:
    """Values of the variables that are `wanted`; a missing one is left out, and its default sentence is said."""
    values = {f"answer.{step}": ",".join(known) for step, known in answers.items() if isinstance(known, tuple)}
    values["service"] = turn.release.config.service.name  # never said to a discreet person: `render` sees to that
    for variable in wanted & _MADE.keys():
        made = _MADE[variable](turn)
        if made is not None:
            values[variable] = made
    return values


def ideas(turn: Turn) -> str:
    """How many ideas came in this month, from everybody, on the service's calendar."""
    zone = turn.release.config.service.zone
    first = moment_at(local_day(turn.now, zone).replace(day=1), 0, zone)
    turn.writes.flush()  # the idea of this very turn is one of them
    return str(_IDEAS.first(turn.tx, {"since": first}).many)


_MADE: Mapping[str, Callable[[Turn], str | None]] = {
    "name": Turn.name,
    "reply_promise": reply_promise,
    "read_hours": reading_hours,
    "crisis_lines": crisis_lines,
    "ideas": ideas,
    "price": price,
}
