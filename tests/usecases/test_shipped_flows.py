"""The flows that ship, as people meet them by text: the phone first, one agreement at a time, and two answers at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service.languages import read_home
from service.store.schema import consents, participants
from service.usecases.joining import Invitation, invite
from tests.support.house import AGREES, AMINA, HOME, PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import Village, home

Build = Callable[..., Village]
COST = "An answer costs what a text costs"
WEEK = "How was your week"
SAFE = "Are you safe where you are right now?"


def shipped() -> dict[str, Any]:
    """The flows that ship, with the team and the rules of the tests."""
    return {**home(), "flows": read_home(HOME)["flows"]}


@pytest.fixture
def house(build_house: Build) -> Village:
    return build_house(home=shipped())


def invited(house: Village) -> Phone:
    noor = house.phone(PARTICIPANT, "Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    return noor


def joined(house: Village, *answers: str) -> Phone:
    """Somebody who has gone through the welcome with these answers."""
    noor = invited(house)
    for answer in answers:
        noor.texts(answer)
    return noor.catches_up()


def agreed(house: Village) -> dict[str, bool]:
    return {row.purpose: row.granted for row in house.rows(select(consents))}


def test_before_the_phone_is_known_nothing_says_who_we_are(house: Village) -> None:
    said = invited(house).next()
    assert "This is a machine." in said
    assert COST in said
    assert "Does anyone else use or see this phone?" in said
    assert "Alongside" not in said
    assert "Noor" not in said


def test_each_agreement_is_asked_by_itself_and_a_no_costs_nothing(house: Village) -> None:
    noor = invited(house)
    noor.next()
    noor.texts("2").hears("This is Alongside.", "May we ask how you are", "A machine asks", "stop whenever")
    noor.texts("1").hears("keep your answers for 90 days", "Trained staff read them", "if a life is in danger")
    noor.texts("2").hears("May a peer read what is not urgent?")
    noor.texts("2").catches_up()
    noor.texts("1").hears("We will be in touch")
    assert agreed(house) == {"checkins": True, "answers": False, "peers": False}
    assert house.values(select(participants.c.state)) == ["joined"]
    assert house.values(select(participants.c.discreet)) == [False]


def test_on_a_phone_that_others_see_nothing_private_follows(house: Village) -> None:
    noor = invited(house)
    noor.next()
    noor.texts("1").hears("May we ask how you are")
    noor.texts("1").hears("We will be in touch")
    assert agreed(house) == {"checkins": True}
    house.check_in()
    noor.hears(f"Hello. {WEEK}?")
    noor.texts("3").hears("Thank you. A person will read this by")
    assert [one.urgency for one in house.open_escalations()] == [1]
    assert not any("Noor" in said or "Alongside" in said or "safe" in said for said in noor.network.heard(PARTICIPANT, 0))


def test_what_we_did_not_explain_well_is_explained_once_and_then_by_a_person(house: Village) -> None:
    noor = joined(house, "2", "1", "1", "2")
    noor.texts("3").hears("We did not say that well").hears("Who reads an urgent message?")
    noor.texts("2").hears("We will be in touch")
    assert len(house.open_escalations()) == 1


@pytest.mark.parametrize(
    ("week", "question", "answer"),
    [("1", "in your own words", "skip"), ("2", "Would any of this help?", "1 3"), ("3", SAFE, "1"), ("4", None, None)],
)
def test_a_week_takes_two_answers_at_most(house: Village, week: str, question: str | None, answer: str | None) -> None:
    noor = joined(house, "2", *AGREES[1:])
    house.check_in()
    noor.hears(f"{WEEK}, Noor?", "4 Ring me")
    if question is None or answer is None:
        noor.texts(week).hears("A person will call you by", "You pay nothing for our call.")
    else:
        noor.texts(week).hears(question)
        noor.texts(answer).hears("Thank you.")
    noor.hears_nothing()


def test_not_safe_pages_a_trained_worker_from_each_flow_that_asks(house: Village) -> None:
    amina = house.staff("amina", AMINA)
    noor = joined(house, "2", *AGREES[1:])
    assert house.check_in(flow="are-you-all-right") is None
    noor.hears("Are you all right, Noor?")
    noor.texts("2").hears(SAFE)
    noor.texts("2").hears("A trained worker is being told now")
    amina.hears("Someone needs a trained worker")


def test_what_is_not_known_yet_is_asked_two_at_a_time_and_a_skip_ends_it(house: Village) -> None:
    noor = joined(house, *AGREES)
    assert house.check_in(flow="getting-to-know-you") is None
    noor.hears("When is a good time to reach you?", "4 Any of these")
    noor.texts("4").hears("If you do not answer for a while")
    noor.texts("1").hears("You can change this at any time.")
    assert house.check_in(flow="getting-to-know-you") is None
    noor.hears("How would you like to hear from us?")
    noor.texts("skip").hears("How is our pace for you?")
    noor.texts("skip").hears("You can change this at any time.")


def test_things_that_are_harder_are_asked_about_again(house: Village) -> None:
    noor = joined(house, "2", *AGREES[1:])
    assert house.check_in(flow="after-a-hard-week") is None
    noor.hears("How are things now, Noor?")
    noor.texts("3").hears(SAFE)
    noor.texts("1").hears("Thank you for telling us. A person will read this by")
    house.passes(days=2)
    noor.hears("How are things now, Noor?")
