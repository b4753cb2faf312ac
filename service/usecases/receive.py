"""A text arrives: kept, assessed, understood or put before a person, and answered, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from service.core.keywords import ChooseLanguage, Keyword, recognise
from service.core.model import Urgency
from service.core.phone import BadPhone, normalise
from service.core.urgency import Assessment
from service.keys import KeysError
from service.store import operator, people
from service.store.errors import StoreError
from service.store.ids import new_id
from service.store.queries import insert_once
from service.store.schema import contacts, messages
from service.usecases.deps import Deps
from service.usecases.hearing import hear_text
from service.usecases.keyword_turns import hear_keyword
from service.usecases.raising import because_json
from service.usecases.staff_texts import hear_staff
from service.usecases.turn import Turn, begin_turn

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


class _NeverWrote(Exception):
    """Undo the transaction: this number needs a contact, and its key first."""


class _StoredBefore(Exception):
    """Undo the transaction: this provider id is stored already."""


def receive_text(deps: Deps, text: Inbound) -> Received:
    """Keep one text and do what follows from it; StoreRefused if nothing could be written (say 503)."""
    release = deps.releases.current()
    text = replace(text, sender=_whole(text.sender), body=_whole(text.body))
    sender = _number(text.sender, release.config.service.country)
    assessment = release.rule_book.assess(text.body)
    came = _Came(text, sender, deps.keys.index(sender), assessment)
    try:
        turn = _one_turn(deps, came, _follow)
    except _StoredBefore:
        return Received(None, again=True)
    except (StoreError, KeysError):
        raise
    except Exception as error:
        # A flow that stumbles must not cost anybody their words: they go to a person as they are.
        turn = _one_turn(deps, came, partial(_follow_plainly, f"could not handle a text: {type(error).__name__}"))
    for lane in sorted(turn.lanes, reverse=True):
        deps.bell.ring(lane)
    return Received(turn.message_id, again=False)


def _one_turn(deps: Deps, came: _Came, follow: Callable[[Turn, Inbound], None]) -> Turn:
    """One transaction; for a number that never wrote, a second one, its key made in between."""
    try:
        return _try_turn(deps, came, follow, None)
    except _NeverWrote:
        # The key store is apart and takes no part in the transaction.
        contact_id = new_id()
        deps.keys.ensure(contact_id)
        return _try_turn(deps, came, follow, contact_id)


def _try_turn(deps: Deps, came: _Came, follow: Callable[[Turn, Inbound], None], new: str | None) -> Turn:
    def work(tx: Connection) -> Turn:
        now = deps.clock.now()
        contact = _locked(deps, tx, came.index, new, came.sender, now)
        turn = begin_turn(deps, tx, contact, now, "")
        turn.sent_at = came.text.sent_at
        _keep(turn, came.text, came.assessment)
        follow(turn, came.text)
        turn.writes.flush()
        return turn

    return deps.database.together(work)


def _whole(words: str) -> str:
    """Half a character, which no encoding can hold, becomes U+FFFD: a person sees that something is missing."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(raw: str, country: str) -> str:
    try:
        return normalise(raw, country)
    except BadPhone:
        return raw.strip() or _NOBODY


def _locked(deps: Deps, tx: Connection, index: str, contact_id: str | None, sender: str, now: datetime) -> Any:
    """The contact, held until the transaction ends; made with this id and its key if the number never wrote."""
    contact = people.lock_by_index(tx, index, now)
    if contact is not None:
        return contact
    if contact_id is None:
        raise _NeverWrote
    row = {
        "id": contact_id,
        "phone_index": index,
        "phone": deps.keys.seal(contact_id, "contacts", "phone", contact_id, sender),
        "language_chosen": False,
        "created_at": now,
        "last_in_at": now,
    }
    insert_once(tx, contacts, row)
    made = people.lock_by_index(tx, index, now)
    if made is None:
        raise RuntimeError("a contact that was just made is gone")
    return made


def _keep(turn: Turn, text: Inbound, assessment: Assessment) -> None:
    """The inbound row, unique by provider and id: what is stored before is not handled again."""
    message_id = new_id()
    row = {
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
    if not insert_once(turn.tx, messages, row):
        raise _StoredBefore
    turn.message_id, turn.assessment, turn.cause = message_id, assessment, f"in:{message_id}"


def _follow(turn: Turn, text: Inbound) -> None:
    """Staff codes, then the service's own words, then the open question, then a person."""
    if turn.at.staff_id is not None and hear_staff(turn, text.body):
        return
    word = recognise(text.body, turn.release.languages.keywords()) if not text.media else None
    if isinstance(word, Keyword | ChooseLanguage) and hear_keyword(turn, word):
        return
    hear_text(turn, text.body, media=bool(text.media), odd=text.odd)


def _follow_plainly(alarm: str, turn: Turn, text: Inbound) -> None:
    """As if nothing were open with them: a person reads it, and the operator hears why."""
    operator.alarm(turn.tx, alarm, turn.now)
    turn.at.checkin_id = None
    if recognise(text.body, turn.release.languages.keywords()) is Keyword.STOP:
        people.opt_out(turn.tx, turn.contact.id, turn.now)
        turn.contact = people.lock(turn.tx, turn.contact.id)
    if turn.assessment is not None:
        turn.assessment = replace(turn.assessment, urgency=max(Urgency.SOON, turn.assessment.urgency))
    hear_text(turn, text.body, media=bool(text.media), odd=text.odd)
