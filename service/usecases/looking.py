"""Looks at an open escalation again: a promise that was not kept, a claim that was forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, select, update

from service.core.model import Urgency
from service.core.promises import promise
from service.store import operator, people
from service.store.schema import dues, escalations, events, promises
from service.usecases import waves
from service.usecases.deps import Deps
from service.usecases.raising import themselves, watch_row
from service.usecases.turn import Turn, begin_turn

_AGAIN = timedelta(days=1)


def look_again(deps: Deps, tx: Connection, due: Row[Any], now: datetime) -> set[str]:
    """Settle promises whose time is over, start the ladder again after a forgotten claim, and look again later."""
    contact_id = tx.execute(select(escalations.c.contact_id).where(escalations.c.id == due.escalation_id)).scalar_one()
    turn = begin_turn(deps, tx, people.lock(tx, contact_id), now, f"watch:{due.id}")
    row = tx.execute(select(escalations).where(escalations.c.id == due.escalation_id).with_for_update()).one()
    if row.state == "resolved":
        return set()
    break_promises(turn, row)
    forgotten = _forgotten_at(turn, row)
    if forgotten is not None and forgotten <= now:
        _start_again(turn, row)
    others = select(dues.c.id).where(dues.c.escalation_id == row.id, dues.c.kind == "watch", dues.c.state == "waiting")
    if tx.execute(others.where(dues.c.id != due.id).limit(1)).first() is None:
        later = now + _AGAIN if forgotten is None or forgotten <= now else min(forgotten, now + _AGAIN)
        turn.writes.add(dues, watch_row(row.id, later, "open", now))
    turn.writes.flush()
    return turn.lanes


def break_promises(turn: Turn, row: Row[Any]) -> None:
    """A promise is kept by a worker's answer in time; broken ones are counted, and stand in the timeline."""
    late = update(promises).where(
        promises.c.escalation_id == row.id, promises.c.state == "given", promises.c.due_at <= turn.now
    )
    broken = turn.tx.execute(late.values(state="broken", settled_at=turn.now)).rowcount
    if broken:
        turn.writes.add(events, waves.event_row(row.id, "promise_broken", turn.now))
        operator.alarm(turn.tx, f"promise broken: {Urgency(row.urgency).label}", turn.now)


def _forgotten_at(turn: Turn, row: Row[Any]) -> datetime | None:
    """When its holder has left it too long: nothing said after the claim, or nothing to what they wrote since."""
    if row.state != "claimed":
        return None
    if row.answered_at is None:
        return cast("datetime", row.claimed_at + turn.release.config.ladder.forgotten_after)
    wrote = _wrote_at(turn, row)
    if wrote is None or wrote <= row.answered_at:
        return None
    return promise(Urgency.SOON, wrote, turn.release.config).when or wrote + _AGAIN


def _wrote_at(turn: Turn, row: Row[Any]) -> datetime | None:
    """When they last wrote something that waits for an answer: a STOP does not, but words before it may."""
    wrote = cast("datetime | None", turn.contact.last_in_at)
    stopped = wrote is not None and wrote == turn.contact.opted_out_at
    return cast("datetime", row.waiting_since) if stopped else wrote


def _start_again(turn: Turn, row: Row[Any]) -> None:
    """Claimed, and nothing said to the person: it is open again, and urgent things start a new wave (I6)."""
    let_go: dict[str, Any] = {"state": "open", "claimed_by": None, "claimed_at": None, "answered_at": None}
    if row.answered_at is not None:
        let_go["waiting_since"] = _wrote_at(turn, row)
    turn.tx.execute(update(escalations).where(escalations.c.id == row.id).values(let_go))
    turn.writes.add(events, waves.event_row(row.id, "forgotten", turn.now, staff_id=row.claimed_by))
    if row.urgency == Urgency.URGENT:
        alert = waves.Alert(row.id, row.language or "", row.claimed_by, without=themselves(turn))
        waves.start(turn.deps, turn.writes, turn.release, alert, turn.now)
        turn.lanes.add("urgent")
