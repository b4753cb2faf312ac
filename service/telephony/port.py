"""What the service asks of a carrier, and the closed set of answers that a send can end in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has the message and reports on it under `provider_id`."""

    provider_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused, and sending the same again would be refused again. `code` is None where it never left us."""

    code: int | None
    alarm: bool = False
    """The operator must be told."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Certainly not sent; may be sent after `after`. `code` is None where the carrier was not reached."""

    code: int | None
    after: timedelta
    alarm: bool = False
    """The operator must be told: nothing gets through until a person acts, and nothing may be given up meanwhile."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps sent: the answer was lost. Wait for the status callback before sending again. `reason` holds no words."""

    reason: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The carrier holds a STOP from this number and refuses to text it."""

    code: int


@dataclass(frozen=True, slots=True)
class BadNumber:
    """This number cannot be texted."""

    code: int


Outcome = Accepted | Permanent | Retry | Unknown | OptedOut | BadNumber


@dataclass(frozen=True, slots=True)
class Listed:
    """A text to us as it stands in the carrier's own list."""

    provider_id: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    media: int
    sent_at: datetime | None = None  # real time, the carrier's own


class CarrierUnreachable(Exception):
    """The carrier's list can't be read just now."""


class Telephony(Protocol):
    """A carrier. Sending never raises: whatever happens is one of the outcomes."""

    def send_text(self, *, to: str, body: str, token: str, valid_for: timedelta) -> Outcome:
        """Send once, without retries; `token` is opaque and comes back in the path of the status callback."""
        ...

    def texts_since(self, since: datetime) -> Sequence[Listed]:
        """Every text to us that the carrier lists since then (real time), oldest first. CarrierUnreachable if it can't."""
        ...
