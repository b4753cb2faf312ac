"""Numbers about the whole service, for an operator's graphs: counts, never anything about a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, func, select

from service.core.model import Urgency
from service.store import due_rows
from service.store.schema import attempts, escalations, messages, pages, promises
from service.usecases.deps import Deps

Values = Sequence[tuple[tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric in Prometheus' terms."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: Values


def measures(deps: Deps) -> list[Measure]:
    """Everything that is measured, as the store has it now."""
    now = deps.clock.now()
    with deps.database.read() as connection:
        late = due_rows.oldest_overdue(connection, now)

        def by(*columns: Column[Any]) -> list[tuple[tuple[str, ...], float]]:
            found = connection.execute(select(*columns, func.count()).group_by(*columns))
            return [(tuple(str(part) for part in row[:-1]), float(row[-1])) for row in found]

        opened = [
            ((Urgency(int(urgency)).label, state), count)
            for (urgency, state), count in by(escalations.c.urgency, escalations.c.state)
        ]
        accepted = select(func.count()).select_from(pages).where(pages.c.accepted_at.is_not(None))
        return [
            Measure(
                "alongside_lane_overdue_seconds",
                "Seconds that the oldest unfinished row of a lane is overdue",
                ("lane",),
                [((lane,), late.get(lane, 0.0)) for lane in due_rows.LANES],
            ),
            Measure("alongside_escalations", "Escalations", ("urgency", "state"), opened),
            Measure("alongside_sends", "Attempts to send", ("outcome",), by(attempts.c.outcome)),
            Measure("alongside_messages", "Messages", ("direction", "state"), by(messages.c.direction, messages.c.state)),
            Measure("alongside_promises", "Promises", ("state",), by(promises.c.state)),
            Measure(
                "alongside_pages_accepted",
                "Pages that the carrier took",
                (),
                [((), float(connection.execute(accepted).scalar_one()))],
            ),
        ]
