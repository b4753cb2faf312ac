"""Inviting people: nothing runs until they have said yes, and everyone is discreet until they choose otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import Connection, select, update

from service.core.phone import BadPhone, normalise
from service.store import people
from service.store.ids import new_id
from service.store.queries import insert_once
from service.store.schema import contacts, participant_contacts, participants
from service.usecases import checkins
from service.usecases.deps import Deps
from service.usecases.errors import UseCaseError
from service.usecases.groups import why_not_in
from service.usecases.turn import Turn, begin_turn

SAFE_FROM, SAFE_TO = 9 * 60, 20 * 60  # until a person chooses their own hours


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person to invite. Empty fields take the service's own: language is then asked for first."""

    phone: str
    name: str = ""
    language: str = ""
    zone: str = ""
    group: str = ""


class NotInvited(UseCaseError):
    """This row can't be used; `problems` says what to write, field by field, and never the number."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited; `again` when they were on the list already; `asked` when an invitation goes out."""

    participant_id: str
    again: bool
    asked: bool


def check(deps: Deps, invitation: Invitation) -> str:
    """The number in E.164 of a row that can be used; NotInvited with everything that is wrong with it."""
    release = deps.releases.current()
    problems = []
    number = ""
    try:
        number = normalise(invitation.phone, release.config.service.country)
    except BadPhone as bad:
        problems.append(str(bad))
    if invitation.language and invitation.language not in release.languages.codes:
        known = ", ".join(release.languages.codes)
        problems.append(f"language {invitation.language!r} is not one of this service: write {known}, or nothing")
    if invitation.zone and invitation.zone not in available_timezones():
        problems.append(f"zone {invitation.zone!r} is unknown: write one like Europe/London, or nothing")
    if invitation.group and (why_not := why_not_in(release.config.groups, invitation.group)):
        problems.append(why_not)
    if problems:
        raise NotInvited(tuple(problems))
    return number


def invite(deps: Deps, invitation: Invitation) -> Invited:
    """Keep the person and queue their invitation, in their language if it is known; NotInvited on a bad row."""
    number = check(deps, invitation)
    index = deps.keys.index(number)
    with deps.database.read() as connection:
        contact_id = people.by_index(connection, index)
    if contact_id is None:
        contact_id = new_id()
        deps.keys.ensure(contact_id)
    now = deps.clock.now()
    with deps.database.write() as tx:
        contact_id = _contact(deps, tx, contact_id, index, number, invitation.language, now)
        contact = people.lock(tx, contact_id)  # the same row twice at the same moment invites once as well
        known = _same_person(deps, tx, contact_id, invitation.name)
        participant_id = known or _participant(deps, tx, contact_id, invitation, now)
        turn = begin_turn(deps, tx, contact, now, f"invite:{participant_id}:{deps.new_token()[:8]}")
        turn.for_participant(participant_id)
        asked = _ask(turn)
        turn.writes.flush()
    deps.bell.ring("bulk")
    return Invited(participant_id, again=known is not None, asked=asked)


def _ask(turn: Turn) -> bool:
    """Send the invitation, or send it again to somebody who never answered; False where none may or need go out."""
    if turn.contact.opted_out_at is not None or turn.at.participant_state != "invited":
        return False
    if checkins.phone_is_busy(turn):
        checkins.begin_later(turn, checkins.WELCOME)
        return True
    return checkins.begin(turn, checkins.WELCOME)


def _contact(deps: Deps, tx: Connection, contact_id: str, index: str, number: str, language: str, now: datetime) -> str:
    row = {
        "id": contact_id,
        "phone_index": index,
        "phone": deps.keys.seal(contact_id, "contacts", "phone", contact_id, number),
        "language": language or None,
        "language_chosen": bool(language),
        "created_at": now,
    }
    if insert_once(tx, contacts, row):
        return contact_id
    found = str(people.by_index(tx, index))
    if language:
        unknown = update(contacts).where(contacts.c.id == found, contacts.c.language.is_(None))
        tx.execute(unknown.values(language=language, language_chosen=True))
    return found


def _same_person(deps: Deps, tx: Connection, contact_id: str, name: str) -> str | None:
    """Somebody at this number with this name: the same row twice invites once."""
    query = (
        select(participants.c.id, participants.c.name)
        .join(participant_contacts, participant_contacts.c.participant_id == participants.c.id)
        .where(participant_contacts.c.contact_id == contact_id, participants.c.state != "staff")
    )
    for row in tx.execute(query):
        known = deps.keys.open(contact_id, "participants", "name", row.id, row.name) if row.name else ""
        if known.casefold() == name.strip().casefold():
            return str(row.id)
    return None


def _participant(deps: Deps, tx: Connection, contact_id: str, invitation: Invitation, now: datetime) -> str:
    participant_id = new_id()
    name = invitation.name.strip()
    sealed = deps.keys.seal(contact_id, "participants", "name", participant_id, name) if name else None
    row: Mapping[str, object] = {
        "id": participant_id,
        "name": sealed,
        "state": "invited",
        "zone": invitation.zone or deps.releases.current().config.service.zone,
        "discreet": True,
        "safe_from": SAFE_FROM,
        "safe_to": SAFE_TO,
        "group_name": invitation.group.strip() or None,
        "invited_at": now,
    }
    tx.execute(participants.insert(), [row])
    tx.execute(participant_contacts.insert(), [{"participant_id": participant_id, "contact_id": contact_id, "position": 0}])
    return participant_id
