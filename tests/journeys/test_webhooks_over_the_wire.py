"""What arrives at the webhooks of a running service: repeated, at the same moment, forged, and odd."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.store.schema import contacts, escalations, messages, metadata
from tests.journeys.carrier_hand import FORM, CarrierHand, new_sid, text_params
from tests.journeys.team import asks_how_the_week_was, desk, frozen
from tests.support.phone import Phone
from tests.support.stage_phones import StagePhones

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("webhooks")]

SLOWEST = 2.0  # seconds in which every webhook must be answered
NUMBERS = (f"+4477009004{number:02d}" for number in itertools.count())
SMS, STATUS = "/hooks/twilio/sms", "/hooks/twilio/status/"
BAD_BYTE = "\udcff"  # one byte that is no UTF-8


@pytest.fixture
def hand(stage: Stage) -> Iterator[CarrierHand]:
    found = CarrierHand(stage)
    yield found
    found.close()


@pytest.fixture
def asked(stage: Stage, phones: StagePhones) -> Phone:
    """Somebody new, who was just asked how their week was."""
    phone, person = phones.participant(next(NUMBERS), "Noor", "en")
    asks_how_the_week_was(stage, person)
    return phone.hears("How was your week?")


@pytest.mark.parametrize("together", [False, True], ids=["one after another", "at the same moment"])
def test_the_same_webhook_three_times_is_one_message_and_one_reply(
    stage: Stage, phones: StagePhones, asked: Phone, together: bool
) -> None:
    stage.carrier.fault(where="inbound", action="duplicate", times=2, together=together, phone=asked.number, count=1)
    asked.texts("2").hears("Would any of this help?")
    phones.quiet()
    sid = [event["sid"] for event in stage.carrier.ledger() if event["kind"] == "text"][-1]
    answers = [event for event in stage.carrier.ledger() if event["kind"] == "attempt" and event["sid"] == sid]
    assert [event["http_status"] for event in answers] == [200, 200, 200]
    assert _stored(stage, sid) == 1
    # Had "2" been heard again, it would have answered this question too.
    asked.texts("4").hears("Thank you.")


def test_two_texts_of_one_person_at_the_same_moment_are_both_handled_one_after_the_other(stage: Stage, asked: Phone) -> None:
    sids, together = [new_sid(), new_sid()], Barrier(2)

    def bring(sid: str) -> int:
        hand = CarrierHand(stage)
        together.wait()
        return hand.texts(asked.number, "2", sid)

    # Nothing is sent meanwhile: whichever is second crosses the next question, and is no answer to it.
    with frozen(stage, "worker", "clock"), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bring, sids)) == [200, 200]
    assert [_stored(stage, sid) for sid in sids] == [1, 1]
    asked.hears("Would any of this help?").hears("We have kept your words")
    asked.texts("4").hears("Thank you.")


def test_texts_in_a_row_are_kept_in_that_row(stage: Stage, phones: StagePhones) -> None:
    stranger = phones.phone(next(NUMBERS), "a stranger")
    said = [f"word number {number} of a long story" for number in range(8)]
    for words in said:
        stranger.texts(words)
    stranger.hears("We do not know your number yet")
    phones.quiet()
    with stage.deps.database.read() as connection:
        index = stage.deps.keys.index(stranger.number)
        whose = select(messages).join(contacts, contacts.c.id == messages.c.contact_id)
        query = whose.where(contacts.c.phone_index == index, messages.c.direction == "in").order_by(messages.c.id)
        rows = connection.execute(query).all()
    kept = [stage.deps.keys.open(row.contact_id, "messages", "body", row.id, row.body) for row in rows]
    assert kept == said


FORGED = {
    "no signature": "",
    "nonsense": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "no base64": "%%%",
    "beyond ASCII": "\xe9" * 28,
    "of other words": None,
    "of another address": None,
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_webhook_is_refused_and_leaves_nothing(
    stage: Stage, phones: StagePhones, hand: CarrierHand, kind: str
) -> None:
    phones.quiet()
    before = _rows(stage)
    fields = list(text_params(next(NUMBERS), "I will kill myself", new_sid()).items())
    signature = FORGED[kind]
    if signature is None:
        others = kind == "of other words"
        signature = hand.signature([*fields, ("Body", "Good")] if others else fields, SMS if others else f"{STATUS}a-token")
    assert hand.posts(fields, signature=signature) == 403
    status = [("MessageSid", new_sid()), ("MessageStatus", "failed"), ("ErrorCode", "30003")]
    assert hand.posts(status, signature=signature, path=f"{STATUS}some-token") == 403
    assert _rows(stage) == before


ODD = {
    "garbled UTF-8": ({"Body": f"I am {BAD_BYTE}{BAD_BYTE} here"}, FORM),
    "a NUL": ({"Body": "before\x00after"}, FORM),
    "control characters": ({"Body": "\x1b[2J\x07\u202eabc"}, FORM),
    "one megabyte": ({"Body": "help me please " * 70_000}, FORM),
    "nothing in it": ({"Body": ""}, FORM),
    "no body at all": ({"Body": None}, FORM),
    "no sender": ({"From": None}, FORM),
    "a sender that is no number": ({"From": "client:Anonymous"}, FORM),
    "no id": ({"MessageSid": None, "SmsSid": None}, FORM),
    "an id that is too long": ({"MessageSid": "S" * 3000, "SmsSid": None}, FORM),
    "an id that is garbled": ({"MessageSid": f"SM{BAD_BYTE}\x00", "SmsSid": None}, FORM),
    "a count of media that is no count": ({"NumMedia": "9" * 400}, FORM),
    "no content type": ({}, ""),
    "another content type": ({}, "application/json"),
    "a content type that is no type": ({}, "\\;;charset=klingon"),
    "several parts announced": ({}, "multipart/form-data; boundary=x"),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_text_that_is_signed_is_kept_where_a_person_sees_it(stage: Stage, hand: CarrierHand, kind: str) -> None:
    changes, content_type = ODD[kind]
    number = next(NUMBERS)
    params = {**text_params(number, "Hello, who is this?", new_sid()), **changes}
    fields = [(name, value) for name, value in params.items() if value is not None]
    before = _kept(stage)
    began = time.monotonic()
    assert hand.posts(fields, content_type=content_type) == 200
    assert time.monotonic() - began < SLOWEST
    _is_kept_and_shown(stage, before)
    assert hand.posts(fields, content_type=content_type) == 200, "the carrier brings it once more"
    assert _kept(stage) == before + 1


def test_a_name_that_comes_twice_loses_neither_text(stage: Stage, hand: CarrierHand) -> None:
    number = next(NUMBERS)
    fields = [*text_params(number, "the first words", new_sid()).items(), ("Body", "the second words")]
    before = _kept(stage)
    assert hand.posts(fields) == 200
    _is_kept_and_shown(stage, before)
    at = desk(stage, "amina")
    page = at.opens(at.waiting()[-1])
    at.close()
    assert "the first words" in page.text
    assert "the second words" in page.text


@pytest.mark.parametrize(
    "path", ["/hooks/twilio/sms", "/hooks/twilio/status/a", "/hooks/twilio/status/%00%ff", "/hooks/twilio/"]
)
def test_a_status_or_address_that_makes_no_sense_is_no_error_of_ours(hand: CarrierHand, path: str) -> None:
    for fields in ([], [("MessageSid", "x" * 500)], [("MessageSid", "SM1"), ("MessageStatus", "\x00")]):
        assert hand.posts(fields, path=path) < 500


def _is_kept_and_shown(stage: Stage, before: int) -> None:
    """One message more, and its sender's escalation is in the queue."""
    assert _kept(stage) == before + 1
    newest = select(messages.c.contact_id).where(messages.c.direction == "in").order_by(messages.c.id.desc()).limit(1)
    with stage.deps.database.read() as connection:
        who = connection.execute(newest).scalar_one()
        query = select(escalations.c.id).where(escalations.c.contact_id == who, escalations.c.state == "open")
        escalation_id = connection.execute(query).scalar_one()
    at = desk(stage, "amina")
    assert at.opens(f"/inbox/{escalation_id}").text
    at.close()


def _kept(stage: Stage) -> int:
    with stage.deps.database.read() as connection:
        query = select(func.count()).select_from(messages).where(messages.c.direction == "in")
        return int(connection.execute(query).scalar_one())


def _stored(stage: Stage, sid: str) -> int:
    with stage.deps.database.read() as connection:
        query = select(func.count()).select_from(messages).where(messages.c.provider_id == sid)
        return int(connection.execute(query).scalar_one())


def _rows(stage: Stage) -> dict[str, int]:
    """How many rows each table has; sign-ins and heartbeats are no part of a webhook."""
    with stage.deps.database.read() as connection:
        tables = [table for table in metadata.sorted_tables if table.name != "heartbeats"]
        return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}
