"""The phone DSL over a running stage: texts go through the simulator, and every wait has an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from service.cli._cast import AGREES, under_way
from service.cli._stage import Stage
from service.usecases.joining import Invitation, invite
from tests.support.phone import Phone

PATIENCE = 20.0
"""Seconds for a text to come: longer than a lease and its grace, after which a lost attempt is made again."""

Found = TypeVar("Found")


def until(found: Callable[[], Found], seconds: float = PATIENCE, *, what: str = "it") -> Found:
    """The first truthy value of `found()`, asked again and again; fails if there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.03)
    return value


class StagePhones:
    """The phones of one story on a stage; a phone hears only what comes after it was picked up here."""

    def __init__(self, stage: Stage, *, patience: float = PATIENCE) -> None:
        self.stage, self.patience = stage, patience
        self._before: dict[str, int] = {}
        self._phones: list[Phone] = []

    def phone(self, number: str, name: str, *, language: str = "en", kind: str = "participant") -> Phone:
        """A phone that the service may or may not know."""
        self.stage.carrier.phone(number, name, language, kind)
        self._before[number] = len(self.stage.carrier.heard(number))
        phone = Phone(self, number, name)
        self._phones.append(phone)
        return phone

    def participant(self, number: str, name: str, language: str) -> tuple[Phone, str]:
        """Somebody who was invited and says yes; their phone and participant id."""
        phone = self.phone(number, name, language=language)
        invited = invite(self.stage.deps, Invitation(number, name, language))
        self.agrees(phone)
        return phone, invited.participant_id

    def agrees(self, phone: Phone) -> None:
        """Somebody who was invited goes through the welcome."""
        phone.catches_up()
        for answer in AGREES:
            phone.texts(answer).catches_up()

    def text(self, number: str, words: str) -> None:
        """A phone texts the service."""
        self.stage.carrier.text(number, words)

    def heard(self, number: str, at_least: int) -> list[str]:
        """What a phone has had, after there are so many or patience ends; for none, after all is quiet."""
        if at_least == 0:
            self.quiet()
        deadline = time.monotonic() + self.patience
        while len(found := self._heard(number)) < at_least and time.monotonic() < deadline:
            time.sleep(0.03)
        return found

    def quiet(self) -> None:
        """Wait until nothing is due, and the carrier has nothing under way in either direction."""
        deadline = time.monotonic() + self.patience
        while noise := under_way(self.stage):
            assert time.monotonic() < deadline, f"after {self.patience:.0f} s there is no quiet: {noise}"
            time.sleep(0.03)

    def close(self) -> None:
        """Every phone heard what it expected, and nothing else."""
        for phone in self._phones:
            phone.hears_nothing()

    def _heard(self, number: str) -> list[str]:
        return self.stage.carrier.heard(number)[self._before[number] :]
