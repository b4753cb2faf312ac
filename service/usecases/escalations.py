"""What a worker does with an escalation: take it, answer, pass it on, close it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.core.model import Urgency
from service.core.schedule import local_day
from service.core.team import is_trained_staff, may_take_urgent
from service.store import due_rows, inbox_queries, people
from service.store.schema import dues, escalations, events, messages, promises
from service.usecases import waves
from service.usecases.deps import Deps
from service.usecases.errors import AlreadyResolved, NewWords, NotAllowed, NotFound, NotHolder
from service.usecases.later import after_escalation
from service.usecases.looking import break_promises
from service.usecases.raising import themselves, watch_row
from service.usecases.releases import Release
from service.usecases.turn import Turn, begin_turn

__all__ = [
    "AlreadyResolved",
    "Claim",
    "NewWords",
    "NotAllowed",
    "NotFound",
    "NotHolder",
    "cannot_take",
    "claim",
    "hand_over",
    "may_take",
    "read_nothing_needed",
    "resolve",
]

_STILL_OPEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has it now."""

    held_by: str
    mine: bool
    resolved: bool


def may_take(release: Release, staff_id: str, urgency: Urgency, now: datetime) -> bool:
    """I16: urgent things only with training that holds today; everything else needs trained staff."""
    member = release.config.team.get(staff_id)
    if member is None:
        return False
    if urgency is Urgency.URGENT:
        return may_take_urgent(member, local_day(now, release.config.rota.zone))
    return is_trained_staff(member)


@contextmanager
def opened(deps: Deps, escalation_id: str, staff_id: str, what: str) -> Iterator[tuple[Turn, Row[Any]]]:
    """A turn with the person of an escalation, locked in the order contact → escalation; rings when it has committed."""
    now = deps.clock.now()
    with deps.database.write() as tx:
        contact_id = tx.execute(select(escalations.c.contact_id).where(escalations.c.id == escalation_id)).scalar()
        if contact_id is None:
            raise NotFound(escalation_id)
        turn = begin_turn(deps, tx, people.lock(tx, contact_id), now, f"{what}:{escalation_id}:{deps.new_token()[:8]}")
        row = locked(tx, escalation_id)
        turn.for_participant(row.participant_id)
        if not may_take(turn.release, staff_id, Urgency(row.urgency), now) or staff_id == turn.at.staff_id:
            raise NotAllowed(staff_id, what)  # also what they wrote themselves: that is for a colleague
        yield turn, row
        turn.writes.flush()
    for lane in turn.lanes:
        deps.bell.ring(lane)


def locked(tx: Connection, escalation_id: str) -> Row[Any]:
    """The escalation's row, held until the transaction ends."""
    query = select(escalations).where(escalations.c.id == escalation_id)
    return tx.execute(query.with_for_update(key_share=True)).one()  # its timeline may go on being written


def claim(deps: Deps, escalation_id: str, staff_id: str) -> Claim:
    """Take it, if nobody has. The first to ask has it; the others hear who."""
    with opened(deps, escalation_id, staff_id, "claim") as (turn, row):
        return take(turn, row, staff_id, "claimed")


def take(turn: Turn, row: Row[Any], staff_id: str, how: str) -> Claim:
    """The claim itself, in a turn that holds the escalation: ends the wave and its pages (I6)."""
    if row.state == "resolved":
        return Claim(row.resolved_by or "", mine=False, resolved=True)
    if row.state == "claimed":
        return Claim(row.claimed_by, mine=row.claimed_by == staff_id, resolved=False)
    waves.end(turn.tx, row.id, "acknowledged", turn.now, by=staff_id)
    _hold(turn, row.id, staff_id)
    turn.writes.add(events, waves.event_row(row.id, how, turn.now, staff_id=staff_id))
    return Claim(staff_id, mine=True, resolved=False)


def _hold(turn: Turn, escalation_id: str, staff_id: str) -> None:
    held = {"state": "claimed", "claimed_by": staff_id, "claimed_at": turn.now, "answered_at": None}
    turn.tx.execute(update(escalations).where(escalations.c.id == escalation_id).values(held))
    forgotten = turn.now + turn.release.config.ladder.forgotten_after
    turn.writes.add(dues, watch_row(escalation_id, forgotten, "claim", turn.now))


