"""Silence: counted from delivery, one reminder, then what the flow says; a text that did not arrive is not silence."""

from __future__ import annotations

from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import checkins, dues
from service.telephony.port import Unknown
from tests.support.phone import Phone
from tests.usecases.homes import Village


def asked(house: Village) -> Phone:
    noor = house.participant()
    house.check_in()
    return noor.hears("How was your week?")


def test_silence_brings_one_reminder_and_then_a_person_and_nothing_more_is_sent(house: Village) -> None:
    noor = asked(house)
    house.passes(hours=23)
    noor.hears_nothing()
    house.passes(hours=1)
    noor.hears("How was your week?")
    house.passes(days=1)
    noor.hears_nothing()
    assert (house.escalation().urgency, house.escalation().reason["kind"]) == (Urgency.SOON, "silence")
    assert house.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "closed"
    house.passes(days=3)
    noor.hears_nothing()


def test_silence_counts_from_when_the_phone_had_the_question(house: Village) -> None:
    noor = asked(house)
    house.passes(hours=20)
    house.callback(house.carrier.sent[-1], "delivered")
    house.passes(hours=23)
    noor.hears_nothing()
    house.passes(hours=1)
    house.passes(hours=2)  # in their safe hours again
    noor.hears("How was your week?")


def test_a_question_that_was_not_delivered_is_told_to_a_person_and_is_not_silence(house: Village) -> None:
    noor = asked(house)
    house.callback(house.carrier.sent[-1], "undelivered", 30003)
    assert house.escalation().reason["kind"] == "undelivered"
    house.passes(days=1)
    house.passes(days=1)
    noor.hears_nothing()
    assert house.timeline() == ["opened"]
    assert house.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "closed"


def test_a_question_whose_fate_is_unknown_is_not_silence_yet(house: Village) -> None:
    noor = house.participant()
    house.carrier.answers_to(noor.number, Unknown("timeout"))
    house.check_in()
    for _ in range(30):
        house.passes(hours=1)
    assert house.open_escalations() == []
    assert house.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "open"
    house.carrier.answers_to(noor.number, None)
    house.really_passes(20)
    noor.hears("How was your week?")


def test_an_answer_ends_the_silence_of_its_question_and_starts_the_next_ones(house: Village) -> None:
    noor = asked(house)
    house.passes(hours=23)
    noor.texts("2").hears("Would any of this help?")
    house.passes(hours=2)
    noor.hears_nothing()
    house.passes(hours=22)
    assert house.escalation().reason["step"] == "help"
    assert house.values(select(dues.c.kind).where(dues.c.kind == "silence", dues.c.state == "waiting")) == []


def test_an_answer_after_the_reminder_goes_on_as_if_nothing_had_been(house: Village) -> None:
    noor = asked(house)
    house.passes(days=1)
    noor.hears("How was your week?")
    noor.texts("1").hears("anything you would like to add")
    assert house.open_escalations() == []


def test_an_answer_after_the_check_in_closed_goes_to_a_person(house: Village) -> None:
    noor = asked(house)
    house.passes(days=1)
    noor.next()
    house.passes(days=1)
    noor.texts("1").hears("Thank you. We have kept your words.")
    assert house.timeline()[-1] == "text"


def test_silence_at_the_safety_question_is_something_a_person_looks_at(house: Village) -> None:
    noor = asked(house)
    noor.texts("3").next()
    noor.texts("4").hears("Are you all right")
    house.passes(days=1)
    assert (house.escalation().urgency, len(house.open_escalations())) == (Urgency.SOON, 1)
    assert "text" in house.timeline()
    noor.hears_nothing()
