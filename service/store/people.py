"""Who is at the other end of a number: contact, participants, open check-in, open escalation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, and_, func, select, update

from service.store.schema import checkins, contacts, escalations, participant_contacts, participants, staff

_OF_CONTACT = (
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
    )
    .select_from(
        contacts.outerjoin(staff, staff.c.contact_id == contacts.c.id)
        .outerjoin(participant_contacts, participant_contacts.c.contact_id == contacts.c.id)
        .outerjoin(participants, participants.c.id == participant_contacts.c.participant_id)
        .outerjoin(checkins, and_(checkins.c.participant_id == participants.c.id, checkins.c.status == "open"))
        .outerjoin(
            escalations,
            and_(
                escalations.c.person_id == func.coalesce(participants.c.id, contacts.c.id),
                escalations.c.state != "resolved",
            ),
        )
    )
    .order_by(participant_contacts.c.position)
)


def by_index(connection: Connection, phone_index: str) -> str | None:
    """The id of the contact with this keyed hash."""
    return connection.execute(select(contacts.c.id).where(contacts.c.phone_index == phone_index)).scalar()


def lock_by_index(tx: Connection, phone_index: str, now: datetime) -> Row[tuple[object, ...]] | None:
    """Note that they wrote just now, and hold the contact until the transaction ends."""
    query = update(contacts).where(contacts.c.phone_index == phone_index).values(last_in_at=now)
    return tx.execute(query.returning(*contacts.c)).first()


def lock(tx: Connection, contact_id: str) -> Row[tuple[object, ...]]:
    """Hold the contact until the transaction ends: one person's turns happen one after another.

    Not its key: a row that refers to a contact, such as a page to a colleague, must not wait for the colleague's turn.
    """
    return tx.execute(select(contacts).where(contacts.c.id == contact_id).with_for_update(key_share=True)).one()


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


def at_contact(tx: Connection, contact_id: str) -> list[Row[tuple[object, ...]]]:
    """One row for each participant who uses this contact, or a single row with no participant."""
    return list(tx.execute(_OF_CONTACT.where(contacts.c.id == contact_id)))


def escalation_of(tx: Connection, person_id: str) -> Row[tuple[object, ...]] | None:
    """The one open escalation of a person, held until the transaction ends."""
    query = select(escalations).where(escalations.c.person_id == person_id, escalations.c.state != "resolved")
    return tx.execute(query.with_for_update()).first()


def participant(connection: Connection, participant_id: str) -> Row[tuple[object, ...]] | None:
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


def staff_contact(tx: Connection, staff_id: str) -> Row[tuple[object, ...]] | None:
    """The contact by which a member of staff is alerted, or None before their invitation."""
    query = select(contacts).join(staff, staff.c.contact_id == contacts.c.id).where(staff.c.id == staff_id)
    return tx.execute(query).first()


