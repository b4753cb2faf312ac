"""Joining: nothing runs until somebody has said yes, and nobody is asked twice or in the wrong language."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from service.store.schema import checkins, consents, contacts, participants
from service.usecases.joining import Invitation, Invited, NotInvited, invite
from tests.support.house import PARTICIPANT, STRANGER
from tests.usecases.homes import Village, at_once


def invited(house: Village, name: str = "Noor", language: str = "en", number: str = PARTICIPANT) -> Invited:
    done = invite(house.deps, Invitation(number, name, language))
    house.settle()
    return done


def test_nothing_runs_until_they_say_yes_and_the_consent_is_kept_as_it_was_asked(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.hears("May we ask how you are")
    house.passes(hours=2)
    noor.hears_nothing()
    assert house.check_in() is not None
    noor.texts("1").hears("We will be in touch")
    consent = house.rows(select(consents))[0]
    assert (consent.granted, consent.language) == (True, "en")
    assert "May we ask how you are" in consent.wording
    assert house.values(select(participants.c.discreet)) == [True]
    house.passes(days=6)
    noor.hears_nothing()
    house.passes(hours=22)  # the next Tuesday at eleven
    noor.hears("How was your week?")


def test_the_same_row_twice_invites_once(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    first = invited(house)
    assert invited(house, name=" noor ") == Invited(first.participant_id, again=True, asked=False)
    assert invited(house, number="07700 900100").again
    noor.next()


def test_the_same_row_twice_at_the_same_moment_invites_once(house: Village) -> None:
    at_once(*[lambda: invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))] * 4)
    house.settle()
    assert len(house.rows(select(participants))) == 1
    assert len(house.carrier.sent) == 1


@pytest.mark.parametrize("no", ["2", "no", "No."])
def test_a_no_is_kept_and_nothing_is_asked_again(house: Village, no: str) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.next()
    noor.texts(no).hears("We will not ask again")
    assert house.values(select(participants.c.state)) == ["declined"]
    house.passes(days=30)
    noor.hears_nothing()
    assert house.check_in() is not None
    noor.texts("I changed my mind, can somebody ring?").hears("Nothing starts unless you choose it")
    assert len(house.open_escalations()) == 1


def test_a_yes_with_a_but_is_no_consent(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.next()
    noor.texts("yes but only at night").hears("We have kept your words").hears("once more")
    assert house.values(select(participants.c.state)) == ["invited"]
    assert len(house.open_escalations()) == 1


def test_an_invitation_that_nobody_answers_closes_and_raises_nothing(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.next()
    house.passes(days=3)
    assert house.values(select(checkins.c.status)) == ["closed"]
    assert house.open_escalations() == []


def test_whose_language_is_unknown_is_asked_for_it_first(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house, language="")
    noor.hears("Which language", "español", "اردو")
    noor.texts("اردو")
    said = noor.next()
    assert "جی ہاں" in said
    assert house.values(select(contacts.c.language)) == ["ur"]
    noor.texts("۱").next()
    assert house.values(select(participants.c.state)) == ["joined"]
    assert house.values(select(consents.c.wording))[0] in said


def test_two_people_on_one_phone_are_asked_one_after_the_other(house: Village) -> None:
    phone = house.phone(PARTICIPANT, "their phone")
    noor, zara = invited(house, "Noor"), invited(house, "Zara")
    assert noor.participant_id != zara.participant_id
    phone.hears("May we ask how you are").hears_nothing()
    phone.texts("1").hears("We will be in touch")
    house.passes(hours=1)
    phone.hears("May we ask how you are")
    phone.texts("2").hears("We will not ask again")
    assert house.rows(select(participants.c.id, participants.c.state).order_by(participants.c.id)) == [
        (noor.participant_id, "joined"),
        (zara.participant_id, "declined"),
    ]


def test_what_two_people_on_one_phone_write_outside_a_check_in_goes_to_a_person(house: Village) -> None:
    phone = house.participant()
    invited(house, "Zara")
    phone.next()
    phone.texts("1").next()
    phone.texts("I am not safe").hears("Thank you for telling us")
    assert (house.escalation().participant_id, len(house.open_escalations())) == (None, 1)
    phone.texts("he is hurting me")
    assert len(house.open_escalations()) == 1


def test_two_people_on_one_phone_answer_each_their_own_check_in(house: Village) -> None:
    phone = house.participant()
    invited(house, "Zara")
    phone.next()
    phone.texts("1").next()
    house.check_in("Noor")
    phone.hears("How was your week?")
    assert house.check_in("Zara") is not None  # one conversation at a time
    phone.texts("3").hears("Would any of this help?")
    assert house.escalation().participant_id == house.participant_id("Noor")


def test_somebody_who_wrote_before_keeps_what_they_wrote_when_they_are_invited(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    noor.texts("is this the food bank?").next()
    invited(house)
    noor.hears("May we ask how you are")
    assert house.values(select(func.count()).select_from(contacts)) == [1]
    noor.texts("1").hears("We will be in touch")


def test_somebody_who_stopped_texts_is_not_invited_by_text(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    noor.texts("STOP").next()
    assert not invited(house).asked  # and whoever invites them is told
    noor.hears_nothing()


def test_somebody_who_stopped_before_they_agreed_and_comes_back_is_asked_again(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.hears("May we ask how you are")
    noor.texts("STOP").next()
    assert house.values(select(participants.c.state)) == ["declined"]
    noor.texts("START").hears("Good to hear from you")
    noor.hears("May we ask how you are")
    noor.texts("1").hears("We will be in touch")


def test_somebody_who_never_answered_can_be_invited_once_more_by_a_worker(house: Village) -> None:
    noor = house.phone(PARTICIPANT, "Noor")
    invited(house)
    noor.hears("May we ask how you are")
    house.passes(days=1, minutes=1)
    house.passes(days=1, minutes=1)
    noor.hears_nothing()
    assert house.values(select(checkins.c.status)) == ["closed"]
    again = invited(house)
    assert (again.again, again.asked) == (True, True)
    noor.hears("May we ask how you are")


@pytest.mark.parametrize(
    ("row", "piece"),
    [
        (Invitation("0770"), "number"),
        (Invitation(STRANGER, language="tlh"), "language"),
        (Invitation(STRANGER, zone="Mars/North"), "zone"),
    ],
)
def test_a_row_that_can_not_be_used_says_what_to_write(house: Village, row: Invitation, piece: str) -> None:
    with pytest.raises(NotInvited) as refused:
        invite(house.deps, row)
    assert piece in str(refused.value)
    assert row.phone not in str(refused.value)
    assert house.rows(select(participants)) == []
