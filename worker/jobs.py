"""The one job there is: drain a lane. RQ carries it; SQL says what is in it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rq.job import Job

from service.logs import get_log
from service.store.errors import StoreError
from service.usecases.deps import Deps
from service.usecases.due_work import do_next

DRAIN = "worker.jobs.drain"
WIDTH = {"urgent": 4, "reply": 4, "bulk": 2}  # sends under way at once in one worker: a slow carrier holds up no page
_log = get_log()
_here: list[Deps] = []


class NotOurJob(Exception):
    """Somebody wrote a job into Redis that is none of ours."""


class OurJob(Job):
    """A job that can only ever drain: whoever can write to Redis must not be able to run code here."""

    @property
    def func(self) -> object:
        """The function of this job, from a list of one."""
        if self.func_name != DRAIN:
            raise NotOurJob("a job that is not ours was in the queue")
        return drain


def work_with(deps: Deps) -> None:
    """Give this process what its jobs need."""
    _here[:] = [deps]


def drain(lane: str) -> int:
    """Do what is due in a lane until nothing is; how many rows were done."""
    deps = _here[0]
    deps.bell.answer(lane)
    drained = _Drain(deps, lane)
    drained.run()
    return drained.done


class _Drain:
    """One drain of a lane. Whoever claims a row calls one more to look, so a send that hangs holds up no other."""

    def __init__(self, deps: Deps, lane: str) -> None:
        self._deps, self._lane = deps, lane
        self._lock = threading.Lock()
        self._helpers: list[threading.Thread] = []
        self._looking = 1
        self.done = 0

    def run(self) -> None:
        """Drain until nothing is due and every helper has come back."""
        self._go_on()
        for helper in self._helpers:  # a list that may still grow, and is walked to its end
            helper.join()

    def _go_on(self) -> None:
        while do_safely(self._deps, self._lane, self._call_one):
            with self._lock:
                self.done += 1
        with self._lock:
            self._looking -= 1

    def _call_one(self) -> None:
        with self._lock:
            if self._looking >= WIDTH[self._lane]:
                return
            self._looking += 1
            helper = threading.Thread(target=self._go_on, daemon=True)
            self._helpers.append(helper)
        helper.start()


def do_safely(deps: Deps, lane: str, claimed: Callable[[], None] = lambda: None) -> bool:
    """One row; a store out of reach ends the drain, the clock comes back to it."""
    try:
        return do_next(deps, lane, claimed)
    except StoreError as error:
        _log.warning("drain stopped", lane=lane, outcome=type(error).__name__)
        return False
