"""Unwrapped keys for a short while: bounded, and never past the time in which an erasure must reach every process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Cache(Generic[Kept]):
    """The most recently used values, each for at most `seconds` on the monotonic clock. Safe between threads."""

    def __init__(self, size: int, seconds: float, monotonic: Callable[[], float]) -> None:
        self._size, self._seconds, self._monotonic = size, seconds, monotonic
        self._kept: OrderedDict[str, tuple[float, Kept]] = OrderedDict()
        self._lock = threading.Lock()

    def now(self) -> float:
        """Read this before the value is read, and give it to `put`: the time it took to read counts too."""
        return self._monotonic()

    def get(self, name: str) -> Kept | None:
        """The value, unless it was never put, pushed out or is too old."""
        with self._lock:
            found = self._kept.get(name)
            if found is None:
                return None
            if self._monotonic() - found[0] >= self._seconds:
                del self._kept[name]
                return None
            self._kept.move_to_end(name)
            return found[1]

    def put(self, name: str, value: Kept, read_at: float) -> None:
        """Keep a value that was read at `read_at`; the least recently used one makes room."""
        with self._lock:
            self._kept[name] = (read_at, value)
            self._kept.move_to_end(name)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def drop(self, name: str) -> None:
        """Forget a value now."""
        with self._lock:
            self._kept.pop(name, None)

    def __len__(self) -> int:
        return len(self._kept)
