"""The bell: tells a worker that a lane has something due. The database says what; Redis holds opaque things only.

A ring may be lost and nothing is lost with it: the clock finds whatever is overdue. So the bell never raises for what
Redis does, and never keeps a caller longer than one short time-out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

LANES: Final = ("urgent", "reply", "bulk")
DRAIN: Final = "worker.jobs.drain"
"""The one function that a job may name; its argument is the lane."""

TIMEOUT_SECONDS: Final = 0.3
RUNG_SECONDS: Final = 5
QUIET_SECONDS: Final = 5.0
FAILURE_SECONDS: Final = 60
JOB_SECONDS: Final = 60


class Rings(Protocol):
    """What use cases and workers need of a bell."""

    def ring(self, lane: str) -> bool:
        """True if a worker will be told."""
        ...

    def answer(self, lane: str) -> None:
        """A worker begins to drain the lane: whatever is rung from now on needs a new job."""
        ...

    def reachable(self) -> bool:
        """True if Redis answers; `/health` says degraded otherwise."""
        ...


def queue_name(lane: str) -> str:
    """The RQ queue of a lane. A worker process takes one queue only: with two, RQ loses a job when it is killed."""
    if lane not in LANES:
        raise ValueError(f"{lane!r} is not a lane: {', '.join(LANES)}")
    return f"alongside-{lane}"


class Bell:
    """Rings through RQ. At most one job a lane waits, however often it is rung. Safe between threads."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._monotonic = monotonic
        self._quiet_until = float("-inf")
        self._lock = threading.Lock()
        self._queues = {lane: Queue(queue_name(lane), connection=redis, serializer=JSONSerializer) for lane in LANES}

    def ring(self, lane: str) -> bool:
        """True if a job for the lane waits now. False, in 0.3 s at most, if Redis fails; then quiet for 5 s."""
        queue = self._queues[lane]
        with self._lock:
            if self._monotonic() < self._quiet_until:
                return False
        try:
            self._enqueue_once(queue, lane)
        except (RedisError, OSError):
            with self._lock:
                self._quiet_until = self._monotonic() + QUIET_SECONDS
            return False
        return True

    def answer(self, lane: str) -> None:
        """Call this before the first look at what is due, so that a ring during the drain brings another one."""
        try:
            self._redis.delete(_rung(lane))
        except (RedisError, OSError):
            return  # the mark expires by itself in 5 s

    def reachable(self) -> bool:
        """True if Redis answers within 0.3 s."""
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _enqueue_once(self, queue: Queue, lane: str) -> None:
        # Alone, because mostly it is all there is to do: in a burst every text rings.
        if not self._redis.set(_rung(lane), 1, nx=True, ex=RUNG_SECONDS):
            return
        # A job that still waits will drain everything, also what came after the mark expired: a lane without a
        # worker keeps one job, not one every 5 s.
        if self._redis.llen(queue.key):
            return
        with self._redis.pipeline() as once:
            queue.enqueue_call(
                DRAIN,
                args=(lane,),
                timeout=JOB_SECONDS,
                result_ttl=0,
                failure_ttl=FAILURE_SECONDS,
                description="drain",  # RQ would otherwise write the call out, arguments and all
                pipeline=once,
            )
            once.execute()


class Ringer:
    """Rings in a thread of its own, so that nobody who rings waits for Redis; many rings of a burst become one.

    Whatever was rung is rung once more after the ring under way, so the last ring always comes after the last row.
    """

    def __init__(self, bell: Rings) -> None:
        self._bell = bell
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, lane: str) -> bool:
        """Always True: it will be rung, and who finds Redis away finds the clock."""
        with self._changed:
            self._wanted.add(lane)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="ringer")
                self._thread.start()
            self._changed.notify()
        return True

    def answer(self, lane: str) -> None:
        """As the bell itself."""
        self._bell.answer(lane)

    def reachable(self) -> bool:
        """As the bell itself."""
        return self._bell.reachable()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._wanted))
                # Pages first: their lane must not wait behind another's time-out.
                lane = max(self._wanted, key=LANES[::-1].index)
                self._wanted.remove(lane)
            self._bell.ring(lane)


class NoBell:
    """Without Redis nobody is rung: the clock finds what is due by itself, a second later."""

    def ring(self, lane: str) -> bool:
        """Nobody was told."""
        queue_name(lane)
        return False

    def answer(self, lane: str) -> None:
        """Nothing to take back."""

    def reachable(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing to close."""


def open_bell(url: str | None, *, monotonic: Callable[[], float] = time.monotonic) -> Bell | NoBell:
    """A bell at `redis://…`, `rediss://…` or `unix://…`; connects on the first ring. ValueError if it is no address."""
    if not url:
        return NoBell()
    redis = Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        # Said outright: a client made without an address retries ten times, and a frozen Redis then takes 20 s.
        retry=Retry(NoBackoff(), 0),
    )
    return Bell(redis, monotonic=monotonic)


def _rung(lane: str) -> str:
    return f"alongside:rung:{lane}"
