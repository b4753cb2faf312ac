"""The clock rings for what is due, and does what nobody comes for: with no Redis at all everything still happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.store.errors import StoreRefused
from tests.support.house import AMINA, PARTICIPANT, STRANGER
from tests.usecases.homes import Village
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
