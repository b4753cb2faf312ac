"""What happened at the carrier, in order, on disk: the truth that tests and the page read."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

Event = dict[str, Any]

FSYNC_EVERY_S = 0.03


class LedgerInUse(Exception):
    """Another simulator is writing to this ledger."""


class LedgerClosed(Exception):
    """The simulator is stopping, and nothing more can be written."""


class Ledger:
    """An append-only file of JSON lines. A line survives kill -9 at once, and a power cut after 30 ms."""

    def __init__(self, path: str | Path) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self._grown = threading.Condition()
        self._dirty = threading.Event()
        self._closed = False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise LedgerInUse("another simulator uses this ledger; give this one a ledger of its own") from error
        self._events = self._read()
        self._syncer = threading.Thread(target=self._sync, name="ledger-fsync", daemon=True)
        self._syncer.start()

    def append(self, kind: str, **fields: object) -> Event:
        """Write one event and return it with its `seq` and its time `at_ms` (Unix ms); raises LedgerClosed."""
        with self._grown:
            if self._closed:
                raise LedgerClosed("the simulator is stopping")
            event: Event = {"seq": len(self._events) + 1, "at_ms": time.time_ns() // 1_000_000, "kind": kind, **fields}
            os.write(self._file, json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            self._events.append(event)
            self._grown.notify_all()
        self._dirty.set()
        return event

    def since(self, seq: int, wait_s: float = 0.0) -> list[Event]:
        """Every event after `seq`, oldest first; with `wait_s`, waits that long for the first of them."""
        with self._grown:
            self._grown.wait_for(lambda: len(self._events) > seq or self._closed, timeout=wait_s)
            return self._events[max(seq, 0) :]

    @property
    def last(self) -> int:
        """The `seq` of the newest event; 0 if there is none."""
        return len(self._events)

    def close(self) -> None:
        """Write everything through to the disk and let the file go."""
        with self._grown:
            if self._closed:
                return
            self._closed = True
            self._grown.notify_all()
        self._dirty.set()
        self._syncer.join()
        os.fsync(self._file)
        os.close(self._file)

    def _read(self) -> list[Event]:
        size = os.fstat(self._file).st_size
        content = os.pread(self._file, size, 0)
        # A kill may leave half a line at the end: it was never answered for, so it never happened.
        whole = content.rfind(b"\n") + 1
        if whole < size:
            os.ftruncate(self._file, whole)
        return [json.loads(line) for line in content[:whole].splitlines()]

    def _sync(self) -> None:
        while not self._closed:
            self._dirty.wait()
            self._dirty.clear()
            os.fdatasync(self._file)
            time.sleep(FSYNC_EVERY_S)
