"""What a person's silence means, flows that come later, and what follows a hard time: once each, and in safe hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import checkins, dues, messages, notes
from service.telephony.port import Unknown
from service.usecases.escalations import claim, read_nothing_needed, resolve
from service.usecases.starting import begin_now
from service.web.inbox.phrases import why
from tests.support.house import AMINA, PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import Village, flow, small

DAILY = flow(
    "daily",
    """
  - id: plan
    when: {my.silence_plan: {given: false}}
    ask: If you do not answer, what should we do?
    why: Your silence means what you say it means.
    choices: {nothing: Nothing, text: Send a text, call: Ring me, contact: Ring someone I choose}
    keeps: silence_plan
  - id: here
    ask: Are you there today?
    why: You asked us to notice.
    yes_no: true
    silence: {remind: 2 hours, then: my_silence_plan}
  - id: bye
    say: Thank you.
""",
)
AGAIN = flow(
    "again",
    """
  - id: now
    ask: How are things now?
    why: So that we know whether to stay close.
    choices: {easier: Easier, harder: Harder}
  - when: {now: harder}
    later: {flow: again, in: 2 days}
  - id: bye
    say: Thank you.
""",
)
AFTER = flow(
    "after",
    """
  - id: reached
    ask: Things were hard. Did one of us reach you?
    why: So that we learn when we did not do what we said.
    yes_no: true
  - id: bye
    say: Thank you.
""",
    starts="2 days after an escalation",
)
TIPS = flow(
    "tips",
    """
  - id: tip
    say: Open a window for a while.
  - later: {flow: tips, in: 1 day}
