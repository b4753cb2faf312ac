"""Waves: who is paged, when, in which order, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store.schema import dues, pages, promises, waves
from service.telephony.port import BadNumber, Outcome, Permanent, Retry
from service.usecases.errors import NotAllowed
from service.usecases.escalations import claim, hand_over
from tests.support.house import AMINA, BEN, PARTICIPANT, SAM, STRANGER, TUESDAY
from tests.usecases.homes import ALWAYS, NOBODY, TEAM, Village, home, urgent

PETRA, LENA = "+447700900108", "+447700900109"
BUSY = Retry(20429, timedelta(seconds=2))
SUSPENDED = Retry(20003, timedelta(seconds=30), alarm=True)
Build = Callable[..., Village]


def test_i4_each_rung_is_asked_at_its_time_and_the_last_repeats_and_alarms_the_operator(house: Village) -> None:
    sam = house.staff("sam", SAM)
    _, amina, ben = urgent(house)
    house.passes(minutes=4, seconds=59)
    ben.hears_nothing()
    house.passes(seconds=1)
    ben.hears("still waiting", "4101")
    house.passes(minutes=5)
    ben.hears("still waiting", "4101")
    sam.hears("Nobody has taken an urgent message yet")
    house.passes(minutes=10)
    ben.hears("4101")
    sam.hears("Nobody has taken")
    amina.hears_nothing()
    ben.texts("4101").hears("You have it")
    house.passes(hours=2)
    house.phones.remove(ben)  # the claim was forgotten by now; that is another test


def test_i6_the_claim_ends_the_wave_and_takes_back_pages_that_did_not_go(house: Village) -> None:
    _, amina, ben = urgent(house)
    house.carrier.answers_to(BEN, BUSY)
    house.passes(minutes=5)
    amina.texts("4101").hears("You have it")
    house.carrier.answers_to(BEN, None)
    house.passes(minutes=20)
    ben.hears_nothing()
    assert house.states("page")[0] == "sent"
    assert set(house.states("page")[1:]) == {"cancelled"}


def test_i6_a_page_claimed_by_a_process_that_died_is_not_sent_after_the_acknowledgement(house: Village) -> None:
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    noor = house.participant()
    house.receive(PARTICIPANT, "I want to die")
    assert house.claim_row("urgent").kind == "send"  # and its process is gone
    claim(house.deps, house.escalation().id, "ben")
    house.really_passes(60)
    noor.hears("A trained worker is being told now")
    amina.hears_nothing()
    ben.hears_nothing()


@pytest.mark.parametrize("written", ["4101", " 4 1 0 1 ", "٤١٠١", "4101.", "۴۱۰۱"])
def test_a_code_is_understood_in_any_script(house: Village, written: str) -> None:
    _, amina, _ = urgent(house)
    amina.texts(written).hears("You have it")


def test_a_code_that_was_never_given_claims_nothing(house: Village) -> None:
    _, amina, _ = urgent(house)
    amina.texts("9999").hears("We do not know that code")
    assert house.escalation().state == "open"


def test_a_stranger_who_texts_the_code_claims_nothing(house: Village) -> None:
    urgent(house)
    house.phone(STRANGER, "a stranger").texts("4101").next()
    assert {one.state for one in house.open_escalations()} == {"open"}


def test_i3_new_urgent_words_after_a_claim_start_a_new_wave_first_to_the_one_who_had_it(house: Village) -> None:
    noor, amina, ben = urgent(house)
    house.passes(minutes=5)
    ben.next()
    ben.texts("4101").hears("You have it")
    noor.texts("he is hurting me").hears("A trained worker is being told now")
    ben.hears("4102")
    amina.hears_nothing()
    assert (house.escalation().state, house.escalation().claimed_by) == ("open", None)
    house.passes(minutes=5)
    amina.hears("still waiting", "4102")
    amina.texts("4102").hears("You have it")


def test_i3_urgent_words_while_a_wave_runs_start_no_other(house: Village) -> None:
    noor, amina, _ = urgent(house)
    noor.texts("he is hurting me").hears_nothing()
    house.passes(minutes=2)
    amina.hears_nothing()
    assert len(house.rows(select(waves))) == 1


@pytest.mark.parametrize("outcome", [BadNumber(21211), Permanent(30034), BUSY, SUSPENDED])
def test_i4_a_page_that_the_carrier_refuses_alerts_the_next_rung_at_once(house: Village, outcome: Outcome) -> None:
    house.staff("amina", AMINA)
    ben = house.staff("ben", BEN)
    noor = house.participant()
    house.carrier.answers_to(AMINA, outcome)
    noor.texts("I am not safe").next()
    ben.hears("4101")
    assert "page_failed" in house.timeline()
    ben.texts("4101").hears("You have it")


def test_i4_a_page_that_is_not_delivered_alerts_the_next_rung_at_once(house: Village) -> None:
    _, _, ben = urgent(house)
    page = next(one for one in house.carrier.sent if one.to == AMINA)
    house.callback(page, "undelivered", 30003)
    ben.hears("4101")
    house.callback(page, "failed", 30003)
    ben.hears_nothing()


def test_a_page_that_expires_undelivered_after_the_next_was_asked_leaves_the_next_their_time(house: Village) -> None:
    _, _, ben = urgent(house)
    page = next(one for one in house.carrier.sent if one.to == AMINA)
    house.passes(minutes=5)
    ben.next()
    house.callback(page, "undelivered", 30036)
    ben.hears_nothing()
    assert house.rows(select(waves))[0].alarmed_at is None


@pytest.mark.parametrize("outcome", [BadNumber(21211), Permanent(30034), BUSY, SUSPENDED])
def test_i4_a_carrier_that_refuses_every_page_is_not_asked_without_end(house: Village, outcome: Outcome) -> None:
    """The last rung repeats at its time. Hastening it would page for ever, and hundreds of times once all is well."""
    for handle, number in {"amina": AMINA, "ben": BEN, "sam": SAM}.items():
        house.staff(handle, number)
        house.carrier.answers_to(number, outcome)
    noor = house.participant()
    noor.texts("I am not safe").next()
    for _ in range(9):
        house.passes(minutes=5)
    assert len(house.rows(select(pages))) <= 2 + 5
    assert any("staff not reached" in name or "carrier refuses" in name for name in house.alarms())
    for number in (AMINA, BEN, SAM):
        house.carrier.answers_to(number, None)
    house.passes(minutes=11)
    assert house.carrier.accepted_by(BEN)
    house.phones.clear()


def test_i5_an_escalation_that_nobody_takes_waits_for_somebody_for_ever(house: Village) -> None:
    urgent(house)
    for _ in range(3):
        house.passes(days=1)
        assert house.values(select(dues.c.kind).where(dues.c.state == "waiting", dues.c.kind == "climb"))
    house.phones.clear()


def test_i16_peers_and_lapsed_training_are_never_paged_and_claim_nothing(build_house: Build) -> None:
    rota = "shifts:\n  - {who: [petra, lena, ben], days: every day, from: 00:00, to: 24:00}\n"
    house = build_house(home=home(rota=rota))
    petra, lena, ben = house.staff("petra", PETRA), house.staff("lena", LENA), house.staff("ben", BEN)
    noor = house.participant()
    noor.texts("I am not safe").next()
    ben.hears("4101")
    for phone in (petra, lena):
        phone.texts("4101").hears("We do not know that code")
    for who in ("petra", "lena", "sam", "nobody"):
        with pytest.raises(NotAllowed):
            claim(house.deps, house.escalation().id, who)
    ben.texts("4101").hears("You have it")
    with pytest.raises(NotAllowed):
        hand_over(house.deps, house.escalation().id, "ben", "petra")


def test_i16_training_that_lapses_while_the_page_waits_stops_it(build_house: Build) -> None:
    team = TEAM.replace("name: Amina, duties: trained staff, trained_until: 2027-12-31",
                        "name: Amina, duties: trained staff, trained_until: 2026-11-24")  # fmt: skip
    house = build_house(home=home(team=team), now=TUESDAY.replace(hour=23, minute=58))
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    house.carrier.answers_to(AMINA, BUSY)
    house.phone(STRANGER, "a stranger").texts("I am not safe").next()
    ben.next()
    house.carrier.answers_to(AMINA, None)
    house.passes(minutes=4)
    amina.hears_nothing()
    assert house.values(select(dues.c.outcome).where(dues.c.outcome == "not trained")) == ["not trained"]


def test_nobody_on_duty_goes_straight_to_the_top_of_the_ladder(build_house: Build) -> None:
    house = build_house(home=home(rota=NOBODY))
    ben, sam = house.staff("ben", BEN), house.staff("sam", SAM)
    noor = house.participant()
    noor.texts("I am not safe").hears("We cannot say when a trained worker will see this")
    ben.hears("4101")
    sam.hears("Nobody has taken")
    assert house.rows(select(promises)) == []


def test_a_member_without_a_number_costs_no_waiting(house: Village) -> None:
    ben = house.staff("ben", BEN)
    noor = house.participant()
    noor.texts("I am not safe").next()
    ben.hears("4101")


def test_pages_say_nothing_of_the_person(house: Village) -> None:
    urgent(house)
    house.passes(minutes=30)
    for one in house.carrier.sent:
        if one.to in (AMINA, BEN):
            assert "Noor" not in one.body
            assert "safe" not in one.body
            assert PARTICIPANT[-6:] not in one.body
    house.phones.clear()


def test_a_rota_that_changes_is_the_current_one_for_a_wave_under_way(house: Village) -> None:
    _, _, ben = urgent(house)
    house.publish(home(rota=ALWAYS.replace("[amina, ben]", "[amina]")))
    house.passes(minutes=5)
    ben.hears("4101")  # as the last rung, at once: there is nobody else to wait for
    assert house.rows(select(waves))[0].alarmed_at is not None
