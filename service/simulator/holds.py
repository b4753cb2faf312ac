"""Requests that hang and webhooks that are frozen, until somebody lets them go."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that waits: a request (`where` rest or read) or a webhook (inbound or status)."""

    id: int
    where: str
    when: str
    phone: str | None
    sid: str | None
    since: float
    let_go: Callable[[bool], None]

    def described(self) -> dict[str, object]:
        """The held thing as the control API shows it."""
        return {
            "id": self.id,
            "where": self.where,
            "when": self.when,
            "phone": self.phone,
            "sid": self.sid,
            "held_ms": int((time.monotonic() - self.since) * 1000),
        }


class Holds:
    """Everything that is held now; `tell` writes each holding and release into the ledger."""

    def __init__(self, tell: Callable[..., object]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._held: dict[int, Held] = {}
        self._ids = itertools.count(1)
        self._closed = False

    def wait(self, where: str, when: str, phone: str | None, sid: str | None) -> bool:
        """Hang here until released; True to go on, False if the request is to be discarded."""
        released = threading.Event()
        go_on = True

        def let_go(discard: bool) -> None:
            nonlocal go_on
            go_on = not discard
            released.set()

        self.park(where, when, phone, sid, let_go)
        released.wait()
        return go_on

    def park(self, where: str, when: str, phone: str | None, sid: str | None, let_go: Callable[[bool], None]) -> None:
        """Keep something whose thread need not wait; `let_go(discard)` is called on release."""
        with self._lock:
            held = Held(next(self._ids), where, when, phone, sid, time.monotonic(), let_go)
            closed = self._closed
            if not closed:
                self._held[held.id] = held
        if closed:
            let_go(True)
        else:
            self._tell("held", hold=held.id, where=where, when=when, phone=phone, sid=sid)

    def all(self) -> list[Held]:
        """What is held, oldest first."""
        with self._lock:
            return list(self._held.values())

    def release(self, hold_id: int | None = None, phone: str | None = None, discard: bool = False) -> int:
        """Let go one, those of a phone, or all, in the order in which they came; returns how many."""
        with self._lock:
            going = [held for held in self._held.values() if hold_id in (None, held.id) and phone in (None, held.phone)]
            for held in going:
                del self._held[held.id]
        for held in going:
            self._tell("released", hold=held.id, where=held.where, phone=held.phone, sid=held.sid, discarded=discard)
            held.let_go(discard)
        return len(going)

    def close(self) -> None:
        """Discard everything that is held, and everything that would be held from now on."""
        with self._lock:
            self._closed = True
        self.release(discard=True)
