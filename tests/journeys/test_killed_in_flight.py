"""The worker is killed with -9 while the carrier has its request: before the carrier's answer, and after it."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.store.schema import attempts, dues
from tests.journeys.ledger import sent_more_than_once
from tests.journeys.team import amina, asks_how_the_week_was, code_in, desk, frozen
from tests.support.phone import Phone
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("killed in flight")]

NOOR, LUCIA, GRACE, MARY = "+447700900111", "+447700900112", "+447700900113", "+447700900114"


def test_nothing_is_lost_and_only_what_the_carrier_never_confirmed_comes_twice(
    stage: Stage, phones: StagePhones, record_property: pytest.RecordProperty
) -> None:
    the_staff = amina(phones)
    noor, lucia = (_not_yet_asked_if_safe(stage, phones, *one) for one in ((NOOR, "Noor"), (LUCIA, "Lucía")))
    (grace, graces_id), (mary, marys_id) = (phones.participant(*one, "en") for one in ((GRACE, "Grace"), (MARY, "Mary")))
    for number, (person, silent, silent_id) in enumerate(((noor, grace, graces_id), (lucia, mary, marys_id))):
        # The carrier has not taken the page, has the reply to her, and has a question whose callbacks get lost.
        _hang(stage, the_staff, "before")
        _hang(stage, person, "after")
        _hang(stage, silent, "after")
        stage.carrier.fault(where="status", action="drop", phone=silent.number)
        if number:
            stage.carrier.fault(where="status", action="freeze", phone=person.number)
        # The clock would do what is overdue by itself; what hangs is to be the worker's.
        with frozen(stage, "clock"):
            asks_how_the_week_was(stage, silent_id)
            person.texts("2")
            three = {the_staff.number, person.number, silent.number}
            until(lambda three=three: _hanging(stage) >= three, what="the hanging")
            # Her callbacks come before the worker dies the first time, and after it the second.
            told = _callback_waits if number else _carrier_told_of
            until(lambda person=person, told=told: told(stage, person), what="a callback")
            stage.kill("worker")
            _let_go(stage)
        person.hears("A trained worker is being told now")
        silent.hears("How was your week?")
    for silent in (grace, mary):
        silent.hears("How was your week?")
    pages = [code_in(the_staff.next()) for _ in range(2)]
    assert len(set(pages)) == 2
    stage.carrier.clear_faults()
    _let_go(stage)
    phones.quiet()
    twice = Counter(message.to for message in sent_more_than_once(stage))
    record_property("sent more than once, their answers and callbacks lost", sum(twice.values()))
    assert twice == {GRACE: 1, MARY: 1}
    assert _left_open(stage) == 0
    at = desk(stage, "amina")
    for path in at.waiting():
        at.resolves(at.replies(at.claims(at.opens(path)), "I am ringing you now."), "We spoke.")
    for phone in (noor, lucia):
        phone.hears("I am ringing you now.")
    at.close()


def _not_yet_asked_if_safe(stage: Stage, phones: StagePhones, number: str, name: str) -> Phone:
    """Somebody who has had a hard week, and is asked whether they are safe."""
    phone, person = phones.participant(number, name, "en")
    asks_how_the_week_was(stage, person)
    phone.hears("How was your week?")
    phone.texts("3").hears("Are you all right where you are now?")
    return phone


def _hang(stage: Stage, phone: Phone, when: str) -> None:
    stage.carrier.fault(where="rest", action="hold", when=when, phone=phone.number, count=1)


def _hanging(stage: Stage) -> set[str]:
    return {str(one["phone"]) for one in stage.carrier.held() if one["where"] == "rest"}


def _let_go(stage: Stage) -> None:
    """Nobody waits for the answers any more; what the carrier had not taken it forgets, callbacks go their way."""
    for one in stage.carrier.held():
        stage.carrier.release(hold=one["id"], discard=one["where"] == "rest")


def _carrier_told_of(stage: Stage, phone: Phone) -> bool:
    """Whether a callback has said what became of the text that is under way to this phone."""
    sids = [event["sid"] for event in stage.carrier.ledger() if event["kind"] == "accepted" and event["to"] == phone.number]
    query = select(func.count()).select_from(attempts).where(attempts.c.provider_id == sids[-1])
    with stage.deps.database.read() as connection:
        return bool(connection.execute(query).scalar_one())


def _callback_waits(stage: Stage, phone: Phone) -> bool:
    """Whether a callback about a text to this phone is held back."""
    return any(one["where"] == "status" and one["phone"] == phone.number for one in stage.carrier.held())


def _left_open(stage: Stage) -> int:
    """Sends that were not done."""
    with stage.deps.database.read() as connection:
        query = select(func.count()).select_from(dues).where(dues.c.kind == "send", dues.c.state != "done")
        return int(connection.execute(query).scalar_one())
