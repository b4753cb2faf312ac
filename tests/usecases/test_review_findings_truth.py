"""What a second reader found of words that once went to the wrong person, or were not true when they were said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import consents, promises
from service.telephony.port import Retry
from service.usecases.errors import NotAllowed
from service.usecases.escalations import claim
from service.usecases.joining import Invitation, invite
from service.usecases.starting import begin_now
from tests.support.house import AMINA, BEN, PARTICIPANT, STRANGER
from tests.support.phone import Phone
from tests.usecases.homes import DAYS, Village, home

COLD = "the heating is broken"
DANGER = "I want to die"


def share_the_phone(house: Village) -> Phone:
    """Noor and Sami have both said yes, on one phone."""
    phone = house.participant("Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Sami", "en"))
    house.settle()
    phone.next()
    phone.texts("1").next()
    return phone


def test_i17_a_time_that_was_said_is_a_promise_once_however_often_it_is_said(build_house: Any) -> None:
    house = build_house()
    house.publish(home(rota=DAYS))
    noor = house.participant()
    house.passes(hours=8)
    noor.texts(DANGER).hears("No trained worker is here")
    house.passes(minutes=20)
    noor.texts("please").hears("A person will read them by")
    noor.texts("0").hears("A person will answer you by")
    noor.texts("help").hears("People read what you write, by")
    assert house.values(select(promises.c.due_at)) == [house.escalation().promised_for]


def test_i17_a_receipt_that_was_held_up_until_its_time_is_over_says_no_time(house: Village) -> None:
    noor = house.participant()
    house.carrier.answers_to(PARTICIPANT, Retry(20003, timedelta(seconds=30), alarm=True))
    house.receive(PARTICIPANT, DANGER)
    for _ in range(4):
        house.passes(minutes=5)
    house.carrier.answers_to(PARTICIPANT, None)
    house.passes(minutes=5)
    noor.hears("A person will read them. We cannot say when.")


def test_i17_a_receipt_that_is_late_but_still_true_goes_as_it_is(house: Village) -> None:
    noor = house.participant()
    house.carrier.answers_to(PARTICIPANT, Retry(20003, timedelta(seconds=30), alarm=True))
    house.receive(PARTICIPANT, COLD)
    house.passes(minutes=10)
    house.carrier.answers_to(PARTICIPANT, None)
    house.passes(minutes=5)
    noor.hears("A person will read them by 11:00 tomorrow")


def test_i17_a_flow_that_could_say_no_time_promises_none(house: Village) -> None:
    noor = house.participant()
    noor.texts(COLD).next()
    house.passes(days=7, hours=1)
    noor.next()
    noor.texts("1").hears("anything you would like to add")
    before = len(house.rows(select(promises)))
    noor.texts("skip").hears("We cannot say when")
    assert len(house.rows(select(promises))) == before


def test_two_who_share_a_phone_are_not_told_that_nobody_knows_them(house: Village) -> None:
    phone = share_the_phone(house)
    phone.texts(COLD).hears("A person will read them by")
    assert house.escalation().reason["kind"] == "outside_checkin"


def test_nobody_is_asked_on_a_phone_on_which_somebody_else_is_being_asked(house: Village) -> None:
    phone = share_the_phone(house)
    assert house.check_in("Noor") is None
    phone.hears("How was your week?")
    assert begin_now(house.deps, house.participant_id("Sami"), "weekly-check-in") is not None


def test_nobody_consents_to_a_question_that_the_carrier_did_not_take(house: Village) -> None:
    house.carrier.answers_to(PARTICIPANT, Retry(20429, timedelta(minutes=5)))
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    house.text(PARTICIPANT, "yes")
    assert house.values(select(consents.c.granted)) == []


def test_what_a_member_of_staff_writes_in_danger_is_for_a_colleague(house: Village) -> None:
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    amina.texts(DANGER).hears("Thank you for telling us")
    ben.hears("trained worker", "4101")
    amina.texts("4101").hears("We do not know that code")
    with pytest.raises(NotAllowed):
        claim(house.deps, house.escalation().id, "amina")
    ben.texts("4101").hears("You have it")


def test_four_digits_of_a_member_of_staff_are_an_answer_where_one_is_waited_for(house: Village) -> None:
    amina = house.staff("amina", AMINA)
    invite(house.deps, Invitation(AMINA, "Amina", "en"))
    house.settle()
    amina.next()
    amina.texts("1").next()
    house.check_in("Amina")
    amina.next()
    amina.texts("2").hears("Would any of this help?")
    amina.texts("1234").hears("We have kept your words")
    amina.hears("once more")
    assert house.escalation().urgency == Urgency.SOON


def test_a_member_of_staff_whose_words_take_nothing_is_not_called_a_stranger(house: Village) -> None:
    amina, stranger = house.staff("amina", AMINA), house.phone(STRANGER, "a stranger")
    stranger.texts(DANGER).next()
    amina.hears("4101")
    amina.texts("I have it, 4101").hears("We do not know that code. Open the inbox")
    assert house.open_escalations()[0].state == "open"
