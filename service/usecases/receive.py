"""A text arrives: kept, assessed, understood or put before a person, and answered, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import Connection

from service.core.keywords import Keyword, recognise
from service.core.model import Urgency
from service.core.phone import BadPhone, normalise
from service.core.urgency import Assessment
from service.keys import KeysError
from service.store import operator, people
from service.store.errors import StoreError
from service.store.ids import new_id
from service.store.queries import insert_all_once, insert_once
from service.store.schema import contacts, messages
from service.store.writes import Writes
from service.usecases.deps import Deps
from service.usecases.hearing import hear_text
from service.usecases.keyword_turns import hear_keyword
from service.usecases.raising import because_json
from service.usecases.staff_texts import hear_staff
from service.usecases.turn import Turn, turn_with

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NOBODY = "nobody"  # stands for a sender that no phone can have


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text as the provider brought it. `odd` names what was wrong with it, if anything: it is kept all the same."""

    provider: str
    provider_id: str
    sender: str
    body: str
    media: int = 0
    odd: str | None = None
    sent_at: datetime | None = None  # known only of a text that comes late, from the carrier's list


@dataclass(frozen=True, slots=True)
class Received:
    """The message's id; `again` when it was stored before (a repeated webhook)."""

    message_id: str | None
    again: bool


@dataclass(frozen=True, slots=True)
class _Came:
    """A text with what can be known of it before anything is locked."""

    text: Inbound
    sender: str
    index: str
    assessment: Assessment
    new_contact: str | None = None  # the id, its key already made, for a number that never wrote
    stumbled: str | None = None  # the alarm, where handling it as usual has failed
    alone: bool = False


class _Missed(Enum):
    """Why a text was not handled in this transaction."""

    NEVER_WROTE = "this number needs a contact, and its key first"
    COLLEAGUE = "a member of the team may touch other people's escalations: not beside other texts"


_What = Turn | Received | _Missed


def receive_text(deps: Deps, text: Inbound) -> Received:
    """Keep one text and do what follows from it; StoreRefused if nothing could be written (say 503)."""
    release = deps.releases.current()
    text = replace(text, sender=_whole(text.sender), body=_whole(text.body))
    sender = _number(text.sender, release.config.service.country)
    came = _Came(text, sender, deps.keys.index(sender), release.rule_book.assess(text.body))
    try:
        done = _keep_and_follow(deps, came)
    except (StoreError, KeysError):
        raise
    except Exception as error:
        # A flow that stumbles must not cost anybody their words: they go to a person as they are.
        alarm = f"could not handle a text: {type(error).__name__}"
        done = _keep_and_follow(deps, replace(came, stumbled=alarm, alone=True))
    if isinstance(done, Received):
        return done
    for lane in sorted(done.lanes, reverse=True):
        deps.bell.ring(lane)
    return Received(done.message_id, again=False)


def _keep_and_follow(deps: Deps, came: _Came) -> Turn | Received:
    """One transaction, shared with texts of other people that wait at the same moment; sometimes one more, alone."""
    done = _gather(deps, came)
    if done is _Missed.NEVER_WROTE:
        # The key store is apart and takes no part in the transaction.
        contact_id = new_id()
        deps.keys.ensure(contact_id)
        done = _gather(deps, replace(came, new_contact=contact_id))
    if done is _Missed.COLLEAGUE:
        done = _gather(deps, replace(came, alone=True))
    if isinstance(done, _Missed):
        raise RuntimeError(done.value)
    return done


def _gather(deps: Deps, came: _Came) -> _What:
    return deps.database.gathering.do(came, came.index, partial(_receive_all, deps), alone=came.alone)


def _receive_all(deps: Deps, tx: Connection, cames: Sequence[_Came]) -> list[_What]:
    """Texts of different people: each kept once, and followed by what its own turn asks for."""
    now, writes = deps.clock.now(), Writes(tx)
    contacts_by_index = _locked(deps, tx, cames, now)
    rows = people.at_contacts(tx, [contact.id for contact in contacts_by_index.values()])
    done: list[_What] = [_turn(deps, writes, one, contacts_by_index, rows, now, len(cames)) for one in cames]
    turns = [(place, turn) for place, turn in enumerate(done) if isinstance(turn, Turn)]
    if not turns:
        return done
    kept = insert_all_once(tx, messages, [_row(turn, cames[place]) for place, turn in turns])
    for place, turn in turns:
        if turn.message_id in kept:
            _follow(turn, cames[place])
        else:
            done[place] = Received(None, again=True)
    writes.flush()
    return done


