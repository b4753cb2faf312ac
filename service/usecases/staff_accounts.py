"""What an operator does about the accounts of staff: invite, reset, sign out, list."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.phone import normalise
from service.core.team import Member
from service.store import audit, people, staff_queries
from service.store.ids import new_id
from service.usecases.deps import Deps
from service.usecases.errors import UseCaseError
from service.usecases.passwords import Passwords, check_new

INVITATION = timedelta(hours=24)
_OPERATOR = "command line"


class NotInTeam(UseCaseError):
    """The handle does not stand in config/team.yml of the running release."""

    def __init__(self, staff_id: str, known: Sequence[str]) -> None:
        super().__init__(
            f"{staff_id!r} is not in config/team.yml of the running release, which has: {', '.join(known) or 'nobody'};"
            " write them there and run 'alongside publish' first"
        )


class NumberTaken(UseCaseError):
    """Another member of staff has this number: their pages would be acknowledged by the wrong person."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the list. `seen_at`: the last use of the inbox."""

    staff_id: str
    name: str
    duties: tuple[str, ...]
    has_number: bool
    has_password: bool
    invited_until: datetime | None
    seen_at: datetime | None
    in_team: bool


def invite(deps: Deps, staff_id: str, phone: str, now: datetime) -> str:
    """Keep the member's number and make a sign-up token, good once and for 24 hours; a password that is set stays
    until it is used. Raises NotInTeam, NumberTaken, BadPhone."""
    member = _member(deps, staff_id)
    config = deps.releases.current().config
    number = normalise(phone, config.service.country)
    contact_id = _contact(deps, member.id, number)
    token = secrets.token_urlsafe(32)
    values = {
        "contact_id": contact_id,
        "invite_hash": hashlib.sha256(token.encode()).hexdigest(),
        "invite_expires_at": now + INVITATION,
    }
    with deps.database.write() as tx:
        staff_queries.keep_invitation(tx, member.id, values, now)
        audit.record(tx, deps.clock.now(), _OPERATOR, "invited", "staff", member.id)
    return token


def reset_password(deps: Deps, passwords: Passwords, staff_id: str, password: str, now: datetime) -> None:
    """Set a password and sign the member out everywhere. Raises NotInTeam, WeakPassword."""
    member = _member(deps, staff_id)
    check_new(password, member.id)
    kept = passwords.hash(password)
    with deps.database.write() as tx:
        staff_queries.set_password(tx, member.id, kept, now)
        audit.record(tx, deps.clock.now(), _OPERATOR, "password set", "staff", member.id)


def sign_out_everywhere(deps: Deps, staff_id: str, now: datetime) -> int:
    """End every session of a handle, also one that left the team: for a lost laptop. How many that were."""
    with deps.database.write() as tx:
        audit.record(tx, deps.clock.now(), _OPERATOR, "signed out", "staff", staff_id)
        return staff_queries.end_sessions_of(tx, staff_id, now)


def accounts(deps: Deps, now: datetime) -> tuple[Account, ...]:
    """Everybody in the team, with and without an account, then accounts whose handle left the team."""
    team = deps.releases.current().config.team
    with deps.database.read() as connection:
        rows = {row.id: row for row in staff_queries.accounts(connection)}
    gone = [staff_id for staff_id in rows if staff_id not in team]
    return tuple(_account(team.get(who), rows.get(who), who, now) for who in [*team, *gone])


def _account(member: Member | None, row: staff_queries.StaffRow | None, staff_id: str, now: datetime) -> Account:
    until = row.invite_expires_at if row and row.invite_hash else None
    return Account(
        staff_id=staff_id,
        name=member.name if member else "",
        duties=tuple(sorted(str(duty) for duty in member.duties)) if member else (),
        has_number=bool(row and row.contact_id),
        has_password=bool(row and row.password_hash),
        invited_until=until if until and until > now else None,
        seen_at=row.seen_at if row else None,
        in_team=member is not None,
    )


def _member(deps: Deps, staff_id: str) -> Member:
    team = deps.releases.current().config.team
    if staff_id not in team:
        raise NotInTeam(staff_id, sorted(team))
    return team[staff_id]


def _contact(deps: Deps, staff_id: str, number: str) -> str:
    """The contact of this number, made if nobody has it; NumberTaken if a colleague has it."""
    index = deps.keys.index(number)
    with deps.database.read() as connection:
        found = people.by_index(connection, index)
        holder = staff_queries.account_of_contact(connection, found) if found else None
    if holder not in (None, staff_id):
        raise NumberTaken(f"this is the number of {holder}: each member of staff needs their own")
    if found:
        return found
    contact_id = new_id()
    deps.keys.ensure(contact_id)
    row = {
        "id": contact_id,
        "phone_index": index,
        "phone": deps.keys.seal(contact_id, "contacts", "phone", contact_id, number),
        "language_chosen": False,
        "created_at": deps.clock.now(),
    }
    with deps.database.write() as tx:
        staff_queries.keep_contact(tx, row)
    return contact_id
