"""I8: what we start keeps to a person's safe hours; their own text may be answered at any hour, for half an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from service.store.schema import dues, participants
from service.telephony.port import Retry
from service.usecases.escalations import claim
from service.usecases.joining import Invitation, invite
from service.usecases.replies import reply
from tests.support.house import AMINA, PARTICIPANT, TUESDAY
from tests.support.phone import Phone
from tests.usecases.homes import Village

NIGHT = TUESDAY.replace(hour=23)
Build = Callable[..., Village]


def later_today(house: Village, at: datetime) -> None:
    house.clock.move(at - house.clock.now())
    house.settle()


def test_i8_an_invitation_waits_for_the_morning(build_house: Build) -> None:
    house = build_house(now=NIGHT)
    noor = house.phone(PARTICIPANT, "Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    noor.hears_nothing()
    house.passes(hours=9, minutes=59)
    noor.hears_nothing()
    house.passes(minutes=1)
    noor.hears("May we ask how you are")


def test_i8_the_hours_are_those_of_the_persons_own_zone(build_house: Build) -> None:
    house = build_house(now=TUESDAY.replace(hour=13))
    noor = house.phone(PARTICIPANT, "Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en", zone="America/Los_Angeles"))
    house.settle()
    noor.hears_nothing()
    house.passes(hours=4)
    noor.hears("May we ask how you are")


def test_i8_a_check_in_that_falls_due_at_night_waits(house: Village) -> None:
    noor = house.participant()
    with house.database.write() as tx:  # as a flow asks for another later: no group's schedule looks after it
        asked_for = {"run_at": NIGHT, "detail": {"flow": "weekly-check-in"}}
        tx.execute(update(dues).where(dues.c.kind == "begin", dues.c.state == "waiting").values(asked_for))
    later_today(house, NIGHT)
    noor.hears_nothing()
    house.passes(hours=10)
    noor.hears("How was your week?")


def test_i8_a_reminder_waits_for_the_morning_and_its_silence_counts_from_then(house: Village) -> None:
    noor = house.participant()
    later_today(house, TUESDAY.replace(hour=19, minute=30))
    house.check_in()
    noor.hears("How was your week?")
    with house.database.write() as tx:  # they have chosen narrower hours since
        tx.execute(update(participants).values(safe_to=19 * 60))
    house.passes(days=1)
    noor.hears_nothing()
    house.passes(hours=14)
    noor.hears("How was your week?")
    house.passes(hours=20)
    assert house.open_escalations() == []
    house.passes(hours=5)
    assert house.escalation().reason["kind"] == "silence"


def test_i8_their_own_text_is_answered_at_any_hour_and_in_the_middle_of_a_flow(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    later_today(house, NIGHT)
    noor.texts("3").hears("Would any of this help?")
    noor.texts("HELP").hears("This is a machine")


def test_i8_an_answer_that_could_not_go_for_half_an_hour_waits_for_the_morning(house: Village) -> None:
    noor = house.participant()
    later_today(house, NIGHT)
    house.carrier.answers_to(PARTICIPANT, Retry(20429, timedelta(minutes=5)))
    noor.texts("the boiler broke")
    for _ in range(4):
        house.passes(minutes=10)
    house.carrier.answers_to(PARTICIPANT, None)
    house.passes(minutes=10)
    noor.hears_nothing()
    house.passes(hours=10)
    noor.hears("A person will read them")


def test_i10_a_text_deferred_to_the_morning_holds_back_no_answer(build_house: Build) -> None:
    house = build_house(now=NIGHT)
    noor = house.phone(PARTICIPANT, "Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    noor.texts("who is this?").hears("A person will read it")
    house.passes(hours=10)
    noor.hears("May we ask how you are")


def test_i8_a_workers_reply_waits_unless_it_must_not(house: Village) -> None:
    noor, _ = house.participant(), house.staff("amina", AMINA)
    noor.texts("the boiler broke").next()
    later_today(house, NIGHT)
    claim(house.deps, house.escalation().id, "amina")
    waits = reply(house.deps, house.escalation().id, "amina", "The landlord comes tomorrow.")
    assert waits.goes_at == NIGHT.replace(hour=9) + timedelta(days=1)
    house.settle()
    noor.hears_nothing()
    assert reply(house.deps, house.escalation().id, "amina", "Leave the house now.", now_anyway=True).goes_at is None
    house.settle()
    noor.hears("Leave the house now.")
    house.passes(hours=10)
    noor.hears("The landlord comes tomorrow.")


def test_an_urgent_reply_goes_at_once_whatever_the_hour(house: Village) -> None:
    noor, amina = house.participant(), house.staff("amina", AMINA)
    later_today(house, NIGHT)
    noor.texts("I am not safe").next()
    amina.next()
    claim(house.deps, house.escalation().id, "amina")
    house.passes(minutes=29)
    reply(house.deps, house.escalation().id, "amina", "I am here.")
    house.passes(minutes=10)
    noor.hears("I am here.")


@pytest.mark.parametrize("hour", [20, 23, 3, 8])
def test_i8_stop_is_confirmed_at_any_hour(house: Village, hour: int) -> None:
    noor = house.participant()
    later_today(house, TUESDAY.replace(hour=hour) + timedelta(days=hour < 11))
    noor.texts("STOP")
    house.phones.clear()
    assert "We will not text you again" in house.carrier.accepted_by(PARTICIPANT)[-1]


def test_the_next_check_in_comes_at_the_same_hour_after_the_clocks_change(build_house: Build) -> None:
    house = build_house(now=TUESDAY.replace(month=3, day=23))  # 2026-03-29: an hour is lost in London
    noor: Phone = house.participant()
    house.passes(days=1)
    noor.hears("How was your week?")
    noor.texts("1").next()
    noor.texts("no").next()
    house.passes(days=6, hours=22, minutes=59)
    noor.hears_nothing()
    house.passes(minutes=1)
    noor.hears("How was your week?")
