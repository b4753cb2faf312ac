"""Offers, steps that raise, and what was not clear: a person reads in plain words why they look, and what was promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.core.effects import FollowPlan, Raise
from service.core.flow_state import State
from service.core.model import Urgency
from service.store import people
from service.store.schema import checkins, contacts, promises
from service.usecases.carrying import Carrying
from service.usecases.turn import begin_turn
from service.web.inbox.phrases import REASONS, why
from tests.support.house import AMINA, PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import Village, flow, small

TALK = flow(
    "talk",
    """
  - id: week
    ask: How was your week?
    why: So that we notice.
    choices:
      good: Good
      hard:
        label: Hard
        raises: soon
  - id: talk
    offer: call
  - id: look
    when: {week: hard, talk: no}
    raises: soon
    because: A hard week, and no wish to talk.
  - id: bye
    say: Thank you.
""",
)
CLEAR = flow(
    "clear",
    """
  - id: clear
    ask: Who reads an urgent message?
    why: So that we notice where our words are not clear.
    choices: {staff: Trained staff, peer: A peer}
    teach_back: {right: staff}
    otherwise: We did not say that well. Trained staff read it.
  - id: bye
    say: Thank you.
""",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(talk=TALK, clear=CLEAR))


def asked(village: Village, flow_name: str = "talk") -> Phone:
    noor = village.participant()
    assert village.check_in(flow=flow_name) is None
    noor.next()
    return noor


def test_a_yes_to_an_offer_is_promised_for_when_the_rota_says_and_put_before_a_person(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").hears("Would you like a person to call you?")
    noor.texts("1").hears("A person will call you by 11:00 tomorrow.", "Thank you.")
    found = village.escalation()
    assert (found.urgency, why(found.reason)) == (Urgency.SOON, "Asked for a call")
    assert village.rows(select(promises.c.due_at, promises.c.state)) == [(found.promised_for, "given")]


def test_with_nobody_on_the_rota_an_offer_promises_no_time(build_house: Callable[..., Village]) -> None:
    own = small(talk=TALK)
    own["config"]["config/rota.yml"] = own["config"]["config/rota.yml"].replace("[amina, ben]", "petra")
    house = build_house(home=own)
    noor = asked(house)
    noor.texts("1").next()
    noor.texts("1").hears("A person will call you. We cannot say when.")
    assert house.rows(select(promises)) == []


def test_a_no_to_an_offer_is_nothing(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("2").hears("Thank you.")
    assert village.open_escalations() == []


def test_what_was_asked_for_after_something_hard_stands_beside_it(village: Village) -> None:
    noor = asked(village)
    noor.texts("2").hears("Would you like a person to call you?")
    noor.texts("1").hears("A person will call you by")
    assert why(village.escalation().reason) == "Chose an answer that somebody must look at; asked for a call"


def test_a_step_that_raises_gives_the_flows_own_reason(village: Village) -> None:
    noor = asked(village)
    noor.texts("2").next()
    noor.texts("2").hears("Thank you.")
    said = why(village.escalation().reason)
    assert said == "Chose an answer that somebody must look at; a hard week, and no wish to talk"


def test_urgent_words_at_an_offer_are_answered_by_who_comes_and_by_no_promise_beside_it(village: Village) -> None:
    amina = village.staff("amina", AMINA)
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("1. I am not safe")
    said = noor.next()
    assert "A trained worker is being told now" in said
    assert "call you" not in said
    amina.hears("Someone needs a trained worker")


def test_what_was_not_clear_twice_is_explained_by_a_person(village: Village) -> None:
    noor = asked(village, "clear")
    noor.texts("2").hears("We did not say that well.", "Who reads an urgent message?")
    noor.texts("2").hears("Would you like a person to answer you?", "Thank you.")
    assert why(village.escalation().reason).startswith("We did not explain something well, twice")


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Raise(Urgency.SOON, "talk", "text", "offer"), "Asked for a person to write to them"),
        (Raise(Urgency.SOON, "talk", "person", "offer"), "Asked to talk with a person"),
        (Raise(Urgency.SOON, "talk", "peer", "offer"), "Asked to hear from a peer"),
        (Raise(Urgency.SOON, "week", None, "hung_up"), "The call ended before we could ask whether they are safe"),
        (FollowPlan("call", "week"), "Did not answer, and asked us to ring them when they do not answer"),
        (FollowPlan("a plan of tomorrow's release", "week"), "Did not answer a check-in, and has a plan for that"),
    ],
)
def test_every_kind_of_reason_has_its_sentence(village: Village, effect: Raise | FollowPlan, said: str) -> None:
    noor = asked(village)
    release = village.deps.releases.current()
    with village.database.write() as tx:
        contact = people.lock(tx, village.values(select(contacts.c.id))[0])
        turn = begin_turn(village.deps, tx, contact, village.clock.now(), "a test")
        Carrying(turn, release, release.flows["talk"], "reply", State()).carry(effect)
        turn.writes.flush()
    assert why(village.escalation().reason) == said
    noor.hears_nothing()


def test_no_sentence_ends_as_a_sentence_or_begins_small() -> None:
    assert [one for one in REASONS.values() if one.endswith(".") or not one[0].isupper()] == []


def test_stop_at_an_offer_ends_the_check_in(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("STOP").hears("We will not text you again")
    assert village.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "closed"
    assert village.open_escalations() == []
    village.text(PARTICIPANT, "1")
    assert len(village.open_escalations()) == 1
    noor.hears_nothing()
