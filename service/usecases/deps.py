"""What the use cases need from the world, in one bundle; `service.wiring` fills it, tests fill it with fakes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from service.store.engine import Database
from service.telephony.port import Telephony
from service.usecases.releases import Releases


class Clock(Protocol):
    """Tells the time in UTC; only the demo's and the tests' can be moved."""

    @property
    def movable(self) -> bool:
        """Whether `move` is allowed."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def move(self, by: timedelta) -> datetime:
        """Move time forward for every process."""


class Keys(Protocol):
    """Keys at rest: look-up by number, words sealed with a key per contact."""

    def index(self, e164: str) -> str:
        """The keyed hash by which a number is found."""

    def hashed(self, purpose: str, text: str) -> str:
        """A keyed hash of something that must be compared and never read again."""

    def ensure(self, contact_id: str) -> None:
        """Make this contact's key if there is none; durable when it returns."""

    def seal(self, contact_id: str, table: str, column: str, row: str, text: str) -> bytes:
        """Encrypt for this place alone."""

    def open(self, contact_id: str, table: str, column: str, row: str, blob: bytes) -> str:
        """Decrypt from this place alone."""

    def writable(self) -> bool:
        """Whether a contact could be given a key now."""


class Bell(Protocol):
    """Wakes the workers of a lane; the clock does it anyway a second later."""

    def ring(self, lane: str) -> bool:
        """False when nobody could be rung; never raises."""

    def answer(self, lane: str) -> None:
        """A worker begins to drain the lane: whatever is rung from now on needs a new job."""

    def reachable(self) -> bool:
        """Whether ringing works just now."""


def _four_digits() -> str:
    return f"{secrets.randbelow(9000) + 1000}"


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Sending:
    """Who may be written to: in trial mode the simulator or the numbers on the test list alone."""

    provider: str = "twilio"
    to_simulator: bool = False
    test_numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything a use case may touch."""

    database: Database
    clock: Clock
    keys: Keys
    bell: Bell
    telephony: Telephony
    releases: Releases
    sending: Sending = field(default_factory=Sending)
    secret: bytes = b""  # sessions and sign-in throttling derive their keys from it
    new_code: Callable[[], str] = _four_digits
    new_token: Callable[[], str] = _token
