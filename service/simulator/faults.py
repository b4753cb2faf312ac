"""What goes wrong on purpose: which requests, in which way, how often."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .phones import is_number

WHERE: dict[str, tuple[str, ...]] = {
    "rest": ("delay", "drop", "refuse", "hold"),
    "read": ("delay", "drop", "refuse", "hold"),
    "delivery": ("delay", "drop", "undelivered", "failed"),
    "inbound": ("delay", "drop", "duplicate", "reorder", "freeze"),
    "status": ("delay", "drop", "duplicate", "reorder", "freeze"),
}


NUMBERS: dict[str, tuple[Any, int, int]] = {
    "seconds": (int | float, 0, 3600),
    "times": (int, 1, 1000),
    "status": (int, 400, 599),
    "code": (int, 1, 99_999),
    "count": (int, 1, 1_000_000),
    "share": (int | float, 0, 1),
    "seed": (int, 0, 2**32),
}


class FaultError(ValueError):
    """A fault that cannot be set; its words say what to write instead."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    `where`: rest (sending a message), read (listing and fetching), delivery (on the way to the phone), inbound and
    status (webhooks to the service). `when`: before or after the request was accepted. `count`: how many times, None
    until it is cleared. `share`: the part of the matching requests, drawn with `seed`. `times`: extra copies, with
    `together` all at the same moment. `status` and `code`: the HTTP status and Twilio code of a refusal.
    """

    where: str
    action: str
    phone: str | None = None
    when: str = "before"
    seconds: float = 0.5
    times: int = 1
    together: bool = False
    status: int | None = None
    code: int = 20500
    count: int | None = None
    share: float = 1.0
    seed: int = 0
    id: int = 0

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Fault:
        """From JSON; raises FaultError."""
        known = {name for name in cls.__dataclass_fields__ if name != "id"}
        if unknown := sorted(set(wanted) - known):
            raise FaultError(f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        where, action = wanted.get("where"), wanted.get("action")
        if where not in WHERE:
            raise FaultError(f"where: write one of {', '.join(WHERE)}")
        if action not in WHERE[where]:
            raise FaultError(f"action: at {where}, write one of {', '.join(WHERE[where])}")
        if wanted.get("when", "before") not in ("before", "after"):
            raise FaultError("when: write before or after")
        _check_values(wanted)
        return cls(**wanted)

    def described(self) -> dict[str, object]:
        """The fault as the control API shows it."""
        return asdict(self)


def _check_values(wanted: Mapping[str, Any]) -> None:
    for name, (kind, low, high) in NUMBERS.items():
        value = wanted.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high):
            raise FaultError(f"{name}: write a number from {low} to {high}")
    if not isinstance(wanted.get("together", False), bool):
        raise FaultError("together: write true or false")
    phone = wanted.get("phone")
    if phone is not None and not (isinstance(phone, str) and is_number(phone)):
        raise FaultError("phone: write its number in full, such as +447700900123, or leave it out")


class Faults:
    """The faults that are set now. They are a setting of this run: a restarted simulator has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[int, Fault] = {}
        self._left: dict[int, int | None] = {}
        self._dice: dict[int, random.Random] = {}
        self._turns: dict[tuple[int, str], bool] = {}
        self._ids = itertools.count(1)

    def add(self, fault: Fault) -> Fault:
        """Set a fault; returned with its id."""
        with self._lock:
            numbered = Fault(**{**asdict(fault), "id": next(self._ids)})
            self._faults[numbered.id] = numbered
            self._left[numbered.id] = numbered.count
            self._dice[numbered.id] = random.Random(numbered.seed)
            return numbered

    def remove(self, fault_id: int | None = None) -> int:
        """Clear one fault, or all of them; returns how many were set."""
        with self._lock:
            gone = [number for number in self._faults if fault_id in (None, number)]
            for number in gone:
                del self._faults[number]
            return len(gone)

    def remove_actions(self, actions: tuple[str, ...], phone: str | None) -> None:
        """Clear every fault with one of these actions that names this phone (None: whatever it names)."""
        with self._lock:
            for fault in list(self._faults.values()):
                if fault.action in actions and phone in (None, fault.phone):
                    del self._faults[fault.id]

    def all(self) -> list[Fault]:
        """The faults that are set, oldest first."""
        with self._lock:
            return list(self._faults.values())

    def strike(self, where: str, phone: str | None, subject: str) -> tuple[Fault, ...]:
        """The faults that hit this request; each time counts. `subject` is what is reordered: a phone or a sid."""
        if not self._faults:
            return ()
        with self._lock:
            return tuple(fault for fault in list(self._faults.values()) if self._hits(fault, where, phone, subject))

    def _hits(self, fault: Fault, where: str, phone: str | None, subject: str) -> bool:
        if fault.where != where or fault.phone not in (None, phone):
            return False
        if fault.share < 1 and self._dice[fault.id].random() >= fault.share:
            return False
        if fault.action == "reorder" and not self._first_of_two(fault, subject):
            return False
        left = self._left[fault.id]
        if left is not None:
            self._left[fault.id] = left - 1
            if left <= 1:
                del self._faults[fault.id]
        return True

    def _first_of_two(self, fault: Fault, subject: str) -> bool:
        # Holding back every second one lets the next overtake it; holding back all would keep their order.
        first = not self._turns.get((fault.id, subject), False)
        self._turns[(fault.id, subject)] = first
        return first
