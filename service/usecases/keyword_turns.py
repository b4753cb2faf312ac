"""STOP, START, HELP, a person, a language: the service's own words, which work everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sqlalchemy import update

from service.core.keywords import ChooseLanguage, Keyword, fold
from service.core.model import Urgency
from service.store import due_rows, people
from service.store.schema import contacts, events, participants
from service.usecases import checkins, waves
from service.usecases.keeping import choose_language
from service.usecases.raising import Reason, give_promise, raise_to_person
from service.usecases.telling import promised_time
from service.usecases.turn import At, Turn


def hear_keyword(turn: Turn, body: str) -> bool:
    """Do what the whole text asks for; False when it is no word of ours, or an answer to the open question instead."""
    table, folded = turn.release.languages.keywords(), fold(body)
    word = table.exactly(folded)
    if word is not None:
        return _hear(turn, word, body)
    word = table.nearly(folded)
    if word is None or _at_least_soon(turn) is Urgency.URGENT or checkins.is_an_answer(turn, body, own_words=True):
        return False
    return _hear(turn, word, body)


def _hear(turn: Turn, word: Keyword | ChooseLanguage, body: str) -> bool:
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
            _before_a_person(turn, "help")
        case Keyword.PERSON:
            _before_a_person(turn, "person")
        case Keyword.WHY:
            return _why(turn)
        case Keyword.CALL:
            if checkins.is_an_answer(turn, body, own_words=False):
                return False
            _before_a_person(turn, "call")
        case _:
            assert_never(word)
    return True


def _why(turn: Turn) -> bool:
    """Why we ask; unless the rules find a cry for help in it."""
    if _at_least_soon(turn) is Urgency.URGENT:
        return False
    if turn.at.checkin_id is None:
        turn.text(turn.say("why.unknown"), "reply")
    else:
        checkins.explain(turn)
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


def _at_least_soon(turn: Turn) -> Urgency:
    """A word of ours may be a cry for help as well: the rules raise urgency, and nothing lowers it."""
    return max(Urgency.SOON, turn.assessment.urgency if turn.assessment else Urgency.SOON)


def _before_a_person(turn: Turn, kind: str) -> None:
    """What they ask for is done by a person; they hear by when, if the rota gives a time."""
    raised = raise_to_person(turn, _at_least_soon(turn), Reason(kind))
    when, said = turn.at.promised_for, promised_time(turn)
    message_id = turn.text(turn.say(kind, when=said), "receipt", escalation_id=raised.escalation_id)
    if when is not None and said is not None:
        give_promise(turn, raised.escalation_id, when, message_id)


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
