"""What stands before a person in a rehearsal, as `usecases.raising` would keep it: one thing, which only rises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.model import Urgency
from service.core.promises import Promise
from service.usecases.rehearsal.outcome import Outcome, Reason

TALKING = timedelta(hours=2)  # after a worker's claim, in which no machine talks into it
RECEIPT_REST = timedelta(minutes=15)  # somebody who writes ten texts in a row hears one receipt, not ten


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of it: whether it is new to somebody, and whether a wave was started."""

    urgency: Urgency
    opened: bool = False
    alerted: bool = False
    rose: bool = False


class Waiting:
    """The one escalation that somebody has, or none."""

    def __init__(self, outcome: Outcome, promise: Callable[[Urgency], Promise]) -> None:
        self._outcome, self._promise = outcome, promise
        self.urgency: Urgency | None = None
        self.promised_for: datetime | None = None
        self.claimed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is before a person."""
        return self.urgency is not None

    def put(self, reason: Reason) -> Raised:
        """Open it, or add to it; what is newly urgent starts a wave (I3)."""
        self._outcome.reasons.append(reason)
        before, urgency = self.urgency, reason.urgency
        if before is None:
            self.urgency, self.promised_for = urgency, self._promise(urgency).when
            return self._alerted(Raised(urgency, opened=True, alerted=urgency is Urgency.URGENT))
        after = max(before, urgency)
        newly = urgency is Urgency.URGENT and (before < urgency or self.claimed_at is not None)
        if newly or after > before:
            self.promised_for = self._promise(after).when
        if newly:
            self.claimed_at = None
        self.urgency = after
        return self._alerted(Raised(after, alerted=newly, rose=after > before))

    def _alerted(self, raised: Raised) -> Raised:
        self._outcome.page = self._outcome.page or raised.alerted
        return raised

    def is_with_a_worker(self, now: datetime) -> bool:
        """Whether a worker has just taken it, and is perhaps writing with them."""
        return self.claimed_at is not None and now - self.claimed_at < TALKING

    def promise_said(self, when: datetime | None) -> None:
        """They were told this time."""
        self._outcome.promised = self._outcome.promised or when is not None
