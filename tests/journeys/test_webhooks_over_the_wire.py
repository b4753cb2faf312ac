"""What arrives at the webhooks of a running service: repeated, at the same moment, forged, and odd."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.store.schema import contacts, escalations, messages, metadata
from tests.journeys.carrier_hand import CarrierHand, encoded, new_sid, text_params
from tests.journeys.team import asks_how_the_week_was, desk
from tests.support.phone import Phone
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("webhooks")]

SLOWEST = 2.0  # seconds in which every webhook must be answered


@pytest.fixture
def hand(stage: Stage) -> Iterator[CarrierHand]:
    found = CarrierHand(stage)
    yield found
    found.close()


@pytest.fixture
def asked(stage: Stage, phones: StagePhones, request: pytest.FixtureRequest) -> Phone:
    """Somebody new in each test, who was just asked how their week was."""
    number = f"+4477009004{abs(hash(request.node.name)) % 100:02d}"
    phone, person = phones.participant(number, "Noor", "en")
    asks_how_the_week_was(stage, person)
    return phone.hears("How was your week?")


@pytest.mark.parametrize("together", [False, True], ids=["one after another", "at the same moment"])
def test_the_same_webhook_three_times_is_one_message_and_one_reply(
    stage: Stage, phones: StagePhones, asked: Phone, together: bool
) -> None:
    stage.carrier.fault(where="inbound", action="duplicate", times=2, together=together, phone=asked.number, count=1)
    asked.texts("3").hears("Would any of this help?")
    phones.quiet()
    sid = _texts_from(stage, asked)[-1]["sid"]
    answers = [event for event in stage.carrier.ledger() if event["kind"] == "attempt" and event["sid"] == sid]
    assert [event["http_status"] for event in answers] == [200, 200, 200]
    assert _stored(stage, messages.c.provider_id == sid) == 1
    asked.texts("4").hears("Are you all right where you are now?").texts("1").hears("anything you would like to add")


def test_two_texts_of_one_person_at_once_are_both_handled_in_order(
    stage: Stage, asked: Phone, hand: CarrierHand
) -> None:
    for number, words in enumerate(("3", "4")):
        sids = [new_sid(), new_sid()]
        params = [text_params(asked.number, words, sids[0]), text_params(asked.number, "a second thing", sids[1])]
        with ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda one: CarrierHand(stage).posts(list(one.items())), params))
        assert codes == [200, 200]
        assert _stored(stage, messages.c.provider_id.in_(sids)) == 2
        break
    until(lambda: len(stage.carrier.heard(asked.number)) >= 4, what="two answers")


def test_two_texts_sent_in_a_row_are_answered_in_that_row(asked: Phone) -> None:
    asked.texts("3").texts("4").texts("1")
    asked.hears("Would any of this help?").hears("Are you all right where you are now?")
    asked.hears("anything you would like to add")


@pytest.mark.parametrize("forged", ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\x00", "é".encode().decode("latin-1"), "right for other words"])
def test_a_forged_webhook_is_refused_and_leaves_nothing(
    stage: Stage, phones: StagePhones, hand: CarrierHand, forged: str
) -> None:
    phones.quiet()
    before = _row_counts(stage)
    fields = list(text_params("+447700900499", "I will kill myself", new_sid()).items())
    if forged.startswith("right"):
        forged = hand.signature([*fields[:-2], ("Body", "Good"), fields[-1]])
    if forged != "\x00":
        assert hand.posts(fields, signature=forged) == 403
    else:
        assert hand.posts(fields, signature=hand.signature(fields), path="/hooks/twilio/sms?x=1") == 403
    assert hand.posts(fields, signature=forged if forged != "\x00" else "x", path="/hooks/twilio/status/abc") == 403
    assert _row_counts(stage) == before
