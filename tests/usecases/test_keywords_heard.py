"""STOP, START, HELP, 0 and the names of languages: the service's own words, by text, at any moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.languages import read_home
from service.store.schema import checkins, contacts, dues, participants
from service.usecases.escalations import claim
from service.usecases.joining import Invitation, invite
from service.usecases.replies import reply
from tests.support.house import AMINA, BEN, HOME, PARTICIPANT, STRANGER
from tests.usecases.homes import Village, home

STOPS = [
    (code, word)
    for code, language in sorted(read_home(HOME)["languages"].items())  # type: ignore[attr-defined]
    for word in language["settings"]["stop"][:2]
]


def opted_out(house: Village) -> bool:
    return house.values(select(contacts.c.opted_out_at).order_by(contacts.c.last_in_at.desc()))[0] is not None


def test_the_carriers_own_words_stop_the_texts(house: Village) -> None:
    noor = house.participant()
    for word in ("STOP", "stop.", " Stop ", "UNSUBSCRIBE", "end", "Quit", "cancel", "stopall"):
        noor.texts(word).hears("We will not text you again")
        assert opted_out(house)
        noor.texts(word).hears_nothing()  # confirmed once
        noor.texts("START").hears("We will text you again")


@pytest.mark.parametrize(("code", "word"), STOPS)
def test_stop_in_each_language_stops_the_texts(house: Village, code: str, word: str) -> None:
    noor = house.participant(language=code)
    noor.texts(word).next()
    assert opted_out(house)
    assert house.check_in() is not None


@pytest.mark.parametrize("words", ["stop he's hurting me", "please make him stop hurting me", "STOP I want to die"])
def test_stop_among_other_words_stops_nothing_and_goes_to_a_person(house: Village, words: str) -> None:
    amina = house.staff("amina", AMINA)
    noor = house.participant()
    noor.texts(words).hears("A trained worker is being told now")
    amina.next()
    assert not opted_out(house)
    assert house.escalation().urgency == Urgency.URGENT


def test_words_that_only_hold_a_stop_go_to_a_person(house: Village) -> None:
    house.participant()
    for words in ("stop it", "stopping by tomorrow?", "the end", "cancel my appointment please"):
        house.text(PARTICIPANT, words)
        assert not opted_out(house)
    assert house.timeline() == ["opened", "text", "text", "text"]
    house.phones.clear()


def test_stop_with_an_open_escalation_is_honoured_confirmed_once_and_told_to_its_holder(house: Village) -> None:
    amina = house.staff("amina", AMINA)
    noor = house.participant()
    noor.texts("I am not safe").next()
    amina.next()
    amina.texts("4101").hears("You have it")
    reply(house.deps, house.escalation().id, "amina", "I am here. Are you alone?")
    house.settle()
    noor.hears("I am here")
    house.passes(days=1)
    noor.texts("STOP").hears("We will not text you again")
    noor.texts("STOP").hears_nothing()
    amina.hears("Someone you are with has stopped texts")
    assert "opted_out" in house.timeline()
    assert len(house.open_escalations()) == 1


def test_stop_takes_back_what_was_not_sent_yet_and_says_so(house: Village) -> None:
    noor = house.participant()
    house.receive(PARTICIPANT, "the boiler broke")
    noor.texts("STOP").hears("We will not text you again")
    assert house.states("receipt") == ["cancelled"]


def test_stop_on_a_shared_phone_ends_every_conversation_on_it(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    invite(house.deps, Invitation(PARTICIPANT, "Zara", "en"))
    noor.texts("stop").hears("We will not text you again")
    assert set(house.values(select(checkins.c.status))) == {"done", "closed"}
    assert sorted(house.values(select(participants.c.state))) == ["declined", "joined"]
    house.passes(days=15)
    noor.hears_nothing()
    assert house.open_escalations() == []


def test_i3_urgent_words_after_stop_page_a_worker_and_send_no_text(house: Village) -> None:
    amina = house.staff("amina", AMINA)
    noor = house.participant()
    noor.texts("STOP").next()
    noor.texts("I want to die").hears_nothing()
    amina.hears("Someone needs a trained worker")
    assert house.escalation().urgency == Urgency.URGENT


def test_i8_nothing_begins_after_stop_and_start_brings_everything_back(house: Village) -> None:
    noor = house.participant()
    noor.texts("STOP").next()
    house.passes(days=9)
    noor.hears_nothing()
    noor.texts("hello, it is me").hears_nothing()
    noor.texts("START").hears("We will text you again")
    house.passes(days=7)
    noor.hears("How was your week?")


def test_start_without_a_stop_is_an_ordinary_text(house: Village) -> None:
    noor = house.participant()
    noor.texts("START").next()
    assert len(house.open_escalations()) == 1


def test_help_says_what_this_is_and_when_somebody_reads(house: Village) -> None:
    noor = house.participant()
    noor.texts("HELP").hears("This is a machine", "by 11:00 tomorrow", "TEXTS OFF")
    assert house.escalation().reason["kind"] == "help"


@pytest.mark.parametrize("zero", ["0", "٠", "۰", "०", "０", "0."])
def test_0_in_any_script_is_a_person(house: Village, zero: str) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    noor.texts(zero).hears("A person will answer you by")
    assert house.escalation().reason["kind"] == "person"
    noor.texts("1").hears("anything you would like")  # the check-in waits meanwhile


def test_a_language_is_chosen_by_its_name_at_any_time(house: Village) -> None:
    noor = house.participant()
    noor.texts("español").hears("español")
    assert house.values(select(contacts.c.language)) == ["es"]
    house.check_in()
    noor.hears("semana")


def test_a_language_chosen_mid_check_in_asks_the_question_again_in_it(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    noor.texts("اردو").next()
    asked = noor.next()
    assert "1" in asked
    assert "How was" not in asked
    noor.texts("۳").next()
    house.phones.clear()
    assert house.escalation().reason["choice"] == "hard"


def test_a_stranger_may_choose_a_language(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    stranger.texts("Español").next()
    assert house.values(select(contacts.c.language)) == ["es"]
    assert house.open_escalations() == []


def test_a_keyword_that_the_rules_find_urgent_is_urgent(build_house: Callable[..., Village]) -> None:
    own = home()
    own["languages"]["en"]["urgency"]["urgent"]["cry"] = {"reason": "a cry for help", "match": "^ help $\n"}
    house = build_house(home=own)
    amina = house.staff("amina", AMINA)
    noor = house.participant()
    noor.texts("help").hears("This is a machine")
    amina.hears("Someone needs a trained worker")
    assert house.escalation().urgency == Urgency.URGENT


def test_a_holder_who_can_be_told_nothing_more_is_still_the_holder(house: Village) -> None:
    ben = house.staff("ben", BEN)
    noor = house.participant()
    noor.texts("can somebody ring me").next()
    claim(house.deps, house.escalation().id, "ben")
    noor.texts("STOP").next()
    house.settle()
    ben.hears("has stopped texts")
    assert house.escalation().claimed_by == "ben"
    assert house.values(select(dues.c.kind).where(dues.c.state == "waiting", dues.c.kind == "watch"))
