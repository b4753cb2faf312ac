"""Every text is kept and ends where a person sees it, once, whatever it is and whoever sent it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from service.core.model import Urgency
from service.store.schema import answers, checkins, contacts, dues, escalations, messages
from service.usecases.escalations import read_nothing_needed
from service.usecases.joining import Invitation, invite
from tests.support.house import AMINA, BEN, PARTICIPANT, STRANGER, TUESDAY
from tests.usecases.homes import Village, at_once


def test_i1_the_same_webhook_three_times_is_one_message_and_one_reply(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    seen = [house.receive(STRANGER, "hello there", sid="SMsame").again for _ in range(3)]
    house.settle()
    assert seen == [False, True, True]
    assert house.kept() == ["hello there"]
    stranger.hears("A person will read this").hears_nothing()


@pytest.mark.parametrize("known", [True, False])
def test_i1_the_same_webhook_three_times_at_the_same_moment_is_one_message(house: Village, known: bool) -> None:
    if known:
        house.text(STRANGER, "the first text ever")
    at_once(*[lambda: house.receive(STRANGER, "I want to die", sid="SMsame")] * 3)
    house.settle()
    assert house.kept().count("I want to die") == 1
    assert len(house.open_escalations()) == 1
    assert sum("Thank you for telling us" in said for said in house.carrier.accepted_by(STRANGER)) == 1


def test_i10_two_texts_of_one_person_at_the_same_moment_are_both_handled(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    at_once(lambda: house.receive(PARTICIPANT, "3"), lambda: house.receive(PARTICIPANT, "I am so tired"))
    house.settle()
    assert sorted(house.kept()[1:]) == ["3", "I am so tired"]
    understood = house.rows(select(answers.c.step, answers.c.understood).order_by(answers.c.at, answers.c.id))
    assert ("week", True) in understood
    assert len(house.open_escalations()) == 1
    sent = [one.body for one in house.carrier.sent if one.to == PARTICIPANT]
    assert len(sent) == len(set(sent))
    house.phones.clear()


def test_i10_texts_of_many_people_at_once_are_all_kept(house: Village) -> None:
    house.staff("amina", AMINA)
    numbers = [f"+4477009001{n}" for n in range(50, 58)]
    at_once(*[lambda n=n: house.receive(n, "I want to die") for n in numbers])
    house.settle()
    assert len(house.kept()) == len(house.open_escalations()) == 8
    assert len(set(house.carrier.accepted_by(AMINA))) == 8  # a page each, with a code each
    house.phones.clear()


KEPT = {
    "outside a check-in": {"words": "the boiler broke"},
    "a picture": {"words": "", "media": 1},
    "a picture with words": {"words": "look at this", "media": 2},
    "garbled": {"words": "\ufffd\ufffd", "odd": "garbled"},
    "empty": {"words": "", "odd": "empty"},
    "a million letters": {"words": "a" * 100_000},
    "a NUL": {"words": "a\x00b", "odd": "garbled"},
}


@pytest.mark.parametrize("sender", [PARTICIPANT, STRANGER, "PARCELS", "", "12345"])
def test_i18_every_text_is_kept_and_a_person_sees_it(house: Village, sender: str) -> None:
    if sender == PARTICIPANT:
        house.participant()
    for what, text in KEPT.items():
        house.text(sender, **text)  # type: ignore[arg-type]
        assert house.kept()[-1] == text["words"], what
        assert [one.urgency for one in house.open_escalations()] == [Urgency.SOON], what
        read_nothing_needed(house.deps, house.escalation().id, "amina")
    house.phones.clear()


def test_a_picture_in_a_check_in_is_no_answer_and_a_person_sees_it(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    house.text(PARTICIPANT, "", media=1)
    noor.hears("We cannot open it here")
    assert house.escalation().reason["kind"] == "media"
    noor.texts("1").hears("anything")


def test_a_member_of_staff_who_writes_words_is_heard_like_anybody(house: Village) -> None:
    amina = house.staff("amina", AMINA)
    amina.texts("my shift is over, who takes the phone?").next()
    assert house.escalation().contact_id == house.values(select(contacts.c.id))[0]
    assert house.kept() == ["my shift is over, who takes the phone?"]


def test_a_number_that_nobody_knows_hears_that_a_machine_has_it_and_who_reads(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    stranger.texts("is this the food bank?").hears("We do not know your number yet", "A person will read this")
    stranger.texts("hello?").hears_nothing()  # one receipt, not ten
    house.passes(minutes=16)
    stranger.texts("anybody?").hears("A person will read this")


def test_urgent_words_in_a_check_in_end_it_and_are_no_answer(house: Village) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    house.check_in()
    noor.next()
    noor.texts("I want to die").hears("A trained worker is being told now")
    assert house.values(select(checkins.c.status).order_by(checkins.c.opened_at, checkins.c.id))[-1] == "urgent"
    assert house.escalation().reason["because"][0]["reason"] == "thoughts of suicide"
    house.phones[0].next()


def test_words_after_an_answer_go_to_a_person(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    noor.texts("3 and I want to die").hears("Thank you for telling us")
    assert house.escalation().urgency == Urgency.URGENT
    value = house.rows(select(answers).where(answers.c.step == "week"))[0]
    assert value.understood


def test_a_text_before_the_question_went_out_is_no_answer_to_it(build_house: Callable[..., Village]) -> None:
    """At night an invitation waits for the morning. Whoever writes meanwhile has not said yes to it."""
    house = build_house(now=TUESDAY.replace(hour=23))
    noor = house.phone(PARTICIPANT, "Noor")
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    noor.hears_nothing()
    noor.texts("yes").hears("Nothing starts unless you choose it")
    house.passes(hours=10)
    noor.hears("May we ask how you are")
    noor.texts("yes").hears("We will be in touch")


def test_a_quick_second_text_does_not_answer_a_question_that_was_never_seen(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    house.passes(minutes=1)
    house.receive(PARTICIPANT, "3")
    house.receive(PARTICIPANT, "1")
    house.settle()
    noor.hears("Would any of this help?")
    assert house.values(select(answers.c.step).where(answers.c.understood))[-1] == "week"
    assert "1" in house.kept()
    noor.next()
    noor.texts("1").next()


def test_a_flow_that_stumbles_costs_nobody_their_words(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()

    def broken(*_: object) -> None:
        raise KeyError("a step that is gone")

    monkeypatch.setattr("service.usecases.checkins.advance", broken)
    noor.texts("3").hears("A person will read them by")
    assert house.kept()[-1] == "3"
    assert [one.urgency for one in house.open_escalations()] == [Urgency.SOON]
    house.stumbles = {"could not handle a text: KeyError"}
    assert house.alarms() == house.stumbles


def test_i3_urgent_words_open_one_escalation_in_the_same_transaction(house: Village) -> None:
    house.staff("amina", AMINA), house.staff("ben", BEN)
    house.receive(STRANGER, "I am not safe")
    house.receive(STRANGER, "he is hurting me")
    assert len(house.open_escalations()) == 1
    assert house.values(select(func.count()).select_from(escalations)) == [1]
    waiting = house.values(select(dues.c.kind).where(dues.c.state == "waiting", dues.c.lane == "urgent"))
    assert sorted(waiting) == ["climb", "send"]
    assert house.values(select(messages.c.kind).where(messages.c.staff_id == "amina")) == ["page"]


def test_a_stop_that_stumbles_is_still_a_stop_and_a_person_sees_it(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = house.participant()

    def broken(*_: object) -> None:
        raise KeyError("a word that is gone")

    monkeypatch.setattr("service.usecases.receive.hear_keyword", broken)
    noor.texts("STOP").hears_nothing()
    assert house.values(select(contacts.c.opted_out_at)) != [None]
    assert len(house.open_escalations()) == 1
    house.stumbles = {"could not handle a text: KeyError"}
    house.passes(days=8)
    noor.hears_nothing()
