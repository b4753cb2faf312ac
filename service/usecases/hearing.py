"""Words that are nobody's code and no keyword: to the open question, and to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service.core.model import Urgency
from service.core.urgency import Because
from service.store.schema import contacts
from service.usecases import checkins
from service.usecases.raising import Raised, Reason, give_promise, raise_to_person
from service.usecases.telling import receipt
from service.usecases.turn import Turn

_TALKING = timedelta(hours=2)  # after a worker's claim or answer, in which no machine talks into it
_RECEIPT_REST = timedelta(minutes=15)  # somebody who writes ten texts in a row hears one receipt, not ten


def hear_text(turn: Turn, body: str, *, media: bool, odd: str | None) -> None:
    """I18: software closes only what the open question understood; everything else is put before a person."""
    urgency = turn.assessment.urgency if turn.assessment else Urgency.SOON
    raised: list[Raised] = []
    went = None
    if turn.at.checkin_id is not None and turn.contact.opted_out_at is None and body.strip():
        went = checkins.hear(turn, body, urgency)
    if went is not None:
        raised += went.raised
        left_to_say = urgency is Urgency.URGENT and not any(r.urgency is Urgency.URGENT for r in raised)
    else:
        left_to_say = True
        if turn.at.checkin_id is not None and urgency is Urgency.URGENT:
            checkins.close(turn, "urgent")  # its question never went out, and must not come to somebody in danger
        if turn.at.checkin_id is not None or body.strip().isdecimal():
            urgency = max(Urgency.SOON, urgency)  # out of order: an answer to no question, or to one not asked yet
    if left_to_say:
        raised.append(raise_to_person(turn, urgency, Reason(_kind(turn, media, odd), _because(turn))))
    if media or odd:
        raised.append(raise_to_person(turn, Urgency.SOON, Reason("media" if media else "garbled", _because(turn))))
    # A flow that ends in urgency has said nothing of when somebody comes.
    _receipt(turn, raised, answered=went is not None and went.finished != "urgent", media=media)


def _because(turn: Turn) -> Sequence[Because]:
    return turn.assessment.because if turn.assessment else ()


def _kind(turn: Turn, media: bool, odd: str | None) -> str:
    if media or odd:
        return "media" if media else "garbled"
    if turn.assessment and turn.assessment.urgency is Urgency.URGENT:
        return "words"
    return "unknown_number" if turn.at.participant_id is None and not turn.at.shared else "outside_checkin"


def _receipt(turn: Turn, raised: list[Raised], *, answered: bool, media: bool) -> None:
    """The truth about when somebody reads it, once; nothing to somebody who stopped texts (I8)."""
    if turn.contact.opted_out_at is not None or not raised:
        return
    alerted = any(r.alerted for r in raised)
    if answered and not alerted and not media:
        return  # the flow's own words said what there is to say
    if _is_with_a_worker(turn):
        return
    rested = turn.contact.last_receipt_at is None or turn.now - turn.contact.last_receipt_at >= _RECEIPT_REST
    if not rested and not any(r.alerted or r.opened or r.rose for r in raised):
        return
    urgency = max(r.urgency for r in raised)
    if urgency is Urgency.URGENT and not alerted:
        _still_waiting(turn, raised[0].escalation_id)
        return
    body = _words(turn, urgency, media=media)
    message_id = turn.text(body, "receipt", escalation_id=raised[0].escalation_id)
    _rest(turn)
    promise = turn.promise(urgency)
    told = promise.on_duty_now if urgency is Urgency.URGENT else not media and turn.at.participant_state == "joined"
    if promise.when is not None and told:
        give_promise(turn, raised[0].escalation_id, promise.when, message_id)


def _rest(turn: Turn) -> None:
    turn.writes.change(contacts, turn.contact.id, {"last_receipt_at": turn.now})


def _is_with_a_worker(turn: Turn) -> bool:
    """Whether a worker has it and is perhaps writing with them just now: a machine would only talk into that."""
    if turn.at.escalation_state != "claimed":
        return False
    moments = [moment for moment in (turn.at.claimed_at, turn.at.answered_at) if moment is not None]
    return not moments or turn.now - max(moments) < _TALKING


def _still_waiting(turn: Turn, escalation_id: str) -> None:
    """More words while a wave runs: nobody is told anew, so the time that was said before still stands, or none does."""
    _rest(turn)
    when = turn.at.promised_for
    if when is None or when <= turn.now:
        turn.text(turn.say("receipt.soon.unknown_time"), "receipt", escalation_id=escalation_id)
        return
    body = turn.say("receipt.soon", when=turn.when(when))
    give_promise(turn, escalation_id, when, turn.text(body, "receipt", escalation_id=escalation_id))


def _words(turn: Turn, urgency: Urgency, *, media: bool) -> str:
    if urgency is Urgency.URGENT:
        return receipt(turn, urgency)
    if media:
        return turn.say("media")
    as_staff = turn.at.participant_id is None or turn.at.participant_state == "staff"
    if as_staff and turn.at.staff_id is not None and not turn.at.shared:
        return turn.say("page.unknown_code")  # a colleague must not believe that they took something by these words
    if turn.at.participant_id is None and not turn.at.shared:
        return f"{turn.say('unknown_number')} {turn.say('language.offer', languages=_offered(turn))}"
    if turn.at.participant_state != "joined":
        return turn.say("not_joined")
    return receipt(turn, urgency)


def _offered(turn: Turn) -> str:
    languages = turn.release.languages
    return ", ".join(languages.name(code) for code in languages.codes)
