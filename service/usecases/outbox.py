"""Puts a text into the outbox: the message and the due row that will send it, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.store.ids import new_id
from service.store.schema import dues, messages
from service.store.writes import Writes
from service.usecases.deps import Deps


@dataclass(frozen=True, slots=True)
class Text:
    """One text to send. `cause` names why, once: the same cause to the same contact is never queued twice."""

    contact_id: str
    body: str
    kind: str  # question reply receipt plan staff page notice
    lane: str
    cause: str
    language: str | None = None
    checkin_id: str | None = None
    escalation_id: str | None = None
    wave_id: str | None = None
    participant_id: str | None = None
    staff_id: str | None = None
    any_hour: bool = False  # a worker decided that it must not wait for safe hours
    in_order: bool = True  # pages overtake each other, a person's texts never do


def queue(deps: Deps, writes: Writes, text: Text, now: datetime) -> str:
    """The id of the new message; it is sent once the transaction has committed."""
    message_id = new_id()
    writes.add(
        messages,
        {
            "id": message_id,
            "contact_id": text.contact_id,
            "direction": "out",
            "kind": text.kind,
            "body": deps.keys.seal(text.contact_id, "messages", "body", message_id, text.body),
            "language": text.language,
            "checkin_id": text.checkin_id,
            "escalation_id": text.escalation_id,
            "staff_id": text.staff_id,
            "state": "waiting",
            "state_rank": 0,
            "at": now,
        },
    )
    writes.add(
        dues,
        due_row(
            lane=text.lane,
            kind="send",
            unique_key=send_key(text.cause, text.contact_id),
            queue_key=text.contact_id if text.in_order else None,
            run_at=now,
            made_at=now,
            message_id=message_id,
            escalation_id=text.escalation_id,
            wave_id=text.wave_id,
            checkin_id=text.checkin_id,
            participant_id=text.participant_id,
            detail={"any_hour": True} if text.any_hour else None,
        ),
    )
    return message_id


def send_key(cause: str, contact_id: str) -> str:
    """What makes a send unique: its cause, its recipient, its channel."""
    return f"{cause}:{contact_id}:sms"


def due_row(
    *,
    lane: str,
    kind: str,
    unique_key: str,
    run_at: datetime,
    made_at: datetime,
    queue_key: str | None = None,
    message_id: str | None = None,
    escalation_id: str | None = None,
    wave_id: str | None = None,
    checkin_id: str | None = None,
    participant_id: str | None = None,
    detail: object = None,
) -> dict[str, object]:
    """A row of due work with every column, so that rows of one turn go in one statement."""
    return {
        "lane": lane,
        "kind": kind,
        "unique_key": unique_key,
        "queue_key": queue_key,
        "run_at": run_at,
        "state": "waiting",
        "message_id": message_id,
        "escalation_id": escalation_id,
        "wave_id": wave_id,
        "checkin_id": checkin_id,
        "participant_id": participant_id,
        "detail": detail,
        "tries": 0,
        "fence": 0,
        "lease_until": 0,
        "made_at": made_at,
    }
