"""Group commit: writers that wait at the same moment share one transaction, and so one wait for the disk.

Each does its work under a savepoint of its own, one after another: what fails takes nobody along. Nobody hears that
their work is done before the shared commit is on disk; if that fails, it failed for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from service.store.errors import StoreRefused
from service.store.prepared import execute

MOST = 16
"""Works that share one transaction at most: as many as web has threads, and still short for whoever waits outside."""

Result = TypeVar("Result")
Refusals = Callable[[], AbstractContextManager[None]]


class _Waiting(Generic[Result]):
    """One writer's work, and what came of it."""

    def __init__(self, work: Callable[[Connection], Result]) -> None:
        self.work = work
        self.woken = threading.Event()
        self.done = False
        self.error: BaseException | None = None
        self.result: Result | None = None

    def run(self, tx: Connection, refusals: Refusals) -> None:
        """Do the work; an error is kept for its own writer. Whatever breaks the transaction itself is raised."""
        execute(tx, "SAVEPOINT one_work")
        try:
            with refusals():
                self.result = self.work(tx)
        except Exception as error:
            self.error = error
            execute(tx, "ROLLBACK TO one_work")
        execute(tx, "RELEASE one_work")

    def failed(self, error: BaseException) -> None:
        """The transaction failed, whatever had come of this work in it."""
        if isinstance(error, StoreRefused):
            error = StoreRefused(error.reason)  # one of its own: each writer's thread adds its trace to it
        self.error = error if isinstance(error, Exception) else StoreRefused("interrupted")


class Group:
    """Safe between threads. Whoever comes while nobody leads is the leader, and does the work of all who wait."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]], refusals: Refusals) -> None:
        """`write` opens one transaction that is on disk when its block ends; `refusals` puts driver errors in our words."""
        self._write, self._refusals = write, refusals
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[Any]] = []
        self._led = False

    def do(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` returned, once it is on disk; raises what it raised, or StoreRefused if nothing was kept."""
        mine = _Waiting(work)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.woken.wait()
        if not mine.done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """One transaction for all who wait once the lock is ours; then the next who waits leads."""
        batch: list[_Waiting[Any]] = []
        try:
            with self._write() as tx:
                batch = self._take()
                for one in batch:
                    one.run(tx, self._refusals)
        except BaseException as error:
            batch = batch or self._take()
            for one in batch:
                one.failed(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(batch)

    def _take(self) -> list[_Waiting[Any]]:
        with self._lock:
            taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        return taken

    def _hand_over(self, batch: list[_Waiting[Any]]) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        for one in batch:
            one.done = True
            one.woken.set()
        if following is not None:
            following.woken.set()
