"""Claims and promises: who has it, for how long without a word, and what the person was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.core.model import Urgency
from service.store.schema import dues, messages, promises
from service.telephony.port import Retry
from service.usecases.escalations import cannot_take, claim, hand_over, read_nothing_needed, resolve
from service.usecases.replies import reply
from tests.support.house import AMINA, BEN, PARTICIPANT
from tests.usecases.homes import Village, at_once, urgent

PETRA, LENA = "+447700900108", "+447700900109"
BUSY = Retry(20429, timedelta(seconds=2))
SUSPENDED = Retry(20003, timedelta(seconds=30), alarm=True)
Build = Callable[..., Village]


def test_a_late_acknowledger_hears_who_has_it(house: Village) -> None:
    _, amina, ben = urgent(house)
    house.passes(minutes=5)
    ben.next()
    ben.texts("4101").hears("You have it")
    amina.texts("4101").hears("Ben has it")
    ben.texts("4101").hears("You have it")
    assert house.timeline().count("acknowledged") == 1


def test_two_who_acknowledge_at_the_same_moment_get_one_holder(house: Village) -> None:
    _, amina, ben = urgent(house)
    house.passes(minutes=5)
    ben.next()
    at_once(lambda: house.receive(AMINA, "4101"), lambda: house.receive(BEN, "4101"))
    house.settle()
    said = sorted([amina.next(), ben.next()])
    assert said[0].endswith("has it. Thank you.")
    assert said[1].startswith("You have it")


def test_words_after_a_claim_that_are_not_urgent_alert_nobody_and_hear_no_machine(house: Village) -> None:
    noor, amina, _ = urgent(house)
    amina.texts("4101").hears("You have it")
    reply(house.deps, house.escalation().id, "amina", "I am here.")
    house.settle()
    noor.hears("I am here.")
    house.passes(minutes=20)
    noor.texts("thank you").hears_nothing()
    assert house.escalation().state == "claimed"


def test_i17_more_words_while_a_wave_runs_hear_the_promise_that_stands(house: Village) -> None:
    noor, _, ben = urgent(house)
    for _ in range(3):
        house.passes(minutes=6)
    ben.next(), ben.next()
    noor.texts("please").hears("We cannot say when")  # the quarter of an hour that was promised is over
    assert len(house.rows(select(promises))) == 1


def test_i6_a_claim_without_a_word_is_forgotten_and_the_ladder_starts_again(house: Village) -> None:
    _, amina, ben = urgent(house)
    amina.texts("4101").hears("You have it")
    house.passes(minutes=29)
    assert house.escalation().state == "claimed"
    house.passes(minutes=1)
    assert (house.escalation().state, house.escalation().claimed_by) == ("open", None)
    amina.hears("4102")
    house.passes(minutes=5)
    ben.hears("4102")
    ben.texts("4102").hears("You have it")
    reply(house.deps, house.escalation().id, "ben", "I am here.")
    house.settle()
    house.phones[2].next()
    house.passes(hours=6)
    assert house.escalation().claimed_by == "ben"


def test_a_claim_that_was_handed_over_is_forgotten_by_its_new_holder_in_their_own_time(house: Village) -> None:
    _, amina, ben = urgent(house)
    amina.texts("4101").hears("You have it")
    house.passes(minutes=20)
    hand_over(house.deps, house.escalation().id, "amina", "ben")
    house.settle()
    ben.hears("A colleague has handed something to you")
    house.passes(minutes=20)
    assert house.escalation().claimed_by == "ben"
    house.passes(minutes=10)
    assert house.escalation().state == "open"
    house.phones.clear()


def test_whoever_cannot_take_it_is_passed_over_at_once(house: Village) -> None:
    _, amina, ben = urgent(house)
    cannot_take(house.deps, house.escalation().id, "amina")
    house.settle()
    ben.hears("4101")
    ben.texts("4101").hears("You have it")
    cannot_take(house.deps, house.escalation().id, "ben")
    house.settle()
    amina.hears("4102")
    amina.texts("4102").hears("You have it")


def test_a_promise_is_kept_by_an_answer_in_time(house: Village) -> None:
    noor, amina, _ = urgent(house)
    amina.texts("4101").hears("You have it")
    house.passes(minutes=14)
    reply(house.deps, house.escalation().id, "amina", "I am here.")
    house.settle()
    noor.hears("I am here.")
    house.passes(days=2)
    assert house.values(select(promises.c.state)) == ["kept"]


def test_a_promise_is_seen_to_be_broken_when_its_time_is_over(house: Village) -> None:
    noor = house.participant()
    noor.texts("the boiler broke").hears("A person will read them by 11:00 tomorrow")
    house.staff("amina", AMINA), house.staff("ben", BEN)
    house.passes(minutes=20)
    noor.texts("I am not safe").hears("should answer you by 11:35 today")
    house.passes(minutes=16)
    assert sorted(house.values(select(promises.c.state))) == ["broken", "given"]
    assert "promise_broken" in house.timeline()
    assert "promise broken: urgent" in house.alarms()
    house.phones.clear()


def test_closing_something_late_does_not_make_its_promise_kept(house: Village) -> None:
    noor = house.participant()
    noor.texts("the boiler broke").next()
    house.clock.move(timedelta(days=2))  # and nothing was done meanwhile: the clock was down
    read_nothing_needed(house.deps, house.escalation().id, "amina")
    assert house.values(select(promises.c.state)) == ["broken"]


def test_something_soon_wakes_nobody_and_one_key_closes_it(house: Village) -> None:
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    noor = house.participant()
    noor.texts("the boiler broke").next()
    house.passes(hours=23)
    amina.hears_nothing(), ben.hears_nothing()
    read_nothing_needed(house.deps, house.escalation().id, "amina")
    assert house.open_escalations() == []
    assert house.values(select(dues.c.kind).where(dues.c.state == "waiting", dues.c.kind != "begin")) == []


def test_after_resolving_new_words_open_a_new_escalation(house: Village) -> None:
    noor, amina, _ = urgent(house)
    amina.texts("4101").hears("You have it")
    resolve(house.deps, house.escalation().id, "amina", "She is at her sister's.")
    noor.texts("he came back, I am not safe").hears("being told now")
    amina.hears("4102")
    assert [one.urgency for one in house.open_escalations()] == [Urgency.URGENT]


def test_i5_something_soon_that_nobody_closes_is_looked_at_every_day(house: Village) -> None:
    house.participant()
    house.text(PARTICIPANT, "the boiler broke")
    for _ in range(4):
        house.passes(days=1)
        looks = select(dues.c.id).where(dues.c.state == "waiting", dues.c.kind == "watch")
        assert len(house.values(looks)) == 1
    house.phones.clear()


def test_i6_the_claim_itself_takes_back_what_waits(house: Village) -> None:
    house.staff("amina", AMINA)
    house.receive(PARTICIPANT, "I am not safe")
    claim(house.deps, house.escalation().id, "ben")
    of_wave = select(dues.c.kind, dues.c.state).where(dues.c.wave_id.is_not(None))
    assert set(house.rows(of_wave)) == {("send", "cancelled"), ("climb", "cancelled")}
    assert house.states("page") == ["cancelled"]


@pytest.mark.parametrize("kind", ["page", "receipt"])
def test_i6_and_i8_are_looked_at_again_at_the_last_moment(house: Village, kind: str) -> None:
    """A row that slipped past the claim or the STOP, as one that was just being made may, is still not sent."""
    house.staff("amina", AMINA)
    house.receive(PARTICIPANT, "I am not safe")
    claim(house.deps, house.escalation().id, "ben")
    house.receive(PARTICIPANT, "STOP")
    slipped = select(messages.c.id).where(messages.c.kind == kind)
    with house.database.write() as tx:
        tx.execute(update(dues).where(dues.c.message_id.in_(slipped)).values(state="waiting"))
    house.settle()
    assert house.carrier.accepted_by(AMINA) == []
    assert len(house.carrier.accepted_by(PARTICIPANT)) == 1  # the STOP is confirmed
    assert house.states(kind) == ["cancelled"]


def test_each_promise_is_looked_at_in_its_own_minute(house: Village) -> None:
    noor = house.participant()
    noor.texts("the boiler broke").hears("by 11:00 tomorrow")
    house.passes(hours=1)
    noor.texts("and the window").hears("by 12:00 tomorrow")
    for hours, state in ((22, ["given", "given"]), (1, ["broken", "given"]), (1, ["broken", "broken"])):
        house.passes(hours=hours)
        assert sorted(house.values(select(promises.c.state))) == state
    house.phones.clear()
