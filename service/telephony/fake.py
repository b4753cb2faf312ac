"""A carrier in memory, for tests and for people who build on the service: keeps what was sent, answers by script."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.telephony.port import Accepted, CarrierUnreachable, Listed, Outcome


@dataclass(frozen=True, slots=True)
class Sent:
    """One call of `send_text`, and what it ended in."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    token: str
    valid_for: timedelta
    outcome: Outcome


class FakeTelephony:
    """A `Telephony` that accepts everything, unless `answers_next` or `answers_to` scripted something else."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.listed: list[Listed] | None = []  # what `texts_since` tells; None: the list can't be read
        self._next: deque[Outcome] = deque()
        self._by_number: dict[str, Outcome] = {}
        self._lock = threading.Lock()

    def answers_next(self, *outcomes: Outcome) -> None:
        """The next sends end in these, in order, whoever they go to."""
        self._next.extend(outcomes)

    def answers_to(self, number: str, outcome: Outcome | None) -> None:
        """Every send to this number ends in `outcome`; None takes that back."""
        if outcome is None:
            self._by_number.pop(number, None)
        else:
            self._by_number[number] = outcome

    def accepted_by(self, number: str) -> list[str]:
        """The texts that reached a phone, oldest first."""
        return [sent.body for sent in self.sent if sent.to == number and isinstance(sent.outcome, Accepted)]

    def send_text(self, *, to: str, body: str, token: str, valid_for: timedelta) -> Outcome:
        """Keep the text and answer as scripted."""
        with self._lock:
            outcome = self._next.popleft() if self._next else self._by_number.get(to)
            if outcome is None:
                outcome = Accepted(f"SM{len(self.sent) + 1:032x}", "queued")
            self.sent.append(Sent(to, body, token, valid_for, outcome))
            return outcome

    def texts_since(self, since: datetime) -> Sequence[Listed]:  # noqa: ARG002 - the list here is short
        """What `listed` has."""
        if self.listed is None:
            raise CarrierUnreachable("a test")
        return list(self.listed)
