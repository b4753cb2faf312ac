"""What a second reader found: each of these once lost a text, said something untrue, or left somebody waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.keys import MasterUnknown, SealBroken
from service.store.schema import checkins, escalations
from service.telephony.port import BadNumber, Listed, Unknown
from service.usecases import due_work
from service.usecases.catching_up import catch_up
from service.usecases.deps import Sending
from service.usecases.escalations import claim
from service.usecases.joining import Invitation, invite
from service.usecases.planning import plan_all
from service.usecases.replies import reply
from tests.support.house import AMINA, BEN, HOME, PARTICIPANT, STRANGER
from tests.usecases.homes import GROUPS, Village, home

COLD = "the heating is broken"
DANGER = "I want to die"


# Somebody waits, and nobody is told


def test_urgent_words_to_a_question_that_came_while_something_urgent_is_open_are_answered(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    house.text(PARTICIPANT, "help")
    noor.next()
    with house.database.write() as tx:
        tx.execute(escalations.update().values(urgency=int(Urgency.URGENT)))
    noor.texts(DANGER).hears("A person will read them by")


def test_a_question_that_waits_for_safe_hours_never_comes_to_somebody_in_danger(house: Village) -> None:
    noor = house.participant()
    house.passes(hours=10)
    assert house.check_in() is None  # it is nine in the evening: the question waits
    noor.texts(DANGER).hears("Thank you for telling us")
    house.passes(hours=13)
    noor.hears_nothing()


def test_something_soon_after_something_routine_hears_that_a_person_reads_it(house: Village) -> None:
    noor = house.participant()
    noor.texts("thank you").hears("We have kept your answer")
    noor.texts(COLD).hears("A person will read them by")
    assert house.escalation().promised_for == house.clock.now() + timedelta(days=1)
    noor.texts("0").hears("A person will answer you by")


def test_whoever_writes_again_long_after_the_answer_hears_a_time_and_is_not_forgotten(house: Village) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    house.text(PARTICIPANT, COLD)
    noor.next()
    claim(house.deps, house.escalation().id, "amina")
    reply(house.deps, house.escalation().id, "amina", "I will ask.")
    house.settle()
    noor.hears("I will ask.")
    house.passes(hours=5)
    noor.texts("it is still broken").hears("A person will read them by")
    house.passes(days=7)
    noor.next()  # the week's question
    assert house.timeline()[-1] == "forgotten"
    assert (house.escalation().state, house.escalation().answered_at) == ("open", None)
    assert house.escalation().waiting_since == house.clock.now() - timedelta(days=7)


@pytest.mark.parametrize(("before", "state"), [((), "claimed"), (("it is still broken",), "open")])
def test_a_stop_after_the_answer_asks_for_no_answer_but_words_before_it_do(
    house: Village, before: tuple[str, ...], state: str
) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    house.text(PARTICIPANT, COLD)
    noor.next()
    claim(house.deps, house.escalation().id, "amina")
    reply(house.deps, house.escalation().id, "amina", "I will ask.")
    house.settle()
    noor.hears("I will ask.")
    house.passes(hours=5)
    for words in before:
        noor.texts(words).next()
    house.passes(minutes=1)
    noor.texts("stop").next()
    house.passes(hours=30)
    assert house.escalation().state == state
    assert ("forgotten" in house.timeline()) is (state == "open")
    house.phones.clear()


def test_an_answer_that_nobody_followed_is_not_forgotten(house: Village) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    house.text(PARTICIPANT, COLD)
    noor.next()
    claim(house.deps, house.escalation().id, "amina")
    reply(house.deps, house.escalation().id, "amina", "I will ask.")
    for days in (7, 1, 1):
        house.passes(days=days)
    noor.hears("I will ask.")
    assert [noor.next() for _ in range(2)][-1].startswith("Hello. How was your week?")  # and its reminder
    assert house.escalation().state == "claimed"


def test_a_page_that_trial_mode_holds_alerts_the_next_at_once_and_the_operator(house: Village) -> None:
    house.deps = replace(house.deps, sending=Sending(test_numbers=frozenset({BEN, STRANGER})))
    amina, ben, stranger = house.staff("amina", AMINA), house.staff("ben", BEN), house.phone(STRANGER, "a stranger")
    stranger.texts(DANGER).next()
    amina.hears_nothing()
    ben.hears("trained worker")
    assert house.alarms() == {"staff not reached: unreachable"}


def test_a_colleague_whose_number_is_dead_is_shown_to_the_operator(house: Village) -> None:
    house.staff("amina", AMINA)
    ben, stranger = house.staff("ben", BEN), house.phone(STRANGER, "a stranger")
    house.carrier.answers_to(AMINA, BadNumber(21211))
    stranger.texts(DANGER).next()
    ben.hears("trained worker")
    assert "staff not reached: 21211" in house.alarms()


def test_stop_is_told_to_whoever_has_words_from_before_the_person_was_invited(house: Village) -> None:
    amina, stranger = house.staff("amina", AMINA), house.phone(STRANGER, "a stranger")
    stranger.texts(COLD).next()
    claim(house.deps, house.escalation().id, "amina")
    invite(house.deps, Invitation(STRANGER, "Ali", "en"))
    house.settle()
    stranger.next()
    stranger.texts("STOP").hears("We will not text you again")
    amina.hears("has stopped texts")


def test_i4_a_ladder_that_stumbles_for_an_hour_is_climbed_afterwards(
    house: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina, ben, stranger = house.staff("amina", AMINA), house.staff("ben", BEN), house.phone(STRANGER, "a stranger")
    stranger.texts(DANGER).next()
    amina.next()

    def stumble(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as broken:
        broken.setattr(due_work, "go_on", stumble)
        for _ in range(60):
            house.passes(minutes=1)
    house.passes(minutes=1)
    ben.hears("still waiting")
    house.stumbles = {"could not do climb: LookupError"}


def test_texts_wait_while_the_master_key_is_not_at_hand(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = house.participant()
    house.receive(PARTICIPANT, COLD)

    def locked(*_: object) -> None:
        raise MasterUnknown

    with monkeypatch.context() as broken:
        broken.setattr(type(house.deps.keys), "open", locked)
        for _ in range(60):
            house.passes(minutes=1)
    house.passes(minutes=1)
    noor.hears("A person will read them")
    house.stumbles = {"could not do send: MasterUnknown"}


def test_a_text_that_can_never_be_sent_is_shown_so_and_put_before_a_person(
    house: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.participant().texts(COLD)
    really = type(house.deps.keys).open

    def open_others(keys: Any, contact: str, table: str, *place: Any) -> str:
        if table == "messages":
            raise SealBroken
        return really(keys, contact, table, *place)

    house.passes(minutes=16)
    with monkeypatch.context() as broken:
        broken.setattr(type(house.deps.keys), "open", open_others)
        house.receive(PARTICIPANT, "is anybody there?")
        for _ in range(8):
            house.passes(minutes=1)
    assert house.states("receipt") == ["sent", "failed"]
    raised = house.rows(select(escalations.c.reason))
    assert len(raised) == 1
    assert house.timeline()[-1] == "text"
    house.stumbles = {"could not do send: SealBroken"}
    house.phones.clear()


# Lost, or sent without end


def test_i2_half_a_character_in_the_carriers_list_holds_up_nothing_after_it(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    house.carrier.listed = [Listed("SMhalf", STRANGER, "hello \ud83d", 0), Listed("SMnext", STRANGER, COLD, 0)]
    catch_up(house.deps)
    house.settle()
    assert house.kept() == ["hello \ufffd", COLD]
    stranger.next()


def test_i7_a_carrier_whose_answers_are_always_lost_is_asked_less_and_less_often(house: Village) -> None:
    house.participant()
    before = len(house.carrier.sent)
    house.carrier.answers_to(PARTICIPANT, Unknown("ReadTimeout"))
    house.receive(PARTICIPANT, COLD)
    for _ in range(60):
        house.clock.move(timedelta(seconds=15))
        house.really_passes(15)
    assert 5 <= len(house.carrier.sent) - before <= 12
    house.phones.clear()


def test_i14_a_machine_whose_clock_is_set_back_goes_on_with_what_was_claimed(house: Village) -> None:
    noor = house.participant()
    house.receive(PARTICIPANT, COLD)
    house.claim_row("reply")
    house.really_passes(-3600)
    noor.hears("A person will read them")


def test_a_flow_that_a_release_lacks_for_a_day_goes_on_with_the_next(house: Village) -> None:
    noor = house.participant()
    without = home()
    del without["flows"]["flows/weekly-check-in.yml"]
    house.publish(without)
    list(plan_all(house.deps))
    house.passes(days=7)
    noor.hears_nothing()
    house.publish(home())
    list(plan_all(house.deps))
    house.passes(days=7)
    noor.hears("How was your week?")


def test_two_flows_of_every_week_wait_for_each_other(house: Village) -> None:
    weekly = (HOME / "flows" / "weekly-check-in.yml").read_text()
    both = GROUPS + "      - {flow: sleep, on: Tuesday, at: 11:00}\n"
    house.publish(home(sleep=weekly.replace("flow: weekly-check-in", "flow: sleep"), groups=both))
    noor = house.participant()
    house.passes(days=7)
    for _ in range(2):
        noor.hears("How was your week?")
        noor.texts("1").hears("anything you would like to add")
        noor.texts("skip").hears("Thank you")
        house.passes(hours=1)
    assert set(house.values(select(checkins.c.flow))) == {"welcome", "weekly-check-in", "sleep"}
