"""One person's conversation as a worker reads it. Each look is in the audit before anything is shown (I12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from service.keys import KeyDestroyed, KeysError
from service.store import audit, inbox_queries
from service.telephony.codes import ERROR_CODES
from service.usecases import escalations
from service.usecases.deps import Deps
from service.usecases.errors import NotAllowed
from service.usecases.inbox import Entry, entry, find, refused, stamp
from service.usecases.people_access import Reader

PAGE = 60
_AGREEMENTS = 3


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `words` is None where they can't be read; `lost` then says why: erased, or locked."""

    id: str
    incoming: bool
    kind: str
    words: str | None
    lost: str
    language: str | None
    because: tuple[dict[str, Any], ...]
    note: str | None
    staff_id: str | None
    state: str
    trouble: str | None  # why it was not delivered, in the carrier's meaning
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the escalation's timeline."""

    kind: str
    staff_id: str | None
    detail: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a worker wrote when something earlier was closed."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a worker sees of one escalation."""

    entry: Entry
    discreet: bool
    known: bool  # a participant, not just a number
    left: bool
    bubbles: tuple[Bubble, ...]
    earlier: str | None  # the message before which there are more
    timeline: tuple[Happening, ...]
    agreed: str | None
    agreed_before: tuple[Agreed, ...]
    unreachable: str | None
    stamp: str


def conversation(
    deps: Deps, reader: Reader, escalation_id: str, *, before: str | None = None, unless: str | None = None
) -> Conversation | None:
    """The conversation, once the look is in the audit; NotFound, and NotAllowed with the refusal in the audit.

    None, with nothing opened and nothing kept, if its stamp is still `unless`.
    """
    now = deps.clock.now()
    try:
        with deps.database.read() as connection:
            row = find(connection, reader, escalation_id, now)
            messages = inbox_queries.thread(connection, row.contact_id, PAGE + 1, before)
            happened = inbox_queries.timeline(connection, escalation_id)
            before_this = inbox_queries.agreed_before(connection, row, _AGREEMENTS)
    except NotAllowed:
        refused(deps, reader, "read conversation", escalation_id)
        raise
    found = stamp(row, messages, happened, reader.id, reader.today)
    if found == unless:
        return None
    shown = messages[-PAGE:]
    detail = {"person": row.person_id, "messages": len(shown)}
    with deps.database.write() as tx:
        audit.record(tx, now, reader.id, "read conversation", "escalation", escalation_id, detail)
    agreed = [Agreed(words, one.resolved_at) for one in before_this if (words := _agreed(deps, one))]
    opened = _opened(deps, row, shown, happened, now, stamp=found)
    return replace(opened, agreed_before=tuple(agreed), earlier=shown[0].id if len(messages) > PAGE else None)


def may_have_it_next(deps: Deps, reader: Reader, one: Entry) -> tuple[str, ...]:
    """The handles of colleagues to whom it may be handed over."""
    release, now = deps.releases.current(), deps.clock.now()
    team = release.config.team
    return tuple(who for who in team if who != reader.id and escalations.may_take(release, who, one.urgency, now))


def _opened(
    deps: Deps,
    row: Row[Any],
    messages: Sequence[Row[Any]],
    happened: Sequence[Row[Any]],
    now: datetime,
    *,
    stamp: str,
) -> Conversation:
    return Conversation(
        entry=entry(deps, row, now),
        discreet=row.participant_id is None or bool(row.discreet),
        known=row.participant_id is not None,
        left=row.participant_state == "left",
        bubbles=tuple(_bubble(deps, message) for message in messages),
        earlier=None,
        timeline=tuple(Happening(one.kind, one.staff_id, one.detail or {}, one.at) for one in happened),
        agreed=_agreed(deps, row),
        agreed_before=(),
        unreachable=_meaning(row.unreachable_code),
        stamp=stamp,
    )


def _bubble(deps: Deps, row: Row[Any]) -> Bubble:
    words, lost = _words(deps, row)
    return Bubble(
        id=row.id,
        incoming=row.direction == "in",
        kind=row.kind,
        words=words,
        lost=lost,
        language=row.language,
        because=tuple(row.because or ()),
        note=row.note,
        staff_id=row.staff_id,
        state=row.state,
        trouble=_meaning(row.error_code),
        at=row.at,
    )


def _words(deps: Deps, row: Row[Any]) -> tuple[str | None, str]:
    if row.body is None:
        return None, ""
    try:
        return deps.keys.open(row.contact_id, "messages", "body", row.id, row.body), ""
    except KeyDestroyed:
        return None, "erased"
    except KeysError:
        return None, "locked"


def _agreed(deps: Deps, row: Row[Any]) -> str | None:
    if row.agreed is None:
        return None
    try:
        return deps.keys.open(row.contact_id, "escalations", "agreed", row.id, row.agreed)
    except KeysError:
        return None


def _meaning(code: int | None) -> str | None:
    if code is None:
        return None
    known = ERROR_CODES.get(code)
    return known.name if known else f"the carrier's code {code}"
