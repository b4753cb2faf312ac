"""A small pool of threads that keeps the order of jobs with the same key."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue

Job = Callable[[], None]

_log = logging.getLogger(__name__)


class Pool:
    """Runs each job once its time has come; jobs of one key run one after another, as they were submitted."""

    def __init__(self, threads: int = 16) -> None:
        self._changed = threading.Condition()
        self._queues: dict[Hashable, deque[tuple[float, Job]]] = {}
        self._later: list[tuple[float, int, Hashable]] = []
        self._counter = itertools.count()
        self._ready: SimpleQueue[Hashable] = SimpleQueue()
        self._stopped = False
        # One thread alone watches the clock: sixteen that all did would all wake up for every job.
        self._threads = [threading.Thread(target=self._watch, name="courier-clock", daemon=True)]
        self._threads += [threading.Thread(target=self._work, name=f"courier-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, key: Hashable, job: Job, delay_s: float = 0.0) -> None:
        """Run `job` after `delay_s`, and after every earlier job of `key`."""
        at = time.monotonic() + delay_s
        with self._changed:
            queue = self._queues.get(key)
            if queue is None:
                queue = self._queues[key] = deque()
                self._offer(key, at)
            queue.append((at, job))

    def stop(self, wait_s: float = 3.0) -> None:
        """Start nothing more, and wait up to `wait_s` for the jobs that are running."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        for _ in self._threads:
            self._ready.put(None)
        deadline = time.monotonic() + wait_s
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _offer(self, key: Hashable, at: float) -> None:
        if at <= time.monotonic():
            self._ready.put(key)
            return
        heapq.heappush(self._later, (at, next(self._counter), key))
        if self._later[0][0] == at:
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._stopped:
                while self._later and self._later[0][0] <= time.monotonic():
                    self._ready.put(heapq.heappop(self._later)[2])
                self._changed.wait(self._later[0][0] - time.monotonic() if self._later else None)

    def _work(self) -> None:
        while not self._stopped:
            key = self._ready.get()
            if key is None or self._stopped:
                return
            with self._changed:
                job = self._queues[key].popleft()[1]
            try:
                job()
            except Exception:
                # One that outlasted `stop` finds everything closed; any other is a fault of the simulator.
                if not self._stopped:
                    _log.exception("a job of the simulator failed")
            self._done(key)

    def _done(self, key: Hashable) -> None:
        with self._changed:
            if queue := self._queues[key]:
                self._offer(key, queue[0][0])
            else:
                del self._queues[key]
