"""The one clock: UTC plus an offset kept in the store, which only demo and tests may set."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from service.store.engine import Database
from service.store.queries import upsert
from service.store.schema import service_state

_OFFSET = "clock.offset"
FRESH = 0.05  # seconds that a process may go on with the offset it read


class ClockIsFixed(Exception):
    """Somebody tried to move the clock of a real deployment."""


class Clock:
    """Tells the time; in a real deployment the machine's own, always."""

    def __init__(self, database: Database, *, movable: bool) -> None:
        self._database = database
        self.movable = movable
        self._offset = timedelta(0)
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC) + (self._current() if self.movable else timedelta(0))

    def move(self, by: timedelta) -> datetime:
        """Move time forward for every process; ClockIsFixed in a real deployment, ValueError backwards."""
        if not self.movable:
            raise ClockIsFixed("only the demo and tests may move the clock")
        if by < timedelta(0):
            raise ValueError("time only moves forward")
        with self._database.write() as tx:
            found = tx.execute(select(service_state.c.value).where(service_state.c.name == _OFFSET)).scalar()
            total = timedelta(seconds=float(found or 0)) + by
            upsert(tx, service_state, {"name": _OFFSET}, {"value": str(total.total_seconds())})
        self._read_at = float("-inf")
        return self.now()

    def _current(self) -> timedelta:
        if time.monotonic() - self._read_at < FRESH:
            return self._offset
        with self._lock, self._database.read() as connection:
            found = connection.execute(select(service_state.c.value).where(service_state.c.name == _OFFSET)).scalar()
            self._offset = timedelta(seconds=float(found or 0))
            self._read_at = time.monotonic()
        return self._offset