def hand_over(deps: Deps, escalation_id: str, staff_id: str, to: str) -> None:
    """Give it to a colleague who may take it; they are told by a page without a wave."""
    with opened(deps, escalation_id, staff_id, "hand over") as (turn, row):
        _must_hold(row, staff_id)
        if not may_take(turn.release, to, Urgency(row.urgency), turn.now):
            raise NotAllowed(to, "take it")
        _hold(turn, row.id, to)
        turn.writes.add(events, waves.event_row(row.id, "handed_over", turn.now, staff_id=staff_id, detail={"to": to}))
        waves.tell(turn.deps, turn.writes, turn.release, row.id, to, "page.handed_over", turn.now)
        turn.lanes.add("urgent")


def cannot_take(deps: Deps, escalation_id: str, staff_id: str) -> None:
    """No reason is asked. Whoever held it lets go; the next is alerted at once if it is urgent."""
    with opened(deps, escalation_id, staff_id, "pass on") as (turn, row):
        if row.state == "resolved":
            raise AlreadyResolved(escalation_id)
        if row.state == "claimed":
            _must_hold(row, staff_id)
            let_go = {"state": "open", "claimed_by": None, "claimed_at": None}
            turn.tx.execute(update(escalations).where(escalations.c.id == row.id).values(let_go))
        turn.writes.add(events, waves.event_row(row.id, "passed_on", turn.now, staff_id=staff_id))
        if row.urgency == Urgency.URGENT:
            alert = waves.Alert(row.id, row.language or "", without=themselves(turn))
            waves.pass_on(turn.deps, turn.writes, turn.release, alert, staff_id, turn.now)
            turn.lanes.add("urgent")
        else:
            turn.writes.add(dues, watch_row(row.id, turn.now + _STILL_OPEN, "open", turn.now))


def resolve(deps: Deps, escalation_id: str, staff_id: str, agreed: str, seen: str | None = None) -> None:
    """Close it, with what was agreed; only its holder may. `seen`: see `read_nothing_needed`."""
    with opened(deps, escalation_id, staff_id, "resolve") as (turn, row):
        if row.state == "resolved":
            return
        _must_hold(row, staff_id)
        _must_have_seen(turn, seen)
        _close(turn, row, staff_id, agreed)


def read_nothing_needed(deps: Deps, escalation_id: str, staff_id: str, seen: str | None = None) -> None:
    """One key closes something that is not urgent: somebody has read it, and nothing is needed.

    `seen` is the id of their newest words on the page that was read (empty if there were none): NewWords if they have
    written since. None where there was no page.
    """
    with opened(deps, escalation_id, staff_id, "close") as (turn, row):
        if row.state == "resolved":
            return
        if row.urgency == Urgency.URGENT:
            raise NotAllowed(staff_id, "close something urgent with one key")
        if row.state == "claimed":
            _must_hold(row, staff_id)
        _must_have_seen(turn, seen)
        _close(turn, row, staff_id, None)


def _close(turn: Turn, row: Row[Any], staff_id: str, agreed: str | None) -> None:
    sealed = turn.deps.keys.seal(row.contact_id, "escalations", "agreed", row.id, agreed) if agreed else None
    values = {"state": "resolved", "resolved_by": staff_id, "resolved_at": turn.now, "agreed": sealed}
    turn.tx.execute(update(escalations).where(escalations.c.id == row.id).values(values))
    waves.end(turn.tx, row.id, "resolved", turn.now)
    due_rows.cancel(turn.tx, turn.now, "resolved", escalation_id=row.id, kind="watch")
    break_promises(turn, row)
    kept = update(promises).where(promises.c.escalation_id == row.id, promises.c.state == "given")
    turn.tx.execute(kept.values(state="kept", settled_at=turn.now))
    turn.writes.add(events, waves.event_row(row.id, "resolved", turn.now, staff_id=staff_id))
    after_escalation(turn, row)


def _must_have_seen(turn: Turn, seen: str | None) -> None:
    """What arrived between the page and the click was read by nobody."""
    if seen is None:
        return
    theirs = select(messages.c.id).where(inbox_queries.shown_of(turn.contact.id), messages.c.direction == "in")
    newest = turn.tx.execute(theirs.order_by(messages.c.at.desc(), messages.c.id.desc()).limit(1)).scalar()
    if (newest or "") != seen:
        raise NewWords


def _must_hold(row: Row[Any], staff_id: str) -> None:
    if row.state == "resolved":
        raise AlreadyResolved(row.id)
    if row.claimed_by != staff_id:
        raise NotHolder(row.claimed_by)


def by_wave_code(turn: Turn, code: str) -> tuple[Row[Any], Row[Any]] | None:
    """The wave that a code names and its escalation."""
    wave = waves.by_code(turn.tx, code)
    if wave is None:
        return None
    return wave, turn.tx.execute(select(escalations).where(escalations.c.id == wave.escalation_id)).one()
