"""Accounts of staff, their sessions in the inbox, and the sign-ins that failed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from service.store.queries import insert_once
from service.store.schema import contacts, sessions, signin_failures, staff

StaffRow = Row[Any]


def account(connection: Connection, staff_id: str) -> StaffRow | None:
    """The account of a handle."""
    return connection.execute(select(staff).where(staff.c.id == staff_id)).first()


def accounts(connection: Connection) -> Sequence[StaffRow]:
    """Every account, with when it was last used in the inbox."""
    seen = select(func.max(sessions.c.seen_at)).where(sessions.c.staff_id == staff.c.id).scalar_subquery()
    return connection.execute(select(staff, seen.label("seen_at")).order_by(staff.c.id)).all()


def account_of_contact(connection: Connection, contact_id: str) -> str | None:
    """The handle whose number this is."""
    return connection.execute(select(staff.c.id).where(staff.c.contact_id == contact_id)).scalar()


def invited_by(connection: Connection, invite_hash: str, now: datetime) -> str | None:
    """The handle that a sign-up address was made for, while it holds."""
    query = select(staff.c.id).where(staff.c.invite_hash == invite_hash, staff.c.invite_expires_at > now)
    return connection.execute(query).scalar()


def keep_invitation(tx: Connection, staff_id: str, values: dict[str, Any], now: datetime) -> None:
    """Give the handle an account if it has none, and this invitation; a password that is set stays."""
    insert_once(tx, staff, {"id": staff_id, "made_at": now})
    tx.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def keep_contact(tx: Connection, contact: dict[str, Any]) -> None:
    """Insert the contact of a member of staff; IntegrityError if somebody else was quicker with the same number."""
    tx.execute(contacts.insert(), [contact])


def set_password(tx: Connection, staff_id: str, password_hash: str, now: datetime) -> None:
    """Keep the hash, use up the invitation and end every session of the account."""
    values = {"password_hash": password_hash, "invite_hash": None, "invite_expires_at": None}
    insert_once(tx, staff, {"id": staff_id, "made_at": now})
    tx.execute(update(staff).where(staff.c.id == staff_id).values(**values))
    end_sessions_of(tx, staff_id, now)


def use_invitation(tx: Connection, invite_hash: str, password_hash: str, now: datetime) -> str | None:
    """The handle whose password is set now; None if the invitation was used or is too old. One caller wins."""
    query = (
        update(staff)
        .where(staff.c.invite_hash == invite_hash, staff.c.invite_expires_at > now)
        .values(password_hash=password_hash, invite_hash=None, invite_expires_at=None)
        .returning(staff.c.id)
    )
    found = tx.execute(query).scalar()
    if found is not None:
        end_sessions_of(tx, found, now)
    return found


def rehash(tx: Connection, staff_id: str, old_hash: str, new_hash: str) -> None:
    """Keep a hash with newer parameters, unless the password was changed meanwhile."""
    same = update(staff).where(staff.c.id == staff_id, staff.c.password_hash == old_hash)
    tx.execute(same.values(password_hash=new_hash))


def open_session(tx: Connection, session_id: str, staff_id: str, now: datetime) -> None:
    """Begin a session, known by the hash of its token."""
    tx.execute(sessions.insert(), [{"id": session_id, "staff_id": staff_id, "made_at": now, "seen_at": now}])


def session(connection: Connection, session_id: str, seen_after: datetime, made_after: datetime) -> StaffRow | None:
    """A session that was not ended, is not idle and not too old."""
    query = select(sessions).where(
        sessions.c.id == session_id,
        sessions.c.ended_at.is_(None),
        sessions.c.seen_at > seen_after,
        sessions.c.made_at > made_after,
    )
    return connection.execute(query).first()


def see_session(tx: Connection, session_id: str, now: datetime) -> None:
    """Its person did something just now."""
    tx.execute(update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None)).values(seen_at=now))


def end_session(tx: Connection, session_id: str, now: datetime) -> None:
    """Sign out here."""
    tx.execute(update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None)).values(ended_at=now))


def end_sessions_of(tx: Connection, staff_id: str, now: datetime) -> int:
    """Sign out everywhere; how many sessions that ended."""
    query = update(sessions).where(sessions.c.staff_id == staff_id, sessions.c.ended_at.is_(None)).values(ended_at=now)
    return tx.execute(query).rowcount


def one_at_a_time(tx: Connection, *names: str) -> None:
    """Let nobody else count attempts of these names until the transaction ends; on SQLite a writer is alone anyway."""
    if tx.dialect.name == "postgresql":
        for name in sorted(names):  # in one order, or two might wait for each other
            tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def failures(connection: Connection, *, account: str, address: str, since: datetime) -> Sequence[StaffRow]:
    """Failed sign-ins since a moment, of this account or from this address: both hashes and when."""
    query = select(signin_failures).where(
        or_(
            and_(signin_failures.c.account == account, signin_failures.c.at > since),
            and_(signin_failures.c.address == address, signin_failures.c.at > since),
        )
    )
    return connection.execute(query).all()


def add_failure(tx: Connection, failure: dict[str, Any], forget_before: datetime) -> None:
    """Count an attempt, and forget those too old to matter."""
    tx.execute(delete(signin_failures).where(signin_failures.c.at < forget_before))
    tx.execute(signin_failures.insert(), [failure])


def forget_failures(tx: Connection, accounts: Collection[str], address: str) -> None:
    """After a sign-in: what was mistyped here before it counts no longer; what others tried elsewhere does."""
    tx.execute(delete(signin_failures).where(signin_failures.c.account.in_(accounts), signin_failures.c.address == address))