def _turn(
    deps: Deps,
    writes: Writes,
    came: _Came,
    contacts_by_index: Mapping[str, Any],
    rows: Mapping[str, list[Any]],
    now: datetime,
    together: int,
) -> Turn | _Missed:
    contact = contacts_by_index.get(came.index)
    if contact is None:
        return _Missed.NEVER_WROTE
    if together > 1 and rows[contact.id][0].staff_id is not None:
        return _Missed.COLLEAGUE
    turn = turn_with(deps, writes, contact, rows[contact.id], now, "")
    turn.sent_at = came.text.sent_at
    return turn


def _whole(words: str) -> str:
    """Half a character, which no encoding can hold, becomes U+FFFD: a person sees that something is missing."""
    if words.isascii():
        return words
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(raw: str, country: str) -> str:
    if _E164.fullmatch(raw):
        return raw  # as carriers write it
    try:
        return normalise(raw, country)
    except BadPhone:
        return raw.strip() or _NOBODY


def _locked(deps: Deps, tx: Connection, cames: Sequence[_Came], now: datetime) -> dict[str, Any]:
    """The contacts by keyed hash, held until the transaction ends; made where the number never wrote and has its key."""
    found = people.lock_by_indexes(tx, [came.index for came in cames], now)
    made = [came for came in cames if came.new_contact is not None and came.index not in found]
    for came in made:
        insert_once(tx, contacts, _contact_row(deps, came, str(came.new_contact), now))
    if made:
        found |= people.lock_by_indexes(tx, [came.index for came in made], now)
    return found


def _contact_row(deps: Deps, came: _Came, contact_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": contact_id,
        "phone_index": came.index,
        "phone": deps.keys.seal(contact_id, "contacts", "phone", contact_id, came.sender),
        "language_chosen": False,
        "created_at": now,
        "last_in_at": now,
    }


def _row(turn: Turn, came: _Came) -> dict[str, Any]:
    """The inbound row, unique by provider and id: what is stored before is not handled again."""
    text, assessment, message_id = came.text, came.assessment, new_id()
    turn.message_id, turn.assessment, turn.cause = message_id, assessment, f"in:{message_id}"
    return {
        "id": message_id,
        "contact_id": turn.contact.id,
        "direction": "in",
        "kind": "text",
        "provider": text.provider,
        "provider_id": text.provider_id,
        "body": turn.deps.keys.seal(turn.contact.id, "messages", "body", message_id, text.body),
        "language": turn.language,
        "urgency": int(assessment.urgency),
        "because": because_json(assessment.because),
        "note": text.odd or ("media" if text.media else None),
        "checkin_id": turn.at.checkin_id,
        "state": "received",
        "state_rank": 0,
        "at": turn.now,
    }


def _follow(turn: Turn, came: _Came) -> None:
    """Staff codes, then the service's own words, then the open question, then a person."""
    text = came.text
    if came.stumbled is not None:
        _follow_plainly(turn, came, came.stumbled)
        return
    if turn.at.staff_id is not None and hear_staff(turn, text.body):
        return
    if not text.media and hear_keyword(turn, text.body):
        return
    hear_text(turn, text.body, media=bool(text.media), odd=text.odd)


def _follow_plainly(turn: Turn, came: _Came, alarm: str) -> None:
    """As if nothing were open with them: a person reads it, and the operator hears why."""
    text = came.text
    operator.alarm(turn.tx, alarm, turn.now)
    turn.at.checkin_id = None
    if recognise(text.body, turn.release.languages.keywords()) is Keyword.STOP:
        people.opt_out(turn.tx, turn.contact.id, turn.now)
        turn.contact = people.lock(turn.tx, turn.contact.id)
    if turn.assessment is not None:
        turn.assessment = replace(turn.assessment, urgency=max(Urgency.SOON, turn.assessment.urgency))
    hear_text(turn, text.body, media=bool(text.media), odd=text.odd)
