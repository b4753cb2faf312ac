"""What the inbox shows of everybody at once: the queue, the counts, who is on duty, the audit. No words of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from service.core.model import Urgency
from service.core.phone import mask
from service.core.rota import on_duty, on_duty_until
from service.core.schedule import local_day
from service.core.team import Member
from service.keys import KeysError
from service.store import audit, inbox_queries
from service.usecases.deps import Deps
from service.usecases.errors import NotAllowed, NotFound
from service.usecases.people_access import Reader

CLOSED_SHOWN = timedelta(hours=24)
MOST_ROWS = 200
_AUDIT_PAGE = 100
_ANSWERED = frozenset({"answer", "offer", "step"})  # by choosing; what was written is for trained staff alone


@dataclass(frozen=True, slots=True)
class Entry:
    """One escalation as the queue shows it: whose, why and since when, and none of their words."""

    id: str
    urgency: Urgency
    state: str
    name: str | None  # None: a number that we do not know, or a name that can't be read
    number: str | None  # masked, where there is no name
    language: str | None
    reason: dict[str, Any]
    waiting_since: datetime
    promised_for: datetime | None
    answered_at: datetime | None
    wrote_again_at: datetime | None
    held_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    opted_out_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who works now, and until when."""

    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that waits. `stamp` changes when anything in it does."""

    waiting: tuple[Entry, ...]
    closed: tuple[Entry, ...]
    unseen: dict[Urgency, int]  # how many are not among `waiting`: beyond what is shown, or not for this reader
    stamp: str

    def of(self, urgency: Urgency) -> tuple[Entry, ...]:
        """What waits with this urgency, in the order in which it is to be read."""
        return tuple(entry for entry in self.waiting if entry.urgency is urgency)

    @property
    def unclaimed(self) -> int:
        """How many that need an answer nobody has yet."""
        return sum(1 for entry in self.waiting if entry.state == "open" and entry.urgency > Urgency.ROUTINE)


@dataclass(frozen=True, slots=True)
class Count:
    """How many escalations of an urgency are in a state, how many of them late, and since when the oldest waits."""

    urgency: Urgency
    state: str
    many: int
    late: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """Something that a member of the team has answered, and since when it waits."""

    name: str
    reason: dict[str, Any]
    since: datetime


def reader_of(deps: Deps, member: Member) -> Reader:
    """A member as a reader today, on the calendar of the rota."""
    zone = deps.releases.current().config.rota.zone
    return Reader(member, local_day(deps.clock.now(), zone))


def queue(deps: Deps, reader: Reader) -> Queue:
    """The queue for this reader; NotAllowed for those who see nothing of people."""
    if reader.most_urgent is None:
        raise NotAllowed(reader.id, "see the queue")
    now = deps.clock.now()
    with deps.database.read() as connection:
        rows = inbox_queries.queue(connection, reader.most_urgent, now - CLOSED_SHOWN, MOST_ROWS)
        counted = inbox_queries.counts(connection, now, now - CLOSED_SHOWN)
    entries = [entry(deps, row, now) for row in rows]
    waiting = tuple(one for one in entries if one.state != "resolved")
    return Queue(
        waiting=waiting,
        closed=tuple(one for one in entries if one.state == "resolved"),
        unseen=_unseen(counted, waiting),
        stamp=stamp(rows, counted, reader.id),
    )


def counts(deps: Deps) -> tuple[Count, ...]:
    """What a coordinator sees: numbers only."""
    now = deps.clock.now()
    with deps.database.read() as connection:
        rows = inbox_queries.counts(connection, now, now - CLOSED_SHOWN)
    return tuple(Count(Urgency(row.urgency), row.state, row.many, row.late or 0, row.oldest) for row in rows)


def raised_in_the_team(deps: Deps) -> tuple[Raised, ...]:
    """What colleagues have answered that somebody must act on, such as that they are at their limit.

    A coordinator shares out the work, so they see whose it is; never what was written, nor anything that is urgent.
    """
    with deps.database.read() as connection:
        rows = inbox_queries.of_the_team(connection)
    answered = (row for row in rows if row.reason["kind"] in _ANSWERED and row.urgency < Urgency.URGENT)
    return tuple(Raised(open_name(deps, row) or "Somebody", row.reason, row.opened_at) for row in answered)


def duty_now(deps: Deps) -> tuple[OnDuty, ...]:
    """Who is on duty at this moment, in the rota's order."""
    config, now = deps.releases.current().config, deps.clock.now()
    return tuple(
        OnDuty(config.team[who].name, on_duty_until(config.rota, who, now))
        for who in on_duty(config.rota, now)
        if who in config.team
    )


