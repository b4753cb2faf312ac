"""The clock rings for what is due, and does what nobody comes for: with no Redis at all everything still happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.store.errors import StoreRefused
from service.usecases.deps import Deps
from tests.support.house import AMINA, PARTICIPANT, STRANGER
from tests.usecases.homes import GROUPS, Village, home
from worker import clock


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Village]:
    house = Village(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path)
    yield house
    house.close()


def tick(house: Village) -> None:
    for lane in ("urgent", "reply", "bulk"):
        clock.tick(house.deps, lane, threading.Event())


def test_what_is_due_now_is_rung_for_and_left_to_the_workers(house: Village) -> None:
    house.receive(STRANGER, "hello there")
    house.bell.rung.clear()
    tick(house)
    assert house.bell.rung == ["reply"]
    assert house.carrier.sent == []


def test_what_nobody_came_for_is_done_a_second_later(house: Village) -> None:
    house.receive(STRANGER, "hello there")
    house.clock.move(timedelta(seconds=1))
    tick(house)
    assert len(house.carrier.accepted_by(STRANGER)) == 1


def test_without_redis_everything_still_happens_at_once(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.bell, "ring", lambda _: False)
    house.staff("amina", AMINA)
    house.receive(STRANGER, "I want to die")
    tick(house)
    assert len(house.carrier.accepted_by(AMINA)) == 1
    assert len(house.carrier.accepted_by(STRANGER)) == 1
    house.phones.clear()


def test_a_tick_rings_for_nothing_where_nothing_is_due(house: Village) -> None:
    house.participant()
    house.bell.rung.clear()
    tick(house)
    assert house.bell.rung == []


def test_a_lane_goes_on_after_the_store_was_out_of_reach(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "TICK", 0.01)
    house.receive(PARTICIPANT, "hello there")
    house.clock.move(timedelta(seconds=2))
    stop, failed = threading.Event(), threading.Event()
    real = house.database.read

    def refuses_once() -> object:
        if not failed.is_set():
            failed.set()
            raise StoreRefused("out of reach")
        return real()

    monkeypatch.setattr(house.database, "read", refuses_once)
    thread = threading.Thread(target=clock.run, args=(house.deps, "reply", stop))
    thread.start()
    for _ in range(500):
        if house.carrier.sent:
            break
        stop.wait(0.01)
    stop.set()
    thread.join()
    assert failed.is_set()
    assert len(house.carrier.accepted_by(PARTICIPANT)) == 1


def test_the_clock_plans_anew_with_each_release_and_for_nobody_twice(
    house: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "NOTICE", 0.01)
    planned: list[int] = []
    real = clock.plan_all

    def counts(deps: Deps) -> Iterator[int]:
        changed = list(real(deps))
        planned.append(sum(changed))
        yield from changed

    monkeypatch.setattr(clock, "plan_all", counts)
    house.participant()
    stop = threading.Event()
    thread = threading.Thread(target=clock.keep_plans, args=(house.deps, stop))
    thread.start()
    _until(lambda: planned == [0])  # what they joined with stands
    house.publish(home(groups=GROUPS.replace("Tuesday", "Friday")))
    _until(lambda: planned == [0, 2])  # Tuesday's row is given up, and Friday's is there
    monkeypatch.setattr(clock, "PLAN", 0.0)
    _until(lambda: planned[2:5] == [0, 0, 0])
    stop.set()
    thread.join()


def test_planning_goes_on_after_the_store_was_out_of_reach(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "NOTICE", 0.01)
    asked: list[int] = []

    def refuses_once(_deps: Deps) -> Iterator[int]:
        asked.append(1)
        if len(asked) == 1:
            raise StoreRefused("out of reach")
        yield 0

    monkeypatch.setattr(clock, "plan_all", refuses_once)
    stop = threading.Event()
    thread = threading.Thread(target=clock.keep_plans, args=(house.deps, stop))
    thread.start()
    _until(lambda: len(asked) == 2)
    stop.set()
    thread.join()


def _until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    assert true()
