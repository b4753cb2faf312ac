"""The ringer: many rings become few, the last comes after the last row, and nobody who rings waits for the bell."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from service.bell import LANES, Ringer


class SlowBell:
    """A bell that may be held: `rang` is what it was asked, when its ring ended."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.rang: list[str] = []
        self.answered: list[str] = []
        self.free = threading.Event()
        self.free.set()

    def ring(self, lane: str) -> bool:
        self.begun.append(lane)
        assert self.free.wait(10)
        self.rang.append(lane)
        return True

    def answer(self, lane: str) -> None:
        self.answered.append(lane)

    def reachable(self) -> bool:
        return False


@pytest.fixture
def bell() -> Iterator[SlowBell]:
    bell = SlowBell()
    yield bell
    bell.free.set()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.001)


def busy(bell: SlowBell, ringer: Ringer, lane: str = "bulk") -> None:
    """A ring is under way and does not end."""
    bell.free.clear()
    ringer.ring(lane)
    until(lambda: bell.begun == [lane])


def test_one_ring_rings_once(bell: SlowBell) -> None:
    assert Ringer(bell).ring("reply") is True
    until(lambda: bell.rang == ["reply"])
    time.sleep(0.02)
    assert bell.rang == ["reply"]


def test_many_rings_while_one_is_under_way_become_one(bell: SlowBell) -> None:
    ringer = Ringer(bell)
    busy(bell, ringer, "reply")
    for _ in range(1000):
        ringer.ring("reply")
    bell.free.set()
    until(lambda: bell.rang == ["reply", "reply"])
    time.sleep(0.02)
    assert bell.rang == ["reply", "reply"]


def test_a_bell_that_blocks_blocks_nobody_who_rings(bell: SlowBell) -> None:
    ringer = Ringer(bell)
    busy(bell, ringer)
    before = time.monotonic()
    assert all(ringer.ring(lane) for lane in LANES * 100)
    assert time.monotonic() - before < 1
    assert bell.rang == []


def test_pages_are_rung_before_replies_and_replies_before_the_rest(bell: SlowBell) -> None:
    ringer = Ringer(bell)
    busy(bell, ringer, "bulk")
    for lane in ("bulk", "reply", "urgent"):
        ringer.ring(lane)
    bell.free.set()
    until(lambda: len(bell.rang) == 4)
    assert bell.rang == ["bulk", "urgent", "reply", "bulk"]


def test_a_ring_always_begins_after_the_last_row() -> None:
    rows, seen = [0], [0]

    class Looks(SlowBell):
        def ring(self, lane: str) -> bool:
            seen.append(rows[0])
            return True

    ringer = Ringer(Looks())
    for number in range(1, 2001):
        rows[0] = number
        ringer.ring("reply")
        if number % 100 == 0:
            until(lambda number=number: seen[-1] == number)
    assert len(seen) <= 2001


def test_rings_of_many_threads_are_each_followed_by_a_ring(bell: SlowBell) -> None:
    ringer, rung = Ringer(bell), set[str]()
    threads = [threading.Thread(target=ringer.ring, args=(lane,)) for lane in LANES * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    until(lambda: not rung.update(bell.rang) and rung == set(LANES))
    assert len(bell.rang) <= 30


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bell_that_breaks_once_rings_again_the_next_time() -> None:
    class Breaks(SlowBell):
        def ring(self, lane: str) -> bool:
            self.begun.append(lane)
            if len(self.begun) == 1:
                raise RuntimeError("not Redis's")
            return super().ring(lane)

    bell = Breaks()
    ringer = Ringer(bell)
    ringer.ring("urgent")
    until(lambda: bell.begun == ["urgent"])
    until(lambda: ringer._thread is not None and not ringer._thread.is_alive())
    ringer.ring("urgent")
    until(lambda: bell.rang == ["urgent"])


def test_no_thread_before_the_first_ring(bell: SlowBell) -> None:
    assert Ringer(bell)._thread is None, "a process that forks before it serves must not leave a thread behind"


def test_the_rest_is_the_bell_s_own(bell: SlowBell) -> None:
    ringer = Ringer(bell)
    ringer.answer("urgent")
    assert bell.answered == ["urgent"]
    assert ringer.reachable() is False
