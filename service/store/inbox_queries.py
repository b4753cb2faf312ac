"""What the inbox shows, read in few statements: the queue in two, a conversation in three."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, case, func, or_, select, type_coerce

from service.core.model import Urgency
from service.store.people import first_contact_of
from service.store.schema import checkins, contacts, escalations, events, messages, participant_contacts, participants

MOST = 200  # rows that a page shows

# Pages and notices go to staff: where a member of staff is also a participant, theirs are not part of the conversation.
_TO_STAFF = ("page", "notice")

_ESCALATIONS = select(
    *(column for column in escalations.c if column.name != "agreed"),
    participants.c.name,
    participants.c.state.label("participant_state"),
    participants.c.discreet,
    first_contact_of(participants.c.id).label("first_contact_id"),
    contacts.c.phone,
    contacts.c.opted_out_at,
    contacts.c.unreachable_code,
    contacts.c.last_in_at,
).select_from(
    escalations.join(contacts, contacts.c.id == escalations.c.contact_id).outerjoin(
        participants, participants.c.id == escalations.c.participant_id
    )
)


def queue(connection: Connection, most_urgent: Urgency, closed_since: datetime, limit: int) -> Sequence[Row[Any]]:
    """What is open in the order in which it is to be read, then what was closed since; `limit` rows of each."""
    seen = _ESCALATIONS.where(escalations.c.urgency <= int(most_urgent))
    waiting = seen.where(escalations.c.state != "resolved").order_by(
        escalations.c.urgency.desc(), case((escalations.c.state == "open", 0), else_=1), escalations.c.waiting_since
    )
    closed = seen.where(escalations.c.resolved_at > closed_since).order_by(escalations.c.resolved_at.desc())
    return [*_first(connection, waiting, limit), *_first(connection, closed, limit)]


def counts(connection: Connection, now: datetime, closed_since: datetime) -> Sequence[Row[Any]]:
    """How many escalations there are of each urgency and state, how many are late, and the longest wait of each."""
    unanswered = (escalations.c.state != "resolved") & escalations.c.answered_at.is_(None)
    late = unanswered & (escalations.c.promised_for < now)
    query = (
        select(
            escalations.c.urgency,
            escalations.c.state,
            func.count().label("many"),
            func.sum(case((late, 1), else_=0)).label("late"),
            func.min(escalations.c.waiting_since).label("oldest"),
        )
        .where(or_(escalations.c.state != "resolved", escalations.c.resolved_at > closed_since))
        .group_by(escalations.c.urgency, escalations.c.state)
    )
    return connection.execute(query).all()


def of_the_team(connection: Connection) -> Sequence[Row[Any]]:
    """What the team's own check-ins have put before a person and nobody has closed, the longest wait first."""
    open_ones = _ESCALATIONS.where(escalations.c.state != "resolved", participants.c.state == "staff")
    return _first(connection, open_ones.order_by(escalations.c.opened_at), MOST)


def escalation(connection: Connection, escalation_id: str) -> Row[Any] | None:
    """One escalation with its person, and what was agreed, sealed."""
    query = _ESCALATIONS.add_columns(escalations.c.agreed).where(escalations.c.id == escalation_id)
    return connection.execute(query).first()


def thread(connection: Connection, contact_id: str, limit: int, before: str | None) -> Sequence[Row[Any]]:
    """The newest messages of a contact, oldest of them first; those before the message `before` if it is given."""
    query = select(messages).where(shown_of(contact_id))
    if before is not None:
        query = query.where(messages.c.id < before)
    return connection.execute(query.order_by(messages.c.id.desc()).limit(limit)).all()[::-1]


def shown_of(contact_id: str) -> ColumnElement[bool]:
    """Which messages belong to a conversation: no pages, and nothing of the team's own check-ins, which are counted
    and not read; only words that software could not understand there are put before a person, as everybody's are."""
    teams = (
        select(checkins.c.id)
        .join(participants, participants.c.id == checkins.c.participant_id)
        .join(participant_contacts, participant_contacts.c.participant_id == participants.c.id)
        .where(participant_contacts.c.contact_id == contact_id, participants.c.state == "staff")
    )
    put_before_a_person = (
        select(events.c.message_id)
        .join(escalations, escalations.c.id == events.c.escalation_id)
        .where(escalations.c.contact_id == contact_id, type_coerce(events.c.detail, Text).like('%"kind":"words"%'))
    )
    return and_(
        messages.c.contact_id == contact_id,
        messages.c.kind.not_in(_TO_STAFF),
        or_(
            messages.c.checkin_id.is_(None),
            messages.c.checkin_id.not_in(teams),
            messages.c.id.in_(put_before_a_person),
        ),
    )


def timeline(connection: Connection, escalation_id: str) -> Sequence[Row[Any]]:
    """What happened with an escalation, in order."""
    query = select(events).where(events.c.escalation_id == escalation_id).order_by(events.c.at, events.c.id)
    return connection.execute(query).all()


def agreed_before(connection: Connection, row: Row[Any], limit: int) -> Sequence[Row[Any]]:
    """What was agreed with the same person when earlier escalations were closed, newest first, sealed."""
    query = select(escalations.c.id, escalations.c.contact_id, escalations.c.agreed, escalations.c.resolved_at).where(
        escalations.c.person_id == row.person_id,
        escalations.c.id != row.id,
        escalations.c.agreed.is_not(None),
    )
    return _first(connection, query.order_by(escalations.c.resolved_at.desc()), limit)


def _first(connection: Connection, query: Select[Any], limit: int) -> Sequence[Row[Any]]:
    return connection.execute(query.limit(limit)).all()
