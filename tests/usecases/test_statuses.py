"""Status callbacks: in any order, twice, early, late, or of something that nobody knows, they end in one state (I9)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import attempts, callbacks, contacts, messages
from service.usecases.statuses import hear_status
from tests.support.house import PARTICIPANT, STRANGER
from tests.usecases.homes import Village, at_once

SAID = ("queued", "sending", "sent", "delivered")
FAILED = ("queued", "sent", "undelivered", "failed")


@pytest.mark.parametrize("order", list(itertools.permutations(SAID))[::7], ids=">".join)
def test_i9_delivered_is_delivered_in_whatever_order_it_is_told(house: Village, order: tuple[str, ...]) -> None:
    house.text(STRANGER, "hello there")
    for status in (*order, *order):
        house.callback(house.carrier.sent[0], status)
    assert house.states("receipt") == ["delivered"]
    assert len(house.rows(select(callbacks))) == len(SAID)
    assert len(house.carrier.sent) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(FAILED))[::7], ids=">".join)
def test_i9_a_text_that_failed_is_told_to_a_person_once(house: Village, order: tuple[str, ...]) -> None:
    house.text(STRANGER, "hello there")
    for status in (*order, *order):
        house.callback(house.carrier.sent[0], status, 30003 if "e" in status and status != "queued" else None)
    assert house.states("receipt") == ["failed"]
    assert house.timeline().count("text") == 1


def test_the_same_callback_from_three_threads_counts_once(house: Village) -> None:
    house.participant()
    house.check_in()
    sent = house.carrier.sent[-1]
    at_once(*[lambda: house.callback(sent, "undelivered", 30005)] * 3)
    assert house.timeline() == ["opened"]
    assert house.values(select(contacts.c.unreachable_code)) == [30005]
    house.phones.clear()


def test_a_callback_of_something_unknown_is_kept_and_changes_nothing(house: Village) -> None:
    house.text(STRANGER, "hello there")
    hear_status(house.deps, "no-such-token", "SMother", "delivered", None)
    assert house.states("receipt") == ["sent"]
    assert house.values(select(callbacks.c.provider_id)) == ["SMother"]


def test_a_strange_status_changes_nothing(house: Village) -> None:
    house.text(STRANGER, "hello there")
    for status in ("", "delivered2", "canceling", "DELIVERED", "💥"):
        house.callback(house.carrier.sent[0], status)
    assert house.states("receipt") == ["sent"]


def test_what_the_carrier_filters_as_unwanted_alarms_the_operator(house: Village) -> None:
    house.participant()
    house.check_in()
    house.callback(house.carrier.sent[-1], "undelivered", 30007)
    assert "not delivered: 30007" in house.alarms()
    assert [one.urgency for one in house.open_escalations()] == [Urgency.SOON]
    house.phones.clear()


def test_an_attempt_keeps_the_carriers_id_for_ever(house: Village) -> None:
    house.text(STRANGER, "hello there")
    sent = house.carrier.sent[0]
    house.callback(sent, "delivered")
    kept = house.values(select(attempts.c.provider_id))
    assert kept == house.values(select(messages.c.provider_id).where(messages.c.direction == "out"))
    assert kept == [sent.outcome.provider_id]  # type: ignore[union-attr]


def test_a_callback_while_the_person_writes_loses_neither(house: Village) -> None:
    house.participant()
    house.check_in()
    sent = house.carrier.sent[-1]
    at_once(
        lambda: hear_status(house.deps, sent.token, sent.outcome.provider_id, "undelivered", 30003),  # type: ignore[union-attr]
        lambda: house.receive(PARTICIPANT, "I want to die"),
    )
    house.settle()
    assert house.states("question")[-1] == "failed"
    assert [one.urgency for one in house.open_escalations()] == [Urgency.URGENT]
    house.phones.clear()
