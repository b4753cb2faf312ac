"""STOP, START, HELP, a person, a language: the service's own words, which work everywhere."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from service.core.keywords import ChooseLanguage, Keyword
from service.core.model import Urgency
from service.store import due_rows, people
from service.store.schema import contacts, events, participants
from service.usecases import checkins, waves
from service.usecases.carrying import choose_language
from service.usecases.raising import Reason, give_promise, raise_to_person
from service.usecases.turn import At, Turn


def hear_keyword(turn: Turn, word: Keyword | ChooseLanguage) -> bool:
    """Do what the word asks for; False when it is an answer to the open question instead."""
    if isinstance(word, ChooseLanguage):
        return _language(turn, word.code)
    if turn.contact.opted_out_at is not None and word not in (Keyword.START, Keyword.STOP):
        return False
    match word:
        case Keyword.STOP:
            _stop(turn)
        case Keyword.START:
            return _start(turn)
        case Keyword.HELP:
            _help(turn)
        case Keyword.PERSON:
            _person(turn)
    return True


def _stop(turn: Turn) -> None:
    """Honoured at once and confirmed once; whoever has something open with them is told."""
    if turn.contact.opted_out_at is not None:
        return
    turn.tx.execute(update(contacts).where(contacts.c.id == turn.contact.id).values(opted_out_at=turn.now))
    due_rows.cancel(turn.tx, turn.now, "opted out", queue_key=turn.contact.id)
    mine = turn.at
    for row in people.at_contact(turn.tx, turn.contact.id):  # everybody who is written to at this number
        turn.at = At(*row[:-1])
        _leave(turn)
    turn.at = replace(mine, checkin_id=None)
    turn.text(turn.say("stop.done", start=turn.release.languages.word(turn.language, "start")), "stop")
    if (found := people.escalation_of(turn.tx, turn.contact.id)) is not None:
        # Words that came from this phone before anybody was invited at it, or nobody knows from whom.
        turn.at = replace(mine, checkin_id=None, escalation_id=found.id, claimed_by=found.claimed_by)
        tell_staff_opted_out(turn)


def _leave(turn: Turn) -> None:
    if turn.at.checkin_id is not None:
        checkins.close(turn, "closed")
    if turn.at.participant_state == "invited":
        no = update(participants).where(participants.c.id == turn.at.participant_id)
        turn.tx.execute(no.values(state="declined"))
    if turn.at.participant_id is not None:
        tell_staff_opted_out(turn)


def tell_staff_opted_out(turn: Turn) -> None:
    """Somebody with an open escalation can't be texted any more: its holder hears it, the page shows it."""
    if turn.at.escalation_id is None:
        return
    row = waves.event_row(turn.at.escalation_id, "opted_out", turn.now, message_id=turn.message_id)
    turn.writes.add(events, row)
    if turn.at.claimed_by is not None:
        tell = waves.tell
        tell(
            turn.deps,
            turn.writes,
            turn.release,
            turn.at.escalation_id,
            turn.at.claimed_by,
            "staff.opted_out",
            turn.now,
        )
        turn.lanes.add("urgent")


def _start(turn: Turn) -> bool:
    if turn.contact.opted_out_at is None:
        return False
    turn.tx.execute(update(contacts).where(contacts.c.id == turn.contact.id).values(opted_out_at=None))
    turn.text(turn.say("start.done", stop=turn.release.languages.word(turn.language, "stop")), "reply")
    if turn.at.participant_state == "declined":
        # They stopped before they had agreed to anything: coming back is not agreeing, so they are asked.
        invited = update(participants).where(participants.c.id == turn.at.participant_id)
        turn.tx.execute(invited.values(state="invited"))
        turn.at.participant_state = "invited"
        turn.contact = people.lock(turn.tx, turn.contact.id)
        checkins.begin(turn, checkins.WELCOME, lane="reply")
    return True


def _help(turn: Turn) -> None:
    raised = raise_to_person(turn, _at_least_soon(turn), Reason("help"))
    stop = turn.release.languages.word(turn.language, "stop")
    when = turn.at.promised_for
    if when is None or when <= turn.now:
        turn.text(turn.say("help.unknown_time", stop=stop), "receipt", escalation_id=raised.escalation_id)
        return
    body = turn.say("help", when=turn.when(when), stop=stop)
    give_promise(turn, raised.escalation_id, when, turn.text(body, "receipt", escalation_id=raised.escalation_id))


def _at_least_soon(turn: Turn) -> Urgency:
    """A word of ours may be a cry for help as well: the rules raise urgency, and nothing lowers it."""
    return max(Urgency.SOON, turn.assessment.urgency if turn.assessment else Urgency.SOON)


def _person(turn: Turn) -> None:
    raised = raise_to_person(turn, _at_least_soon(turn), Reason("person"))
    when = turn.at.promised_for
    if when is None or when <= turn.now:
        turn.text(turn.say("person.unknown_time"), "receipt", escalation_id=raised.escalation_id)
        return
    body = turn.say("person", when=turn.when(when))
    give_promise(turn, raised.escalation_id, when, turn.text(body, "receipt", escalation_id=raised.escalation_id))


def _language(turn: Turn, code: str) -> bool:
    if turn.contact.opted_out_at is not None:
        return False
    if turn.at.checkin_id is not None and checkins.asks_for_language(turn):
        return False
    choose_language(turn, code)
    name = turn.release.languages.name(code)
    turn.text(turn.say("language.changed", language=name), "reply")
    if turn.at.checkin_id is not None:
        checkins.ask_again(turn)
    return True
