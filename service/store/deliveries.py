"""Attempts, callbacks and the one state that a message ends in, in whatever order they come (I9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, select, update

from service.store.schema import attempts, contacts, dues, messages, pages, participants, promises, waves

# Twilio's statuses by how final they are. A phone that has the text has it, whatever else is said of another try.
RANKS = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "canceled": 4,
    "undelivered": 4,
    "failed": 4,
    "delivered": 5,
    "partially_delivered": 5,
    "read": 6,
}
FAILED_RANK = 4


def state_of(rank: int) -> str:
    """The word for a rank in messages.state."""
    if rank >= RANKS["delivered"]:
        return "delivered"
    return "failed" if rank == FAILED_RANK else "sent"


def rise(tx: Connection, message_id: str, status: str, code: int | None) -> bool:
    """Move a message's state forward; False where it already stood there or further. Strange statuses change nothing."""
    rank = RANKS.get(status, 0)
    values: dict[str, Any] = {"state": state_of(rank), "state_rank": rank}
    if rank == FAILED_RANK:
        values["error_code"] = code
    query = update(messages).where(messages.c.id == message_id, messages.c.state_rank < rank)
    return rank > 0 and tx.execute(query.values(values)).rowcount == 1


_TO_SEND = select(
    messages.c.id,
    messages.c.kind,
    messages.c.body,
    messages.c.language,
    messages.c.contact_id,
    messages.c.staff_id,
    messages.c.escalation_id,
    contacts.c.phone,
    contacts.c.opted_out_at,
    contacts.c.last_in_at,
    contacts.c.phone_index,
    dues.c.wave_id,
    waves.c.ended_at.label("wave_ended_at"),
    participants.c.id.label("participant_id"),
    participants.c.state.label("participant_state"),
    participants.c.zone,
    participants.c.safe_from,
    participants.c.safe_to,
).select_from(
    dues.join(messages, messages.c.id == dues.c.message_id)
    .join(contacts, contacts.c.id == messages.c.contact_id)
    .outerjoin(waves, waves.c.id == dues.c.wave_id)
    .outerjoin(participants, participants.c.id == dues.c.participant_id)
)


def to_send(tx: Connection, due_id: int) -> Row[Any]:
    """Everything that decides whether a text may go now, read in the claim's own transaction."""
    row: Any = tx.execute(_TO_SEND.where(dues.c.id == due_id)).one()
    return cast("Row[Any]", row)


def promise_stands(tx: Connection, message_id: str, now: datetime) -> bool:
    """Whether a text carries a promised time that is still to come."""
    query = select(promises.c.id).where(promises.c.message_id == message_id, promises.c.due_at > now)
    return tx.execute(query.limit(1)).first() is not None


def finish_attempt(
    tx: Connection, attempt_id: str, now: datetime, outcome: str, code: int | None, provider_id: str | None
) -> None:
    """What became of a call to the provider. An attempt always keeps its provider id, and what a callback said of it."""
    values: dict[str, Any] = {"finished_at": now, "outcome": outcome, "code": code}
    this = update(attempts).where(attempts.c.id == attempt_id)
    if provider_id is None:
        this = this.where(attempts.c.provider_id.is_(None))
    else:
        values["provider_id"] = provider_id
    tx.execute(this.values(values))


def page_accepted(tx: Connection, message_id: str, now: datetime) -> None:
    """The carrier has a page."""
    query = update(pages).where(pages.c.message_id == message_id, pages.c.accepted_at.is_(None))
    tx.execute(query.values(accepted_at=now))


def by_provider_id(tx: Connection, provider_id: str) -> str | None:
    """The attempt that the provider knows under this id."""
    return tx.execute(select(attempts.c.id).where(attempts.c.provider_id == provider_id)).scalar()
