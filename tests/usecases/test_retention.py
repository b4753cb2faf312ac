"""What a flow says of how long answers are kept is true, and a no to keeping them is heard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.store.schema import answers, checkins, messages
from service.usecases.conversations import conversation
from service.usecases.escalations import claim, resolve
from service.usecases.people_access import Reader
from service.usecases.retention import let_go_of_answers
from tests.support.phone import Phone
from tests.usecases.homes import Village, flow, small

WEEK = flow(
    "week",
    "  - id: week\n    ask: How was your week?\n    why: So that we notice.\n"
    "    choices: {good: Good, hard: Hard}\n  - id: bye\n    say: Thank you.\n",
)
MAY_WE = flow(
    "may-we",
    "  - id: keep\n    ask: May we keep your answers?\n    why: You can say no.\n"
    "    yes_no: true\n    consent: answers\n  - id: bye\n    say: Thank you.\n",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(week=WEEK, **{"may-we": MAY_WE}))


def goes_through(village: Village, noor: Phone, name: str, words: str) -> None:
    village.check_in(flow=name)
    noor.next()
    noor.texts(words).next()


def let_go(village: Village) -> int:
    return sum(let_go_of_answers(village.deps))


def kept(village: Village) -> int:
    return len(village.values(select(answers.c.id).join(checkins).where(checkins.c.flow == "week")))


def test_answers_stay_for_their_time_and_not_a_day_longer(village: Village) -> None:
    noor = village.participant()
    goes_through(village, noor, "week", "1")
    village.passes(days=89)
    assert (let_go(village), kept(village)) == (0, 1)
    village.passes(days=2)
    assert (let_go(village), kept(village)) == (2, 0), "the welcome goes too"
    checkin = select(checkins.c.id).where(checkins.c.flow == "week").scalar_subquery()
    theirs = select(messages.c.body).where(messages.c.checkin_id == checkin, messages.c.direction == "in")
    assert village.values(theirs) == [None]
    assert village.values(select(checkins.c.status).where(checkins.c.flow == "week")) == ["done"]
    assert let_go(village) == 0


def test_a_no_to_keeping_answers_is_heard_at_once_and_also_later_check_ins_go(village: Village) -> None:
    noor = village.participant()
    goes_through(village, noor, "week", "1")
    goes_through(village, noor, "may-we", "2")
    assert let_go(village) == 3, "the welcome, the week and the answer itself"
    goes_through(village, noor, "week", "2")
    let_go(village)
    assert kept(village) == 0


def test_the_last_word_counts(village: Village) -> None:
    noor = village.participant()
    goes_through(village, noor, "may-we", "2")
    goes_through(village, noor, "may-we", "1")
    goes_through(village, noor, "week", "1")
    let_go(village)
    assert kept(village) == 1


def test_nothing_goes_while_somebody_waits_for_a_person(village: Village) -> None:
    noor = village.participant()
    goes_through(village, noor, "may-we", "2")
    village.check_in(flow="week")
    noor.next()
    noor.texts("1 but the boiler broke").next()
    village.passes(days=100)
    let_go(village)
    assert kept(village) == 1
    reader = Reader(village.deps.releases.current().config.team["amina"], village.clock.now().date())
    shown = conversation(village.deps, reader, village.escalation().id)
    assert shown is not None
    assert any(bubble.words and "boiler" in bubble.words for bubble in shown.bubbles)
    claim(village.deps, village.escalation().id, "amina")
    resolve(village.deps, village.escalation().id, "amina", "Somebody came.")
    let_go(village)
    assert kept(village) == 0
