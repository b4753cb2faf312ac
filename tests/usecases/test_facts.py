"""What a flow may ask of the person and the hour: true when asked, and never looked up when not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service.store import people
from service.store.prepared import Prepared
from service.store.schema import checkins, contacts, notes, promises
from service.usecases import facts
from service.usecases.deps import Deps
from service.usecases.escalations import claim, resolve
from service.usecases.facts import facts_of
from service.usecases.replies import reply
from service.usecases.turn import Turn, begin_turn
from tests.support.house import PARTICIPANT, STRANGER
from tests.usecases.homes import SERVICE, Village, flow, small

WEEK = flow(
    "week",
    """
  - id: week
    ask: How was your week?
    why: So that we notice.
    choices: {good: Good, hard: Hard}
  - id: better
    when: {last.week: hard}
    say: Last time it was hard. Thank you for telling us again.
  - id: bye
    say: Thank you.
""",
)
SAY = flow(
    "say",
    """
  - id: idea
    when: {promise_kept: yes}
    ask: What should we do in another way?
    why: You hear what came of it.
    open: true
    notes: idea
  - id: heard
    say: "Ideas so far this month: {ideas}."
  - id: cost
    say: "{price}"
""",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(week=WEEK, say=SAY))


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Prepared]]:
    """The prepared statements of the facts that run meanwhile."""
    ran: list[Prepared] = []
    really = Prepared.all
    lazy = [value for value in vars(facts).values() if isinstance(value, Prepared)]

    def run(self: Prepared, *given: Any) -> list[Any]:
        if self in lazy:
            ran.append(self)
        return really(self, *given)

    with monkeypatch.context() as watched:
        watched.setattr(Prepared, "all", run)
        yield ran


def test_an_ordinary_turn_looks_up_none_of_them(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = village.participant()
    village.check_in(flow="week")
    noor.next()
    chosen: list[object] = []
    monkeypatch.setattr(facts, "chosen_by", lambda *given: chosen.append(given))
    monkeypatch.setattr(facts, "on_duty", lambda *given: chosen.append(given))
    monkeypatch.setattr(facts, "times_to_offer", lambda *given: chosen.append(given))
    with statements(monkeypatch) as ran:
        village.check_in(flow="say")  # refused: one is open
        noor.texts("blue").next()
    assert (ran, chosen) == ([], [])
    village.phones.clear()


def test_what_was_answered_last_time_is_asked_for_once_and_known(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = village.participant()
    village.check_in(flow="week")
    noor.next()
    noor.texts("2").hears("Thank you.")
    village.check_in(flow="week")
    noor.next()
    with statements(monkeypatch) as ran:
        noor.texts("1").hears("Last time it was hard")
    assert len(ran) == 1
    village.check_in(flow="week")
    noor.next()
    assert noor.texts("1").next() == "Thank you."


def test_a_check_in_that_came_to_nothing_is_not_the_last_time(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="week")
    noor.next()
    noor.texts("2").next()
    village.check_in(flow="week")
    noor.next()
    village.passes(days=2)
    assert village.values(select(checkins.c.status).order_by(checkins.c.id))[-1] == "closed"
    village.check_in(flow="week")
    noor.next()
    noor.texts("1").hears("Last time it was hard")


def test_answers_are_forgotten_when_their_time_is_over(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="week")
    noor.next()
    noor.texts("2").next()
    village.passes(days=91)
    village.check_in(flow="week")
    noor.next()
    assert noor.texts("1").next() == "Thank you."


def test_ideas_are_asked_for_only_when_a_promise_to_them_has_been_kept(village: Village) -> None:
    noor = village.participant()
    village.check_in(flow="say")
    noor.hears("Ideas so far this month: 0.")
    village.text(PARTICIPANT, "the boiler broke")
    noor.next()
    claim(village.deps, village.escalation().id, "amina")
    reply(village.deps, village.escalation().id, "amina", "Somebody comes at two.")
    village.settle()
    noor.hears("Somebody comes at two.")
    resolve(village.deps, village.escalation().id, "amina", "It is mended.")
    village.check_in(flow="say")
    noor.hears("What should we do in another way?")
    noor.texts("ring us on Sundays").hears("Ideas so far this month: 1.")
    assert village.values(select(notes.c.kind)) == ["idea"]
    village.check_in(flow="say")
    noor.next()
    noor.texts("and at night").hears("Ideas so far this month: 2.")


def test_a_promise_to_somebody_else_is_none_to_them(village: Village) -> None:
    sara = village.participant("Sara", number=STRANGER)
    sara.texts("the boiler broke").hears("A person will read them by")
    claim(village.deps, village.escalation().id, "amina")
    reply(village.deps, village.escalation().id, "amina", "Somebody comes at two.")
    village.settle()
    sara.next()
    assert village.values(select(promises.c.state)) == ["kept"]
    noor = village.participant()
    village.check_in("Noor", "say")
    noor.hears("Ideas so far")


@pytest.mark.parametrize(
    ("prices", "said"),
    [("", "An answer costs what a text costs."), ("£", "An answer by text costs you about £0.10.")],
)
def test_what_an_answer_costs_is_said_as_far_as_it_is_known(
    build_house: Callable[..., Village], prices: str, said: str
) -> None:
    own = small(say=SAY)
    if prices:
        own["config"]["config/service.yml"] = (
            f"{SERVICE}prices: {{currency: GBP, source: the carrier, as_of: 2026-11-01, person_text: 0.1}}\n"
        )
    house = build_house(home=own)
    noor = house.participant()
    house.check_in(flow="say")
    noor.hears(said)


def times(house: Village, now: datetime | None = None) -> tuple[str, ...]:
    with house.database.read() as connection:
        turn = turn_of(house.deps, connection, house, now or house.clock.now())
        return tuple(facts_of(turn, turn.release, turn.release.flows["week"]).times)


def turn_of(deps: Deps, connection: Any, house: Village, now: datetime) -> Turn:
    contact = people.lock(connection, house.values(select(contacts.c.id))[0])
    return begin_turn(deps, connection, contact, now, "a test")


def test_times_that_may_be_offered_are_on_the_rota_and_in_safe_hours(build_house: Callable[..., Village]) -> None:
    house = build_house(home=small(week=WEEK))
    house.participant()
    assert times(house) == ("tue 11:30", "tue 12:00", "tue 12:30")
    assert times(house, datetime(2026, 11, 24, 19, 10, tzinfo=UTC)) == ("tue 19:30", "wed 09:00", "wed 09:30")
    days = small(week=WEEK)
    days["config"]["config/rota.yml"] = days["config"]["config/rota.yml"].replace("00:00, to: 24:00", "09:00, to: 17:00")
    house.publish(days)
    assert times(house, datetime(2026, 11, 24, 16, 10, tzinfo=UTC)) == ("tue 16:30", "wed 09:00", "wed 09:30")


def test_no_time_is_offered_when_nobody_is_on_duty(build_house: Callable[..., Village]) -> None:
    own = small(week=WEEK)
    own["config"]["config/rota.yml"] = own["config"]["config/rota.yml"].replace("[amina, ben]", "petra")
    house = build_house(home=own)
    house.participant()
    assert times(house) == ()
