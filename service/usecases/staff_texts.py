"""A member of staff texts: a wave's code is the claim; anything else is handled like anybody's text."""

from __future__ import annotations

import unicodedata

from service.core.model import Urgency
from service.store import people
from service.usecases import escalations, waves
from service.usecases.turn import Turn, begin_turn


def hear_staff(turn: Turn, body: str) -> bool:
    """Take the escalation whose code this is; False when the text is no code."""
    code = _digits(body)
    if code is None:
        return False
    found = escalations.by_wave_code(turn, code)
    if found is None and turn.at.checkin_id is not None:
        return False  # a member of staff who is a participant too, and answers a question with four digits
    if found is None:
        _answer(turn, "page.unknown_code")
        return True
    _wave, escalation = found
    staff_id = str(turn.at.staff_id)
    theirs = escalation.contact_id == turn.contact.id  # a code for their own words: those are for a colleague
    if theirs or not escalations.may_take(turn.release, staff_id, Urgency(escalation.urgency), turn.now):
        _answer(turn, "page.unknown_code")
        return True
    _acknowledge(turn, escalation.contact_id, escalation.id, staff_id)
    return True


def _digits(body: str) -> str | None:
    """Four digits of any script, whatever stands around them by way of spaces and full stops."""
    digits = [str(unicodedata.decimal(letter)) for letter in body if unicodedata.category(letter) == "Nd"]
    others = [letter for letter in body if letter.isalpha()]
    return "".join(digits) if len(digits) == 4 and not others else None


def _acknowledge(turn: Turn, contact_id: str, escalation_id: str, staff_id: str) -> None:
    """The claim, in a turn with the person of the escalation, in the same transaction as the text."""
    theirs = begin_turn(turn.deps, turn.tx, people.lock(turn.tx, contact_id), turn.now, turn.cause)
    theirs.message_id = turn.message_id
    claim = escalations.take(theirs, escalations.locked(turn.tx, escalation_id), staff_id, "acknowledged")
    theirs.writes.flush()
    turn.lanes |= theirs.lanes
    if claim.mine:
        _answer(turn, "page.you_have_it")
    else:
        member = turn.release.config.team.get(claim.held_by)
        _answer(turn, "page.taken_by", name=member.name if member else claim.held_by)


def _answer(turn: Turn, key: str, **values: str) -> None:
    """One text back to the member of staff, in the lane of pages: it must not wait behind anything."""
    turn.language = waves.staff_language(turn.release, str(turn.at.staff_id))
    turn.text(turn.say(key, **values), "notice", lane="urgent", in_order=False)
