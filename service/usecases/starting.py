"""What the clock brings to a check-in: its beginning, and the end of a silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from service.core.schedule import in_safe_hours, next_allowed
from service.store import due_rows, people
from service.store.ids import new_id
from service.store.schema import checkins as checkins_table
from service.store.schema import dues, messages
from service.usecases import checkins, planning
from service.usecases.deps import Deps
from service.usecases.failing import tell_if_nobody_knows
from service.usecases.outbox import due_row
from service.usecases.turn import Turn, begin_turn

_NOT_DELIVERED = frozenset({"failed", "held", "cancelled"})
_LATER = timedelta(hours=1)
_READING = timedelta(seconds=5)  # a process that had nothing to do reads a new release only now
_A_DAY = timedelta(days=1)


def begin_checkin(deps: Deps, tx: Connection, due: Row[Any], now: datetime) -> set[str]:
    """Begin a check-in at its time, and plan the next one; what can't begin now is not forced on anybody."""
    found = people.participant(tx, due.participant_id)
    if found is None:
        return set()
    turn = begin_turn(deps, tx, people.lock(tx, found.contact_id), now, f"begin:{due.id}")
    turn.for_participant(due.participant_id)
    planned = planning.is_planned(due.detail)
    if planned:
        if not deps.releases.is_running(tx, turn.release):
            due_rows.move(tx, due.id, now + _READING)
            return set()
        planning.plan(turn)  # their group, hours or pace may have changed since, and then this is not its time
        if not due_rows.hold(tx, due.id, due.fence):
            return set()
    later = _not_before(turn, due.detail["flow"])
    if later is not None:
        due_rows.move(tx, due.id, later)
    else:
        if due.detail["flow"] in turn.release.flows:
            checkins.begin(turn, due.detail["flow"])
        due_rows.finish(tx, due.id, due.fence, "done", "done", now)
    if planned:
        planning.plan(turn)  # the next one; or the next one in place of this, if this waits until then
    turn.writes.flush()
    return turn.lanes


def _not_before(turn: Turn, flow: str) -> datetime | None:
    """The moment until which a check-in has to wait; None if it may begin, or has nobody to begin with."""
    if not in_safe_hours(turn.now, *turn.safe_hours, turn.zone):
        return next_allowed(turn.now, *turn.safe_hours, turn.zone)
    if checkins.phone_is_busy(turn) or turn.at.flow not in (None, flow):
        return next_allowed(turn.now + _LATER, *turn.safe_hours, turn.zone)
    if flow in turn.release.flows or turn.at.participant_state != "joined":
        return None
    # A release that lacks the flow for a day loses nobody's check-ins.
    return next_allowed(turn.now + _A_DAY, *turn.safe_hours, turn.zone)


def silence_is_over(deps: Deps, tx: Connection, due: Row[Any], now: datetime) -> set[str]:
    """The time for an answer has passed. A question that never went out is not answered with silence."""
    row = tx.execute(select(checkins_table).where(checkins_table.c.id == due.checkin_id)).one()
    turn = begin_turn(deps, tx, people.lock(tx, row.contact_id), now, f"silence:{due.id}")
    turn.for_participant(row.participant_id)
    if turn.at.checkin_id != due.checkin_id:
        return set()
    asked = tx.execute(select(messages.c.state).where(messages.c.id == due.message_id)).scalar()
    if asked == "waiting":
        turn.writes.add(dues, _again(due, now + _LATER, now))
    elif asked in _NOT_DELIVERED:
        if asked == "failed":
            tell_if_nobody_knows(turn, due.message_id)
        checkins.close(turn, "closed")
    else:
        checkins.hear_silence(turn, due.detail["step"], due.detail["number"])
    turn.writes.flush()
    return turn.lanes


def _again(due: Row[Any], at: datetime, now: datetime) -> dict[str, object]:
    return due_row(
        lane=due.lane,
        kind=due.kind,
        unique_key=f"silence:{due.checkin_id}:after:{due.id}",
        run_at=at,
        made_at=now,
        message_id=due.message_id,
        checkin_id=due.checkin_id,
        participant_id=due.participant_id,
        detail=due.detail,
    )


def begin_now(deps: Deps, participant_id: str, flow: str) -> str | None:
    """Begin a check-in at once; why it can't be begun, in words for a member of staff, or None."""
    now = deps.clock.now()
    if flow not in deps.releases.current().flows:
        known = ", ".join(sorted(deps.releases.current().flows))
        return f"there is no flow {flow!r}: the release has {known}"
    with deps.database.write() as tx:
        found = people.participant(tx, participant_id)
        if found is None:
            return "there is no participant with that id: see 'alongside people list'"
        turn = begin_turn(deps, tx, people.lock(tx, found.contact_id), now, f"begin:{new_id()}")
        turn.for_participant(participant_id)
        if not checkins.begin(turn, flow):
            return "not now: they have not joined, have stopped texts, or something is open with them"
        turn.writes.flush()
    deps.bell.ring("bulk")
    return None
