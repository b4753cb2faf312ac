"""The team's own check-ins: whoever of the team has a number has a place among the people who are asked, for that alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from service.store import people
from service.store.ids import new_id
from service.store.schema import contacts, participant_contacts, participants, staff
from service.usecases.deps import Deps
from service.usecases.joining import SAFE_FROM, SAFE_TO
from service.usecases.releases import Release
from service.usecases.waves import staff_language

_HAS_A_PLACE = exists(
    select(participants.c.id)
    .join(participant_contacts, participant_contacts.c.participant_id == participants.c.id)
    .where(participant_contacts.c.contact_id == staff.c.contact_id, participants.c.state == "staff")
)


def enrol(deps: Deps) -> int:
    """Give a place to every member who has a number and none yet, where a flow is for staff; how many got one."""
    release, now = deps.releases.current(), deps.clock.now()
    if not any(flow.for_staff for flow in release.flows.values()):
        return 0
    missing = select(staff.c.id, staff.c.contact_id).where(staff.c.contact_id.is_not(None), ~_HAS_A_PLACE)
    with deps.database.read() as connection:
        found = [row for row in connection.execute(missing) if row.id in release.config.team]
    for row in found:
        with deps.database.write() as tx:
            people.lock(tx, row.contact_id)  # somebody else may be about to do the same
            if tx.execute(missing.where(staff.c.id == row.id)).first() is not None:
                _enrol(deps, tx, release, row.id, row.contact_id, now)
    return len(found)


def _enrol(deps: Deps, tx: Connection, release: Release, who: str, contact_id: str, now: datetime) -> None:
    participant_id, config = new_id(), release.config
    name = config.team[who].name.split()[0]
    row = {
        "id": participant_id,
        "name": deps.keys.seal(contact_id, "participants", "name", participant_id, name),
        "state": "staff",
        "zone": config.rota.zone,
        "discreet": False,  # their pages name no less than this does
        "safe_from": SAFE_FROM,
        "safe_to": SAFE_TO,
        "invited_at": now,
    }
    tx.execute(participants.insert(), [row])
    tx.execute(participant_contacts.insert(), [{"participant_id": participant_id, "contact_id": contact_id, "position": 0}])
    unknown = update(contacts).where(contacts.c.id == contact_id, contacts.c.language.is_(None))
    tx.execute(unknown.values(language=staff_language(release, who)))
