"""The phone DSL: `phone.texts("3").hears("…")`, the same in one process and over real ones."""

from __future__ import annotations

from typing import Protocol


class Network(Protocol):
    """Carries texts between phones and the service, however it does it."""

    def text(self, number: str, words: str) -> None:
        """A phone texts the service."""

    def heard(self, number: str, at_least: int) -> list[str]:
        """Every text that a phone has had so far; waits a while for there to be so many."""


class Phone:
    """One phone. What it was sent and did not expect makes the test fail at the end."""

    def __init__(self, network: Network, number: str, name: str) -> None:
        self.network, self.number, self.name = network, number, name
        self._expected = 0

    def texts(self, words: str) -> Phone:
        """This person writes."""
        self.network.text(self.number, words)
        return self

    def hears(self, *pieces: str) -> Phone:
        """The next text that they did not hear yet has all these pieces."""
        said = self.next()
        for piece in pieces:
            assert piece in said, f"{self.name} heard {said!r}, which has no {piece!r}"
        return self

    def next(self) -> str:
        """The next text that they did not hear yet."""
        self._expected += 1
        heard = self.network.heard(self.number, self._expected)
        assert len(heard) >= self._expected, f"{self.name} heard nothing more; so far: {heard}"
        return heard[self._expected - 1]

    def catches_up(self) -> Phone:
        """They read all that has come, once nothing more is on its way."""
        self._expected = len(self.network.heard(self.number, 0))
        return self

    def hears_nothing(self) -> Phone:
        """Nothing came that was not expected."""
        heard = self.network.heard(self.number, 0)
        assert heard[self._expected :] == [], f"{self.name} heard what nobody expected: {heard[self._expected :]}"
        return self
