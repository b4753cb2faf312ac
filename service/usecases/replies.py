"""A worker answers a participant, by text."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from service.core.model import Urgency
from service.core.schedule import next_allowed
from service.store.schema import contacts, dues, escalations, events, promises
from service.usecases import waves
from service.usecases.deps import Deps
from service.usecases.errors import NotHolder, UseCaseError
from service.usecases.escalations import opened
from service.usecases.outbox import send_key
from service.usecases.raising import watch_row
from service.usecases.turn import Turn, begin_turn

ANSWER_WINDOW = timedelta(minutes=30)  # a person's own text may be answered at any hour for this long
_STILL_OPEN = timedelta(days=1)


class OptedOutNow(UseCaseError):
    """They stopped texts: nothing can be sent, a worker may only ring."""


@dataclass(frozen=True, slots=True)
class Replied:
    """The new message, and when it will go if it must wait for the person's safe hours."""

    message_id: str
    goes_at: datetime | None


def reply(
    deps: Deps, escalation_id: str, staff_id: str, words: str, now_anyway: bool = False, once: str | None = None
) -> Replied:
    """Send words to the person; only the holder may. Outside safe hours it waits, unless it must not.

    `once` names the form that was sent: the same form with the same words is one reply, however often it comes.
    """
    with opened(deps, escalation_id, staff_id, "reply") as (turn, row):
        if once is not None:
            turn.cause = f"reply:{escalation_id}:{once}:{_fingerprint(deps, words)}"
            if (sent := _sent_before(turn)) is not None:
                return Replied(sent, None)
        if row.state != "claimed" or row.claimed_by != staff_id:
            raise NotHolder(row.claimed_by)
        if turn.contact.opted_out_at is not None:
            raise OptedOutNow(escalation_id)
        any_hour = now_anyway or row.urgency == Urgency.URGENT
        goes_at = None if any_hour else _waits_until(turn)
        message_id = turn.text(words, "staff", escalation_id=row.id, staff_id=staff_id, any_hour=any_hour)
        _answered(turn, row.id, row.answered_at is None)
        turn.writes.add(events, waves.event_row(row.id, "replied", turn.now, staff_id=staff_id, message_id=message_id))
        return Replied(message_id, goes_at)


def _fingerprint(deps: Deps, words: str) -> str:
    """Keyed, so that nobody who reads the table can guess short words."""
    return hmac.digest(deps.secret, words.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()[:16]


def _sent_before(turn: Turn) -> str | None:
    key = send_key(turn.next_cause, turn.contact.id)
    return turn.tx.execute(select(dues.c.message_id).where(dues.c.unique_key == key)).scalar()


def goes_at(deps: Deps, escalation_id: str) -> datetime | None:
    """When a reply written now would go: None is at once. Only looks."""
    with deps.database.read() as connection:
        row = connection.execute(select(escalations).where(escalations.c.id == escalation_id)).one()
        contact = connection.execute(select(contacts).where(contacts.c.id == row.contact_id)).one()
        turn = begin_turn(deps, connection, contact, deps.clock.now(), "look")
        turn.for_participant(row.participant_id)
        return None if row.urgency == Urgency.URGENT else _waits_until(turn)


def _waits_until(turn: Turn) -> datetime | None:
    last = turn.contact.last_in_at
    if turn.at.participant_id is None or (last is not None and turn.now - last <= ANSWER_WINDOW):
        return None
    at = next_allowed(turn.now, *turn.safe_hours, turn.zone)
    return at if at > turn.now else None


def _answered(turn: Turn, escalation_id: str, first: bool) -> None:
    values = {"answered_at": turn.now}
    turn.tx.execute(update(escalations).where(escalations.c.id == escalation_id).values(values))
    given = update(promises).where(promises.c.escalation_id == escalation_id, promises.c.state == "given")
    turn.tx.execute(given.where(promises.c.due_at >= turn.now).values(state="kept", settled_at=turn.now))
    if first:
        turn.writes.add(dues, watch_row(escalation_id, turn.now + _STILL_OPEN, "claim", turn.now))
