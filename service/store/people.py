"""Who is at the other end of a number: contact, participants, open check-in, open escalation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from service.store.prepared import Prepared
from service.store.schema import checkins, contacts, escalations, participant_contacts, participants, staff

# Written out, not bound: only so may PostgreSQL keep one plan, because only so it sees that a partial index fits.
_RESOLVED: ColumnElement[str] = literal_column("'resolved'")
_OPEN: ColumnElement[str] = literal_column("'open'")

_OF_CONTACTS = (
    select(
        staff.c.id.label("staff_id"),
        participants.c.id.label("participant_id"),
        participants.c.name,
        participants.c.state.label("participant_state"),
        participants.c.zone,
        participants.c.discreet,
        participants.c.safe_from,
        participants.c.safe_to,
        checkins.c.id.label("checkin_id"),
        checkins.c.release_id,
        checkins.c.flow,
        checkins.c.state.label("checkin_state"),
        escalations.c.id.label("escalation_id"),
        escalations.c.urgency,
        escalations.c.state.label("escalation_state"),
        escalations.c.claimed_by,
        escalations.c.promised_for,
        escalations.c.claimed_at,
        escalations.c.answered_at,
        contacts.c.id.label("contact_id"),
    )
    .select_from(
        contacts.outerjoin(staff, staff.c.contact_id == contacts.c.id)
        .outerjoin(participant_contacts, participant_contacts.c.contact_id == contacts.c.id)
        .outerjoin(participants, participants.c.id == participant_contacts.c.participant_id)
        .outerjoin(checkins, and_(checkins.c.participant_id == participants.c.id, checkins.c.status == _OPEN))
        .outerjoin(
            escalations,
            and_(
                escalations.c.person_id == func.coalesce(participants.c.id, contacts.c.id),
                escalations.c.state != _RESOLVED,
            ),
        )
    )
    .order_by(contacts.c.id, participant_contacts.c.position)
)


def first_contact_of(participant_id: ColumnElement[str]) -> ScalarSelect[str]:
    """The contact under whose key a participant's name and preferences are sealed, as a part of a statement."""
    here = participant_contacts.alias()
    mine = select(here.c.contact_id).where(here.c.participant_id == participant_id)
    return mine.order_by(here.c.position).limit(1).scalar_subquery()


_FIRST_CONTACT = Prepared(
    select(participant_contacts.c.contact_id)
    .where(participant_contacts.c.participant_id == bindparam("participant"))
    .order_by(participant_contacts.c.position)
    .limit(1)
)
_BY_INDEX = Prepared(select(contacts.c.id).where(contacts.c.phone_index == bindparam("index")))
_LOCK = Prepared(select(contacts).where(contacts.c.id == bindparam("contact")).with_for_update(key_share=True))
_OPEN_OF = Prepared(
    select(escalations)
    .where(escalations.c.person_id == bindparam("person"), escalations.c.state != _RESOLVED)
    .with_for_update()
)
_STAFF_CONTACT = Prepared(
    select(contacts).join(staff, staff.c.contact_id == contacts.c.id).where(staff.c.id == bindparam("who"))
)


def by_index(connection: Connection, phone_index: str) -> str | None:
    """The id of the contact with this keyed hash."""
    row = _BY_INDEX.first(connection, {"index": phone_index})
    return None if row is None else str(row.id)


def lock_by_indexes(tx: Connection, phone_indexes: Sequence[str], now: datetime) -> dict[str, Any]:
    """Note that they wrote just now, and hold the contacts until the transaction ends; by keyed hash, if they exist.

    They are locked in the order of their ids, so that two who lock several never wait for each other in a circle.
    """
    given = {f"index{place}": index for place, index in enumerate(phone_indexes)}
    return {row.phone_index: row for row in _wrote(len(given)).all(tx, {**given, "now": now})}


@cache
def _wrote(count: int) -> Prepared:
    these = contacts.c.phone_index.in_([bindparam(f"index{place}") for place in range(count)])
    held = select(contacts.c.id).where(these).order_by(contacts.c.id).with_for_update(key_share=True).scalar_subquery()
    write = update(contacts).where(contacts.c.id.in_(held)).values(last_in_at=bindparam("now"))
    return Prepared(write.returning(*contacts.c))


def lock(tx: Connection, contact_id: str) -> Any:
    """Hold the contact until the transaction ends: one person's turns happen one after another.

    Not its key: a row that refers to a contact, such as a page to a colleague, must not wait for the colleague's turn.
    """
    [row] = _LOCK.all(tx, {"contact": contact_id})
    return row


def opt_out(tx: Connection, contact_id: str, now: datetime) -> None:
    """From now on nothing is sent to this number."""
    tx.execute(update(contacts).where(contacts.c.id == contact_id).values(opted_out_at=now))


def lock_for(tx: Connection, due: Row[tuple[object, ...]]) -> None:
    """Hold whom a row of due work is about, in the order that everybody keeps: the contact, then the escalation."""
    if due.escalation_id is not None:
        of, this = escalations.c.contact_id, escalations.c.id == due.escalation_id
    elif due.checkin_id is not None:
        of, this = checkins.c.contact_id, checkins.c.id == due.checkin_id
    else:
        of, this = participant_contacts.c.contact_id, participant_contacts.c.participant_id == due.participant_id
    query = select(of).where(this).order_by(of).limit(1)
    contact_id = tx.execute(query).scalar()
    if contact_id is not None:
        lock(tx, contact_id)
    if due.escalation_id is not None:
        tx.execute(select(escalations.c.id).where(this).with_for_update(key_share=True))


def at_contact(tx: Connection, contact_id: str) -> list[Any]:
    """One row for each participant who uses this contact, or a single row with no participant."""
    return at_contacts(tx, [contact_id])[contact_id]


def at_contacts(tx: Connection, contact_ids: Sequence[str]) -> dict[str, list[Any]]:
    """As `at_contact`, for several contacts that exist."""
    if not contact_ids:
        return {}
    given = {f"contact{place}": contact for place, contact in enumerate(contact_ids)}
    found: dict[str, list[Any]] = {contact: [] for contact in contact_ids}
    for row in _at(len(given)).all(tx, given):
        found[row.contact_id].append(row)
    return found


@cache
def _at(count: int) -> Prepared:
    return Prepared(_OF_CONTACTS.where(contacts.c.id.in_([bindparam(f"contact{place}") for place in range(count)])))


def escalation_of(tx: Connection, person_id: str) -> Any:
    """The one open escalation of a person, held until the transaction ends."""
    return _OPEN_OF.first(tx, {"person": person_id})


def participant(connection: Connection, participant_id: str) -> Any:
    """A participant with their first contact."""
    query = (
        select(
            participants,
            contacts.c.id.label("contact_id"),
            contacts.c.language,
            contacts.c.language_chosen,
            contacts.c.opted_out_at,
        )
        .join(participant_contacts, participant_contacts.c.participant_id == participants.c.id)
        .join(contacts, contacts.c.id == participant_contacts.c.contact_id)
        .where(participants.c.id == participant_id)
        .order_by(participant_contacts.c.position)
    )
    return connection.execute(query).first()


def first_contact(tx: Connection, participant_id: str) -> str:
    """The contact under whose key what we keep of a participant is sealed."""
    return str(_FIRST_CONTACT.all(tx, {"participant": participant_id})[0].contact_id)


def staff_contact(tx: Connection, staff_id: str) -> Any:
    """The contact by which a member of staff is alerted, or None before their invitation."""
    return _STAFF_CONTACT.first(tx, {"who": staff_id})
