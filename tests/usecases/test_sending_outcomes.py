"""What a send ends in: each outcome of the carrier, answers that are lost, processes that die, and the order of texts."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from service.core.model import Urgency
from service.store import due_rows
from service.store.errors import StoreRefused
from service.store.schema import attempts, contacts, dues, messages
from service.telephony.port import Accepted, BadNumber, OptedOut, Outcome, Permanent, Retry, Unknown
from service.usecases import sending
from service.usecases.due_work import TRIES_OF_A_POISONED_ROW, drain
from service.usecases.escalations import claim
from service.usecases.joining import Invitation, invite
from service.usecases.replies import reply
from service.usecases.statuses import hear_status
from tests.support.house import AMINA, PARTICIPANT, STRANGER
from tests.usecases.homes import Village, at_once

BUSY = Retry(20429, timedelta(seconds=2))
LOST = Unknown("timeout")


def sent_to(house: Village, number: str) -> list[str]:
    """Every text that the carrier was given for a number, whatever became of it."""
    return [one.body for one in house.carrier.sent if one.to == number]


def test_i7_an_answer_that_was_lost_is_adopted_by_its_callback_and_nothing_is_sent_twice(house: Village) -> None:
    house.carrier.answers_next(LOST)
    house.text(STRANGER, "hello there")
    assert house.states("receipt") == ["waiting"]
    house.callback(house.carrier.sent[0], "sent", provider_id="SMlate")
    house.really_passes(60)
    assert len(sent_to(house, STRANGER)) == 1
    assert house.states("receipt") == ["sent"]
    assert house.rows(select(attempts.c.outcome, attempts.c.provider_id)) == [("accepted", "SMlate")]


def test_i7_an_answer_that_was_lost_and_no_callback_is_sent_again_after_the_lease(house: Village) -> None:
    house.carrier.answers_next(LOST)
    house.text(STRANGER, "hello there")
    house.really_passes(13.9)
    assert len(sent_to(house, STRANGER)) == 1
    house.really_passes(0.2)
    assert len(sent_to(house, STRANGER)) == 2
    house.really_passes(60)
    assert len(sent_to(house, STRANGER)) == 2


def test_i7_both_tries_that_arrived_after_all_end_as_one_text_in_one_state(house: Village) -> None:
    house.carrier.answers_next(LOST)
    house.text(STRANGER, "hello there")
    house.really_passes(15)
    first, second = house.carrier.sent
    house.callback(second, "delivered")
    house.callback(first, "failed", 30008, provider_id="SMfirst")
    assert house.states("receipt") == ["delivered"]
    assert [one.urgency for one in house.open_escalations()] == [Urgency.SOON]
    assert "undelivered" not in str(house.escalation().reason)


def test_i9_a_callback_that_is_quicker_than_the_lost_answer_is_not_forgotten(house: Village) -> None:
    """The carrier accepts, calls back, and its answer to us is lost: in this order as well nothing is sent twice."""
    real = house.carrier.send_text

    def calls_back_first(**call: object) -> Outcome:
        outcome = real(**call)  # type: ignore[arg-type]
        hear_status(house.deps, str(call["token"]), "SMquick", "sent", None)
        return LOST if outcome else outcome

    house.carrier.send_text = calls_back_first  # type: ignore[method-assign]
    house.text(STRANGER, "hello there")
    house.really_passes(60)
    assert len(sent_to(house, STRANGER)) == 1
    assert house.rows(select(attempts.c.outcome, attempts.c.provider_id)) == [("accepted", "SMquick")]
    assert house.values(select(dues.c.outcome).where(dues.c.kind == "send")) == ["accepted"]


@pytest.mark.parametrize("before_the_call", [True, False])
def test_i7_a_process_that_dies_between_claim_and_record_costs_no_text(house: Village, before_the_call: bool) -> None:
    house.receive(STRANGER, "hello there")
    if before_the_call:
        assert house.claim_row("reply").kind == "send"
    else:
        house.carrier.answers_next(LOST)  # sent, and the process that would have written it down is gone
    house.settle()
    house.really_passes(13)
    expected = 0 if before_the_call else 1
    assert len(sent_to(house, STRANGER)) == expected
    house.really_passes(2)
    assert len(sent_to(house, STRANGER)) == expected + 1


def test_i10_a_text_that_must_be_tried_again_keeps_its_place_while_others_flow(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    house.carrier.answers_to(PARTICIPANT, BUSY)
    noor.texts("1")
    noor.texts("the boiler broke")
    house.phone(STRANGER, "a stranger").texts("hello").next()
    assert house.carrier.accepted_by(PARTICIPANT)[3:] == []
    house.carrier.answers_to(PARTICIPANT, None)
    house.passes(seconds=1)
    noor.hears_nothing()
    house.passes(seconds=10)
    noor.hears("anything you would like to add")
    house.phones.clear()
    bodies = house.carrier.accepted_by(PARTICIPANT)
    assert len(bodies) == len(set(bodies)) == 5


def test_a_retry_backs_off_and_never_gives_up(house: Village) -> None:
    house.carrier.answers_to(STRANGER, BUSY)
    house.text(STRANGER, "hello there")
    for _ in range(60):
        house.passes(minutes=1)
    tries = len(sent_to(house, STRANGER))
    assert 10 < tries < 25
    house.carrier.answers_to(STRANGER, None)
    house.passes(minutes=5)
    assert house.states("receipt") == ["sent"]


def test_i10_an_unknown_outcome_holds_back_the_same_persons_later_texts(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    house.carrier.answers_next(LOST)
    stranger.texts("hello there")
    stranger.texts("STOPALL please? no: HELP")
    stranger.texts("HELP")
    assert len(sent_to(house, STRANGER)) == 1
    house.really_passes(15)
    assert sent_to(house, STRANGER)[0] == sent_to(house, STRANGER)[1]
    assert "This is a machine. People read" in sent_to(house, STRANGER)[2]
    house.phones.clear()


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(BadNumber(21211), "undelivered"), (Permanent(21612), "undelivered"), (OptedOut(21610), "opted_out")],
)
def test_a_text_that_can_not_be_sent_is_put_before_a_person(house: Village, outcome: Outcome, kind: str) -> None:
    noor = house.participant()
    house.carrier.answers_to(PARTICIPANT, outcome)
    house.check_in()
    noor.hears_nothing()
    assert (house.escalation().reason["kind"], house.escalation().urgency) == (kind, Urgency.SOON)
    assert house.states("question")[-1] == "failed"
    stopped = house.values(select(contacts.c.opted_out_at))[0] is not None
    assert stopped == isinstance(outcome, OptedOut)


def test_what_our_account_did_wrong_alarms_the_operator(house: Village) -> None:
    house.participant()
    house.carrier.answers_to(PARTICIPANT, Permanent(21408, alarm=True))
    house.check_in()
    assert "carrier refuses: 21408" in house.alarms()


def test_a_reply_that_can_not_be_sent_is_told_to_its_holder_in_the_timeline(house: Village) -> None:
    noor = house.participant()
    noor.texts("the boiler broke").next()
    amina = house.staff("amina", AMINA)
    claim(house.deps, house.escalation().id, "amina")
    house.carrier.answers_to(PARTICIPANT, OptedOut(21610))
    reply(house.deps, house.escalation().id, "amina", "I will ring the landlord.")
    house.settle()
    amina.hears("has stopped texts")
    assert house.timeline()[-1] == "opted_out"
    assert house.escalation().claimed_by == "amina"


def test_an_undelivered_text_on_a_shared_phone_is_about_the_person_it_was_for(house: Village) -> None:
    noor = house.participant()
    invite(house.deps, Invitation(PARTICIPANT, "Zara", "en"))
    house.settle()
    question = [one for one in house.carrier.sent if one.to == PARTICIPANT][-1]
    noor.next()
    house.callback(question, "undelivered", 30003)
    assert house.escalation().participant_id == house.participant_id("Zara")


def test_a_poisoned_row_is_set_aside_after_some_tries_and_the_others_flow(house: Village) -> None:
    house.receive(PARTICIPANT, "hello there")
    house.receive(STRANGER, "hello there")
    broken = house.rows(select(messages).where(messages.c.direction == "out").order_by(messages.c.id))[0]
    with house.database.write() as tx:
        tx.execute(update(messages).where(messages.c.id == broken.id).values(body=b"nobody can open this"))
    house.settle()
    assert len(sent_to(house, STRANGER)) == 1
    for _ in range(TRIES_OF_A_POISONED_ROW):
        house.passes(minutes=2)
    row = house.rows(select(dues).where(dues.c.message_id == broken.id))[0]
    assert (row.state, row.tries) == ("broken", TRIES_OF_A_POISONED_ROW)
    house.stumbles = {name for name in house.alarms() if name.startswith("could not do send")}
    assert len(house.stumbles) == 1
    house.text(PARTICIPANT, "HELP")
    assert len(sent_to(house, PARTICIPANT)) == 1  # and what comes after it is not held back for ever


def test_a_poisoned_timer_is_set_aside_and_the_others_flow(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()

    def broken(*_: object) -> None:
        raise ValueError("poison")

    monkeypatch.setattr("service.usecases.due_work.silence_is_over", broken)
    house.passes(days=1)
    for _ in range(TRIES_OF_A_POISONED_ROW):
        house.passes(minutes=2)
    assert house.values(select(dues.c.state).where(dues.c.kind == "silence"))[-1] == "broken"
    house.stumbles = {"could not do silence: ValueError"}
    noor.texts("1").next()


def test_a_store_that_fails_for_a_while_poisons_nothing(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a lock that times out is not the row's fault: it is tried for as long as that lasts."""
    house.receive(STRANGER, "I want to die")

    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    for target in ("service.usecases.due_work.sending.prepare", "service.usecases.due_work.go_on"):
        with monkeypatch.context() as patch:
            patch.setattr(target, full)
            for _ in range(TRIES_OF_A_POISONED_ROW + 2):
                house.clock.move(timedelta(minutes=10))
                house._really_passed += 20_000_000
                with contextlib.suppress(StoreRefused):
                    drain(house.deps, "urgent")
    states = house.values(select(dues.c.state).where(dues.c.lane == "urgent"))
    assert "broken" not in states
    house.really_passes(20)
    house.passes(minutes=10)


def test_a_late_writer_whose_lease_ran_out_changes_nothing_but_what_the_carrier_said(house: Village) -> None:
    house.receive(STRANGER, "hello there")
    with house.database.write() as tx:
        row = due_rows.claim(tx, house.database, "reply", house.clock.now())
        job = sending.prepare(house.deps, tx, row, house.clock.now())
    house.really_passes(20)  # somebody else has sent it meanwhile
    assert job is not None
    sending.record(house.deps, job, Retry(20429, timedelta(seconds=2)))
    assert house.values(select(dues.c.state).where(dues.c.kind == "send")) == ["done"]
    sending.record(house.deps, job, Accepted("SMlate", "queued"))
    assert sorted(house.values(select(attempts.c.outcome))) == ["accepted", "accepted"]
    house.passes(minutes=10)
    assert len(sent_to(house, STRANGER)) == 1


def test_many_workers_at_once_send_each_text_once(house: Village) -> None:
    for n in range(12):
        house.receive(f"+4477009002{n:02}", "hello there")
    at_once(*[lambda: drain(house.deps, "reply")] * 4)
    house.settle()
    assert sorted(one.to for one in house.carrier.sent) == [f"+4477009002{n:02}" for n in range(12)]
