"""Gathering: writers that wait at the same moment are served together, in one transaction and with few statements.

One of those who wait leads: it takes what has gathered and gives it to a handler, which answers for each. Nobody hears
that their work is done before the shared commit is on disk. What fails takes nobody along: then nothing of the shared
transaction is kept, and each is served again alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from service.store.errors import StoreRefused

MOST = 16
"""Works that share one transaction at most: as many as web has threads, and still short."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Handler = Callable[[Connection, Sequence[Item]], Sequence[Result]]


class _Waiting(Generic[Item, Result]):
    """One writer's work, and what came of it."""

    def __init__(self, item: Item, key: str, alone: bool, handler: Handler[Item, Result]) -> None:
        self.item, self.key, self.alone, self.handler = item, key, alone, handler
        self.woken = threading.Event()
        self.done = False
        self.error: BaseException | None = None
        self.result: Result | None = None

    def failed(self, error: BaseException) -> None:
        """The transaction failed, whatever had come of this work in it."""
        if isinstance(error, StoreRefused):
            error = StoreRefused(error.reason)  # one of its own: each writer's thread adds its trace to it
        self.error = error if isinstance(error, Exception) else StoreRefused("interrupted")


class Gathering:
    """Safe between threads. Whoever comes while nobody leads is the leader, and has the work of all who wait done."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        """`write` opens one transaction that is on disk when its block ends."""
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[Any, Any]] = []
        self._led = False

    def do(self, item: Item, key: str, handler: Handler[Item, Result], *, alone: bool = False) -> Result:
        """What the handler answered for this item, once it is on disk; raises what it raised alone, or StoreRefused.

        Two items with one `key` are never in the same transaction; one that must be `alone` shares it with nobody.
        """
        mine = _Waiting(item, key, alone, handler)
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
        """One transaction for those who wait once the writer's turn is ours; then the next who waits leads."""
        batch: list[_Waiting[Any, Any]] = []
        try:
            with self._write() as tx:
                batch = self._take()
                _serve(tx, batch)
        except BaseException as error:
            batch = batch or self._take()
            if len(batch) > 1 and isinstance(error, Exception) and not isinstance(error, StoreRefused):
                self._one_by_one(batch)
            else:
                for one in batch:
                    one.failed(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(batch)

    def _one_by_one(self, batch: list[_Waiting[Any, Any]]) -> None:
        for one in batch:
            # What came of it in the shared transaction was not kept: whoever is not reached must not hear it.
            one.error = StoreRefused("interrupted")
        for one in batch:
            try:
                with self._write() as tx:
                    _serve(tx, [one])
                one.error = None
            except Exception as error:
                one.failed(error)

    def _take(self) -> list[_Waiting[Any, Any]]:
        """The first that waits and others that may share with it; the rest keeps its order."""
        with self._lock:
            taken = self._waiting[:1]
            keys = {one.key for one in taken}
            left: list[_Waiting[Any, Any]] = []
            for one in self._waiting[1:]:
                shares = not one.alone and not taken[0].alone and one.key not in keys and len(taken) < MOST
                keys.add(one.key)
                (taken if shares else left).append(one)
            self._waiting = left
        return taken

    def _hand_over(self, batch: list[_Waiting[Any, Any]]) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        for one in batch:
            one.done = True
            one.woken.set()
        if following is not None:
            following.woken.set()


def _serve(tx: Connection, batch: list[_Waiting[Any, Any]]) -> None:
    """Give the batch to its handler; all who share a database's gathering bring the same one."""
    results = batch[0].handler(tx, [one.item for one in batch])
    for one, result in zip(batch, results, strict=True):
        one.result = result
