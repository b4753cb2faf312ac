"""A worker's answer: once for one form, at the right time, and heard as what settles a promise."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.store.schema import escalations, messages
from service.usecases.errors import NewWords
from service.usecases.escalations import claim, read_nothing_needed, resolve
from service.usecases.replies import reply
from tests.support.house import AMINA, PARTICIPANT, House


def _claimed(house: House, words: str = "0") -> str:
    house.text(PARTICIPANT, words)
    with house.database.read() as connection:
        escalation_id = connection.execute(select(escalations.c.id)).scalar_one()
    claim(house.deps, escalation_id, "amina")
    return escalation_id


def _newest(house: House) -> str:
    theirs = select(messages.c.id).where(messages.c.direction == "in").order_by(messages.c.id.desc())
    with house.database.read() as connection:
        return str(connection.execute(theirs).scalars().first())


def test_the_same_form_sent_twice_is_one_reply_and_other_words_from_it_are_another(house: House) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    escalation_id = _claimed(house)
    noor.hears("A person will answer you")
    first = reply(house.deps, escalation_id, "amina", "I am here.", once="form-1")
    again = reply(house.deps, escalation_id, "amina", "I am here.", once="form-1")
    reply(house.deps, escalation_id, "amina", "Shall I ring?", once="form-1")
    house.settle()
    assert again.message_id == first.message_id
    noor.hears("I am here.")
    noor.hears("Shall I ring?")


def test_somebody_who_writes_again_after_the_answer_waits_again_and_is_not_forgotten(house: House) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    escalation_id = _claimed(house)
    noor.next()
    reply(house.deps, escalation_id, "amina", "I am here.")
    house.settle()
    noor.hears("I am here.")
    house.passes(hours=1)
    house.text(PARTICIPANT, "are you still there")
    with house.database.read() as connection:
        row = connection.execute(select(escalations)).one()
    assert (row.state, row.waiting_since) == ("claimed", house.clock.now())
    house.passes(days=7)
    noor.hears("How was your week?")
    house.passes(days=1)
    noor.hears("How was your week?")
    with house.database.read() as connection:
        assert connection.execute(select(escalations.c.state)).scalar_one() == "open"


def test_words_that_arrive_between_the_page_and_the_click_are_not_closed_unread(house: House) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    escalation_id = _claimed(house)
    noor.next()
    seen = _newest(house)
    house.text(PARTICIPANT, "one more thing, I have no food")
    with pytest.raises(NewWords):
        resolve(house.deps, escalation_id, "amina", "agreed", seen=seen)
    with pytest.raises(NewWords):
        read_nothing_needed(house.deps, escalation_id, "amina", seen="")
    resolve(house.deps, escalation_id, "amina", "agreed", seen=_newest(house))
    with house.database.read() as connection:
        assert connection.execute(select(escalations.c.state)).scalar_one() == "resolved"
