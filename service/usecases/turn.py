"""One turn with one person: who they are, what is open with them, and the rows that the turn makes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row

from service.core.config import Config
from service.core.model import Urgency
from service.core.promises import Promise, promise
from service.core.urgency import Assessment
from service.store import people
from service.store.writes import Writes
from service.usecases.deps import Deps
from service.usecases.outbox import Text, queue
from service.usecases.releases import Release


def clock_time(minutes: int) -> time:
    """Minutes after midnight as a time of day."""
    return time(minutes // 60 % 24, minutes % 60)


@dataclass(slots=True)
class At:
    """Who is at a contact and what is open with them; the columns of store.people.at_contact."""

    staff_id: str | None = None
    participant_id: str | None = None
    name: bytes | None = None
    participant_state: str | None = None
    zone: str | None = None
    discreet: bool | None = None
    safe_from: int | None = None
    safe_to: int | None = None
    checkin_id: str | None = None
    release_id: str | None = None
    flow: str | None = None
    checkin_state: bytes | None = None
    escalation_id: str | None = None
    urgency: int | None = None
    escalation_state: str | None = None
    claimed_by: str | None = None
    promised_for: datetime | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    shared: bool = False  # several participants use this phone, and nobody knows which of them it is


@dataclass(slots=True)
class Turn:
    """Everything that one transaction with one contact needs. Made under the contact's lock."""

    deps: Deps
    writes: Writes
    now: datetime
    release: Release
    contact: Row[Any]
    at: At
    cause: str  # what brought this turn about: names each text that it sends
    message_id: str | None = None
    sent_at: datetime | None = None
    assessment: Assessment | None = None
    language: str = ""
    texts: int = 0
    lanes: set[str] = field(default_factory=set)
    opened: bool = False  # an escalation, in this very turn
    given: set[datetime] = field(default_factory=set)  # times that this turn has promised
    promises: dict[Urgency, Promise] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen = self.contact.language
        self.language = chosen if chosen in self.release.languages.codes else self.release.config.service.language

    @property
    def tx(self) -> Connection:
        """The transaction."""
        return self.writes.tx

    @property
    def person_id(self) -> str:
        """The participant, or the contact of somebody we do not know."""
        return str(self.at.participant_id or self.contact.id)

    @property
    def discreet(self) -> bool:
        """Everyone is discreet until they choose otherwise."""
        return self.at.participant_id is None or bool(self.at.discreet)

    @property
    def config(self) -> Config:
        """What the service has decided about itself, as it is now."""
        return self.release.config

    @property
    def is_waiting(self) -> bool:
        """Whether something of theirs is before a person."""
        return self.at.escalation_id is not None

    @property
    def promised_for(self) -> datetime | None:
        """By when that person was promised."""
        return self.at.promised_for

    @property
    def zone(self) -> str:
        """The person's own zone, else the service's."""
        return self.at.zone or self.release.config.service.zone

    @property
    def safe_hours(self) -> tuple[time, time]:
        """When they may be written to of our own accord, on their own clock."""
        return clock_time(self.at.safe_from or 0), clock_time(self.at.safe_to or 0)

    def say(self, key: str, /, **values: str | None) -> str:
        """The service's own words in this person's language; a time that is None is not promised."""
        return self.release.languages.say(self.language, key, **values)

    def when(self, moment: datetime) -> str:
        """A moment as this person would say it."""
        return self.release.languages.when(moment, self.language, self.zone, self.now)

    def promise(self, urgency: Urgency) -> Promise:
        """What the rota gives, and nothing sooner (I17)."""
        if urgency not in self.promises:
            self.promises[urgency] = promise(urgency, self.now, self.release.config)
        return self.promises[urgency]

    @property
    def next_cause(self) -> str:
        """What will name the next text of this turn."""
        return f"{self.cause}:{self.texts + 1}"

    def text(self, body: str, kind: str, *, lane: str = "reply", **more: Any) -> str:
        """Queue one text to this person; its message id."""
        cause = self.next_cause
        self.texts += 1
        self.lanes.add(lane)
        return queue(
            self.deps,
            self.writes,
            Text(
                contact_id=self.contact.id,
                body=body,
                kind=kind,
                lane=lane,
                cause=cause,
                language=self.language,
                participant_id=self.at.participant_id,
                **more,
            ),
            self.now,
        )

    def for_participant(self, participant_id: str | None) -> None:
        """The turn is about this participant, also where others use the same phone; None changes nothing."""
        if participant_id is not None:
            self.at = at_of(self.tx, self.contact.id, participant_id)

    def name(self) -> str | None:
        """The participant's name, opened."""
        if self.at.participant_id is None or self.at.name is None:
            return None
        return self.deps.keys.open(self.contact.id, "participants", "name", self.at.participant_id, self.at.name)


def whose(tx: Connection, rows: list[Any], contact_id: str) -> At:
    """Of the people who use one phone: the one with a check-in open, the only one, or nobody in particular.

    Who is in the team and a participant too writes as a participant, unless the team's own check-in is open.
    """
    talking = [row for row in rows if row.checkin_id is not None]
    if len(talking) == 1:
        return _at(talking[0])
    rows = [row for row in rows if row.participant_state != "staff"] or rows
    if len(rows) == 1:
        return _at(rows[0])
    joined = any(row.participant_state == "joined" for row in rows)
    at = At(staff_id=rows[0].staff_id, participant_state="joined" if joined else None, shared=True)
    found = people.escalation_of(tx, contact_id)
    if found is None:
        return at
    return replace(
        at,
        escalation_id=found.id,
        urgency=found.urgency,
        escalation_state=found.state,
        claimed_by=found.claimed_by,
        promised_for=found.promised_for,
        claimed_at=found.claimed_at,
        answered_at=found.answered_at,
    )


def _at(row: Any) -> At:
    return At(*row[:-1])  # its columns are the fields, and then the contact


def at_of(tx: Connection, contact_id: str, participant_id: str) -> At:
    """This participant at this contact, also where others use the same phone."""
    return next(_at(row) for row in people.at_contact(tx, contact_id) if row.participant_id == participant_id)


def begin_turn(deps: Deps, tx: Connection, contact: Row[Any], now: datetime, cause: str) -> Turn:
    """A turn with the person at this contact, which the caller has locked."""
    return turn_with(deps, Writes(tx), contact, people.at_contact(tx, contact.id), now, cause)


def turn_with(deps: Deps, writes: Writes, contact: Row[Any], rows: list[Any], now: datetime, cause: str) -> Turn:
    """As `begin_turn`, with what `people.at_contact` gave, and rows that are written with those of other turns."""
    at = whose(writes.tx, rows, contact.id)
    return Turn(deps, writes, now, deps.releases.current(), contact, at, cause)
