"""Check-ins that begin once and later: what a flow asked for, what follows an escalation, what had to wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, bindparam, literal_column, select

from service.core.model import Urgency
from service.core.schedule import next_allowed
from service.store.ids import new_id
from service.store.prepared import Prepared
from service.store.queries import insert_once
from service.store.schema import dues
from service.usecases import planning
from service.usecases.outbox import due_row
from service.usecases.turn import Turn

_WAITING = Prepared(
    select(dues.c.detail, dues.c.run_at).where(
        dues.c.participant_id == bindparam("participant"),
        dues.c.kind == literal_column("'begin'"),
        dues.c.state == literal_column("'waiting'"),
    )
)
# Of these the person has said nothing: there is no hard time to come back to.
_NOT_OF_THEM = frozenset({"undelivered", "opted_out", "garbled"})


def begin_row(turn: Turn, flow: str, at: datetime, once: str | None = None) -> dict[str, object]:
    """The due row that begins a check-in once; with the same `once` a person has it only once, whatever happens.

    What a group is asked by itself is planned in planning.py.
    """
    return due_row(
        lane="bulk",
        kind="begin",
        unique_key=f"begin:{turn.at.participant_id}:{flow}:{once or new_id()}",
        run_at=at,
        made_at=turn.now,
        participant_id=turn.at.participant_id,
        detail={"flow": flow},
    )


def begin_once(turn: Turn, flow: str, at: datetime, cause: str) -> None:
    """Begin that flow then, or as soon as their safe hours allow: once for each cause, and never a second while one waits.

    Whoever calls holds the person's contact, so that nobody else plans the same between the look and the row.
    """
    if _is_waiting(turn, flow):
        return
    moment = next_allowed(at, *turn.safe_hours, turn.zone)
    insert_once(turn.tx, dues, begin_row(turn, flow, moment, cause))


def _is_waiting(turn: Turn, flow: str) -> bool:
    """Whether it is still to come. One that is due now may be the very check-in that asks for the next."""
    rows = _WAITING.all(turn.tx, {"participant": turn.at.participant_id})
    mine = (row for row in rows if row.detail["flow"] == flow and not planning.is_planned(row.detail))
    return any(row.run_at > turn.now for row in mine)


def after_escalation(turn: Turn, row: Row[tuple[object, ...]]) -> None:
    """Somebody has closed what they were in: the flows that come some days after that are planned."""
    if turn.at.participant_state != "joined" or turn.contact.opted_out_at is not None:
        return
    if row.urgency < Urgency.SOON or row.reason["kind"] in _NOT_OF_THEM:
        return
    for flow in turn.release.flows.values():
        if flow.after_escalation is not None and turn.at.flow != flow.name:
            begin_once(turn, flow.name, turn.now + flow.after_escalation, f"after:{row.id}")
