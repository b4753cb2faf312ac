"""A text did not get through: the next on the ladder is alerted, staff and operator are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.core.model import Urgency
from service.store import due_rows, operator, people
from service.store.schema import contacts, dues, escalations, events, messages, pages, waves
from service.telephony.codes import Kind, Tell, of_delivery
from service.telephony.port import BadNumber, OptedOut, Outcome, Permanent, Retry
from service.usecases.deps import Deps
from service.usecases.keyword_turns import tell_staff_opted_out
from service.usecases.raising import Reason, raise_to_person
from service.usecases.turn import Turn, begin_turn
from service.usecases.waves import event_row


def could_not_send(deps: Deps, tx: Connection, message_id: str, outcome: Outcome, now: datetime) -> None:
    """The provider refused a text, for now or for good."""
    code = getattr(outcome, "code", None)
    if isinstance(outcome, Permanent | Retry) and outcome.alarm:
        operator.alarm(tx, f"carrier refuses: {code or 'unreachable'}", now)
    row = _message(tx, message_id)
    if row.kind in ("page", "notice") and not (row.kind == "page" and isinstance(outcome, Retry)):
        operator.alarm(tx, f"staff not reached: {code or 'unreachable'}", now)
    if row.kind == "page":
        _page_failed(tx, row, code, now)
    elif row.kind != "notice" and not isinstance(outcome, Retry):
        kind = {OptedOut: Kind.OPTED_OUT, BadNumber: Kind.BAD_NUMBER}.get(type(outcome), Kind.PERMANENT)
        _person_not_reached(deps, tx, row, kind, code, now)


def not_delivered(deps: Deps, tx: Connection, message_id: str, code: int | None, now: datetime) -> None:
    """The provider took a text and could not deliver it."""
    meaning = of_delivery(code)
    if Tell.OPERATOR in meaning.tell:
        operator.alarm(tx, f"not delivered: {code or 'no code'}", now)
    row = _message(tx, message_id)
    if row.kind == "page":
        _page_failed(tx, row, code, now)
    elif row.kind == "notice":
        operator.alarm(tx, f"staff not reached: {code or 'no code'}", now)
    else:
        _person_not_reached(deps, tx, row, meaning.kind, code, now)


def _message(tx: Connection, message_id: str) -> Row[Any]:
    query = (
        select(messages, pages.c.wave_id, pages.c.rung, waves.c.rung.label("next_rung"), waves.c.alarmed_at)
        .outerjoin(pages, pages.c.message_id == messages.c.id)
        .outerjoin(waves, waves.c.id == pages.c.wave_id)
    )
    return tx.execute(query.where(messages.c.id == message_id)).one()


def _page_failed(tx: Connection, row: Row[Any], code: int | None, now: datetime) -> None:
    """Nobody waits for an answer to a page that did not arrive: the next is alerted at once.

    At the top there is no next: that rung repeats at its time, or a carrier that refuses would be asked without end.
    """
    event = event_row(row.escalation_id, "page_failed", now, staff_id=row.staff_id, detail={"code": code})
    tx.execute(events.insert(), [event])
    if row.rung == row.next_rung - 1 and row.alarmed_at is None:
        due_rows.hasten(tx, row.wave_id, now)


def _person_not_reached(deps: Deps, tx: Connection, row: Row[Any], kind: Kind, code: int | None, now: datetime) -> None:
    """Not delivered is not silence: a person looks at it, `soon`."""
    contact = people.lock(tx, row.contact_id)
    turn = begin_turn(deps, tx, contact, now, f"failed:{row.id}")
    to = tx.execute(select(dues.c.participant_id).where(dues.c.message_id == row.id, dues.c.kind == "send")).scalar()
    turn.for_participant(to)
    turn.message_id = row.id
    if kind is Kind.OPTED_OUT:
        if contact.opted_out_at is not None:
            return
        tx.execute(update(contacts).where(contacts.c.id == contact.id).values(opted_out_at=now))
        due_rows.cancel(tx, now, "opted out", queue_key=contact.id)
        raise_to_person(turn, Urgency.SOON, Reason("opted_out"))
        tell_staff_opted_out(turn)
    else:
        if kind is Kind.BAD_NUMBER:
            tx.execute(update(contacts).where(contacts.c.id == contact.id).values(unreachable_code=code or 0))
        raise_to_person(turn, Urgency.SOON, _not_arrived(turn, row.id))
    turn.writes.flush()


def tell_if_nobody_knows(turn: Turn, message_id: str) -> None:
    """A text failed and its check-in is about to close: a person hears of it, unless somebody has already."""
    theirs = select(events.c.id).join(escalations, escalations.c.id == events.c.escalation_id)
    told = theirs.where(escalations.c.person_id == turn.person_id, events.c.message_id == message_id)
    if turn.tx.execute(told.limit(1)).first() is None:
        turn.message_id = message_id
        raise_to_person(turn, Urgency.SOON, _not_arrived(turn, message_id))


def _not_arrived(turn: Turn, message_id: str) -> Reason:
    """A text of ours did not reach them; of a question also which, as long as it is open."""
    asked = select(dues.c.detail).where(dues.c.message_id == message_id, dues.c.kind == "silence")
    detail = turn.tx.execute(asked.where(dues.c.checkin_id == turn.at.checkin_id).limit(1)).scalar()
    if not detail:
        return Reason("undelivered")
    return Reason("undelivered", flow=turn.at.flow, step=detail["step"])