""",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(daily=DAILY, again=AGAIN, after=AFTER, tips=TIPS))


def planned(village: Village, name: str) -> list[object]:
    rows = village.rows(select(dues).where(dues.c.kind == "begin", dues.c.state == "waiting"))
    return [row.run_at for row in rows if row.detail["flow"] == name]


def silent(village: Village, plan: str) -> Phone:
    """Somebody who chose that plan, was asked, and says nothing."""
    noor = village.participant()
    village.check_in(flow="daily")
    noor.hears("what should we do?")
    noor.texts(plan).hears("Are you there today?")
    village.passes(hours=2)
    noor.hears("Are you there today?")
    village.passes(hours=2)
    return noor


def test_a_plan_of_nothing_closes_the_check_in_and_only_notes_it(village: Village) -> None:
    noor = silent(village, "1")
    noor.hears_nothing()
    assert village.open_escalations() == []
    assert village.rows(select(notes.c.kind, notes.c.value)) == [("plan", "nothing")]
    assert village.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "closed"


def test_a_plan_of_a_text_is_one_text_and_no_more(village: Village) -> None:
    noor = silent(village, "2")
    noor.hears("you asked us to text you then")
    village.passes(days=3)
    noor.hears_nothing()
    assert village.open_escalations() == []
    assert village.values(select(messages.c.kind).where(messages.c.kind == "plan")) == ["plan"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("3", "Did not answer, and asked us to ring them when they do not answer"),
        ("4", "Did not answer, and asked us to ring the person they chose"),
    ],
)
def test_a_plan_of_a_call_goes_before_a_person_who_reads_what_was_asked_for(village: Village, key: str, said: str) -> None:
    noor = silent(village, key)
    noor.hears_nothing()
    found = village.escalation()
    assert (found.urgency, why(found.reason)) == (Urgency.SOON, said)


def test_silence_without_a_plan_joins_the_daily_list_and_sends_nothing(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="daily")
    noor.next()
    noor.texts("skip").hears("Are you there today?")
    village.passes(hours=2)
    noor.next()
    village.passes(hours=2)
    assert (village.escalation().urgency, village.escalation().reason["kind"]) == (Urgency.SOON, "silence")
    noor.hears_nothing()


def test_a_plan_is_asked_for_once(village: Village) -> None:
    noor = silent(village, "1")
    village.check_in(flow="daily")
    noor.hears("Are you there today?")
    assert village.rows(select(notes.c.kind)) == [("plan",)]


def test_the_text_of_a_plan_waits_for_safe_hours(village: Village) -> None:
    noor = village.participant()
    village.passes(hours=5)  # 16:00
    village.check_in(flow="daily")
    noor.next()
    noor.texts("2").hears("Are you there today?")
    village.passes(hours=2)
    noor.hears("Are you there today?")
    village.passes(hours=2, minutes=1)  # 20:01, and their hours end at 20
    noor.hears_nothing()
    village.passes(hours=13)
    noor.hears("you asked us to text you then")


def test_a_later_flow_comes_in_safe_hours_and_again_if_it_asks_for_itself(village: Village) -> None:
    noor = village.participant()
    village.passes(hours=8, minutes=30)  # 19:30
    village.check_in(flow="again")
    noor.next()
    village.passes(minutes=40)  # answered after 20
    noor.texts("2").hears("Thank you")
    assert planned(village, "again") == [village.clock.now().replace(hour=9, minute=0) + timedelta(days=3)]
    village.passes(days=2, hours=13)
    noor.hears("How are things now?")
    noor.texts("2").hears("Thank you")
    assert len(planned(village, "again")) == 1


def test_a_later_flow_is_never_planned_twice(village: Village) -> None:
    noor = village.participant()
    for _ in range(2):
        village.check_in(flow="again")
        noor.next()
        noor.texts("2").hears("Thank you")
    assert len(planned(village, "again")) == 1
    village.passes(days=2)
    noor.hears("How are things now?")
    assert planned(village, "again") == []


def test_two_texts_at_once_plan_one_later_flow(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="again")
    noor.next()
    for words in ("2", "2"):
        village.receive(PARTICIPANT, words)
    village.settle()
    assert len(planned(village, "again")) == 1
    village.phones.clear()


def test_a_flow_that_only_says_something_comes_every_day(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="tips")
    for _ in range(3):
        noor.hears("Open a window")
        village.passes(days=1)
    noor.next()


def test_nothing_comes_later_to_somebody_who_stopped_texts(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="again")
    noor.next()
    noor.texts("2").next()
    noor.texts("STOP").next()
    village.passes(days=9)
    noor.hears_nothing()


def hard_time(village: Village) -> tuple[Phone, str]:
    noor = village.participant()
    village.text(PARTICIPANT, "everything is too much")
    noor.next()
    return noor, village.escalation().id


def test_after_an_escalation_they_are_asked_once_whether_somebody_reached_them(village: Village) -> None:
    noor, escalation = hard_time(village)
    claim(village.deps, escalation, "amina")
    resolve(village.deps, escalation, "amina", "We spoke.")
    resolve(village.deps, escalation, "amina", "We spoke.")
    village.passes(days=1, hours=23)
    noor.hears_nothing()
    village.passes(hours=1)
    noor.hears("Did one of us reach you?")
    village.passes(days=9)
    noor.hears_nothing()


def test_two_hard_times_in_two_days_are_followed_by_one_question(village: Village) -> None:
    noor, escalation = hard_time(village)
    read_nothing_needed(village.deps, escalation, "amina")
    village.passes(days=1)
    village.text(PARTICIPANT, "and again")
    noor.next()
    read_nothing_needed(village.deps, village.escalation().id, "ben")
    village.passes(days=1)
    noor.hears("Did one of us reach you?")
    noor.texts("1").hears("Thank you")
    village.passes(days=9)
    noor.hears_nothing()


@pytest.mark.parametrize("words", ["thank you"])
def test_nothing_routine_is_followed_by_a_question(village: Village, words: str) -> None:
    noor = village.participant()
    noor.texts(words).next()
    read_nothing_needed(village.deps, village.escalation().id, "amina")
    assert planned(village, "after") == []


def test_a_text_that_did_not_arrive_is_no_hard_time_of_theirs(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="again")
    noor.next()
    village.callback(village.carrier.sent[-1], "undelivered", 30003)
    assert why(village.escalation().reason) == "The question did not reach them"
    assert (village.escalation().reason["flow"], village.escalation().reason["step"]) == ("again", "now")
    read_nothing_needed(village.deps, village.escalation().id, "amina")
    assert planned(village, "after") == []


@pytest.mark.parametrize("words", ["STOP", "TEXTS OFF"])
def test_nobody_who_stopped_texts_is_asked_after_an_escalation(village: Village, words: str) -> None:
    noor, escalation = hard_time(village)
    noor.texts(words).next()
    read_nothing_needed(village.deps, escalation, "amina")
    assert planned(village, "after") == []
    village.passes(days=9)
    noor.hears_nothing()


def test_whoever_has_not_joined_is_not_asked_after_an_escalation(village: Village) -> None:
    stranger = village.phone(AMINA, "a stranger")
    stranger.texts("everything is too much").next()
    read_nothing_needed(village.deps, village.escalation().id, "ben")
    assert planned(village, "after") == []


def test_a_question_that_nobody_was_told_about_is_told_when_its_time_is_over(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    noor = village.participant()
    village.carrier.answers_to(noor.number, Unknown("timeout"))
    assert begin_now(village.deps, village.participant_id(), "again") is None
    with village.database.write() as tx:
        tx.execute(messages.update().where(messages.c.kind == "question").values(state="failed"))
        tx.execute(dues.update().where(dues.c.kind == "send").values(state="broken"))
    village.passes(days=1)
    assert why(village.escalation().reason) == "The question did not reach them"
    assert village.timeline() == ["opened"]
    noor.hears_nothing()
