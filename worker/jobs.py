"""The one job there is: drain a lane. RQ carries it; SQL says what is in it."""

from __future__ import annotations

import threading

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
    done = [0] * WIDTH[lane]
    helpers = [threading.Thread(target=_drain, args=(deps, lane, done, place)) for place in range(1, WIDTH[lane])]
    # Most rings bring one row: helpers start only when there was a first one and there may be more.
    if not do_safely(deps, lane):
        return 0
    for helper in helpers:
        helper.start()
    _drain(deps, lane, done, 0)
    for helper in helpers:
        helper.join()
    return sum(done) + 1


def _drain(deps: Deps, lane: str, done: list[int], place: int) -> None:
    while do_safely(deps, lane):
        done[place] += 1


def do_safely(deps: Deps, lane: str) -> bool:
    """One row; a store out of reach ends the drain, the clock comes back to it."""
    try:
        return do_next(deps, lane)
    except StoreError as error:
        _log.warning("drain stopped", lane=lane, outcome=type(error).__name__)
        return False