def audit_list(deps: Deps, reader: Reader, before: str | None) -> Sequence[Row[Any]]:
    """The audit, newest first; looking at it is kept too."""
    with deps.database.write() as tx:
        rows = audit.newest(tx, _AUDIT_PAGE, before)
        audit.record(tx, deps.clock.now(), reader.id, "read the audit", "audit", before)
    return rows


def refused(deps: Deps, reader: Reader, what: str, escalation_id: str | None) -> None:
    """Keep that somebody tried to see or do what is not theirs."""
    with deps.database.write() as tx:
        audit.record(tx, deps.clock.now(), reader.id, "refused", "escalation", escalation_id, {"what": what})


def entry(deps: Deps, row: Row[Any], now: datetime) -> Entry:
    """A row of the store as the queue shows it."""
    name = open_name(deps, row)
    unanswered = row.answered_at is None and row.state != "resolved"
    again = row.last_in_at if row.answered_at and row.last_in_at and row.last_in_at > row.answered_at else None
    return Entry(
        id=row.id,
        urgency=Urgency(row.urgency),
        state=row.state,
        name=name,
        number=None if name else _masked(deps, row),
        language=row.language,
        reason=row.reason,
        waiting_since=row.waiting_since,
        promised_for=row.promised_for,
        answered_at=row.answered_at,
        wrote_again_at=again,
        held_by=row.claimed_by,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        opted_out_at=row.opted_out_at,
        late=unanswered and row.promised_for is not None and row.promised_for < now,
    )


def open_name(deps: Deps, row: Row[Any]) -> str | None:
    """The participant's name; None if there is none or it can't be read any more."""
    if row.name is None or row.first_contact_id is None:
        return None
    try:
        return deps.keys.open(row.first_contact_id, "participants", "name", row.participant_id, row.name)
    except KeysError:
        return None


def find(connection: Connection, reader: Reader, escalation_id: str, now: datetime) -> Row[Any]:
    """The escalation, if this reader may see it: not above their training, nor closed for more than a day."""
    row = inbox_queries.escalation(connection, escalation_id)
    if row is None:
        raise NotFound(escalation_id)
    over = row.resolved_at is not None and row.state == "resolved" and row.resolved_at < now - CLOSED_SHOWN
    if over or not reader.may_read(Urgency(row.urgency)):
        raise NotAllowed(reader.id, "read this conversation")
    return row


def stamp(*seen: object) -> str:
    """A short name for exactly this state of things; sealed bytes stand in it only hashed."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def _masked(deps: Deps, row: Row[Any]) -> str | None:
    if row.phone is None:
        return None
    try:
        return mask(deps.keys.open(row.contact_id, "contacts", "phone", row.contact_id, row.phone))
    except KeysError:
        return None


def _unseen(counted: Sequence[Row[Any]], waiting: Sequence[Entry]) -> dict[Urgency, int]:
    all_of = dict.fromkeys(Urgency, 0)
    for row in counted:
        if row.state != "resolved":
            all_of[Urgency(row.urgency)] += row.many
    for one in waiting:
        all_of[one.urgency] -= 1
    return all_of
