"""Keeps what an answer becomes beyond itself: a preference, a consent, a note, a place among those who have joined."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import update

from service.core.effects import Keep, Note
from service.store import people
from service.store.ids import new_id
from service.store.schema import consents, contacts, notes, participants
from service.usecases import planning, preferences
from service.usecases.turn import Turn

LONGEST_NAME: Final = 40
_DAY: Final = 24 * 60
_AROUND: Final = 120  # minutes: how long a single time that suits them lasts
# When somebody is up, as wide as the words are; "any" keeps to the hours that everybody has who chose none.
_PARTS_OF_THE_DAY: Final = {
    "morning": (9 * 60, 12 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, 21 * 60),
    "any": (9 * 60, 20 * 60),
}
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NOT_HERE: Final = frozenset({"language", "name"})  # these have their own place: with the number, and the person


def keep(turn: Turn, effect: Keep) -> bool:
    """From now on it is so; False where it is not kept, because a text may not make somebody less safe."""
    name, value = effect.preference, effect.value
    if name == "shared_phone" and not _share(turn, value == "yes"):
        return False
    if name == "language":
        choose_language(turn, value)
    elif name == "name":
        _call_them(turn, value)
    elif name == "safe_hours":
        _reach_them_at(turn, *hours_of(value))
    if name not in _NOT_HERE:
        preferences.keep(turn.deps, turn.tx, str(turn.at.participant_id), name, value, turn.now)
    if name in ("pace", "safe_hours"):
        planning.plan(turn)
    return True


def choose_language(turn: Turn, code: str) -> None:
    """From now on they are written to in this language."""
    turn.tx.execute(update(contacts).where(contacts.c.id == turn.contact.id).values(language=code, language_chosen=True))
    turn.language = code


def hours_of(value: str) -> tuple[int, int]:
    """From when and until when, in minutes after midnight: a part of the day, two times, or around one time."""
    if value in _PARTS_OF_THE_DAY:
        return _PARTS_OF_THE_DAY[value]
    minutes = [int(hour) * 60 + int(minute) for hour, minute in _CLOCK.findall(value)]
    if not minutes:
        return _PARTS_OF_THE_DAY["any"]
    start, end = minutes[0], minutes[-1]
    return start, end if end != start else (start + _AROUND) % _DAY  # equal times would be any hour of the night


def _reach_them_at(turn: Turn, safe_from: int, safe_to: int) -> None:
    _change(turn, safe_from=safe_from, safe_to=safe_to)
    turn.at.safe_from, turn.at.safe_to = safe_from, safe_to


def _call_them(turn: Turn, words: str) -> None:
    name = " ".join(words.split())[:LONGEST_NAME].strip()
    who = str(turn.at.participant_id)
    sealed = turn.deps.keys.seal(people.first_contact(turn.tx, who), "participants", "name", who, name) if name else None
    _change(turn, name=sealed)
    turn.at.name = sealed


def _share(turn: Turn, shared: bool) -> bool:
    """A shared phone is discreet. Everyone is, until they say that nobody else reads their texts; that is said once:
    a text may come from whoever holds the phone, so after a yes it takes more than a text."""
    said_before = preferences.chosen_by(turn.deps, turn.tx, str(turn.at.participant_id)).get("shared_phone")
    several = len(people.at_contact(turn.tx, turn.contact.id)) > 1
    if not shared and (said_before == "yes" or several):
        return False
    _change(turn, discreet=shared)
    turn.at.discreet = shared
    return True


def _change(turn: Turn, **values: object) -> None:
    turn.tx.execute(update(participants).where(participants.c.id == turn.at.participant_id).values(**values))


def consent(turn: Turn, purpose: str, granted: bool, wording: str, language: str, release_id: str) -> None:
    """A consent with its date and the words it was asked with; one to the check-ins themselves is a yes to joining."""
    row = {
        "id": new_id(),
        "participant_id": turn.at.participant_id,
        "purpose": purpose,
        "granted": granted,
        "wording": wording,
        "language": language,
        "release_id": release_id,
        "message_id": turn.message_id,
        "at": turn.now,
    }
    turn.writes.add(consents, row)
    if purpose == "checkins":
        _join(turn, granted)


def _join(turn: Turn, granted: bool) -> None:
    state = "joined" if granted else "declined"
    _change(turn, state=state, joined_at=turn.now if granted else None)
    turn.at.participant_state = state
    planning.plan(turn)


def note(turn: Turn, effect: Note, checkin_id: str) -> None:
    """Needs or an idea in the ledger; an idea in their own words stands in the message."""
    for value in effect.values or (None,):
        note_one(turn, effect.kind, effect.step, value, checkin_id)


def note_one(turn: Turn, kind: str, step: str, value: str | None, checkin_id: str) -> None:
    """One line of the ledger."""
    row = {
        "id": new_id(),
        "participant_id": turn.at.participant_id,
        "checkin_id": checkin_id,
        "kind": kind,
        "step": step,
        "value": value,
        "message_id": turn.message_id,
        "at": turn.now,
    }
    turn.writes.add(notes, row)
