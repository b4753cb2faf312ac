"""The example team of config/team.yml at their phones and desks, and what journeys do with them again and again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from service.cli._cast import AMINA, BEN, SAM
from service.cli._stage import Stage
from service.store.errors import StoreRefused
from service.usecases.starting import begin_now
from tests.support.desk import Desk
from tests.support.phone import Phone
from tests.support.stage_phones import StagePhones

StartStage = Callable[..., AbstractContextManager[Stage]]
PASSWORD = "four-words-in-a-row"


def amina(phones: StagePhones) -> Phone:
    """The first who is asked for somebody who speaks Urdu or English."""
    return phones.phone(AMINA.number, "Amina", kind="staff")


def ben(phones: StagePhones) -> Phone:
    """The second, and the last rung."""
    return phones.phone(BEN.number, "Ben", language="es", kind="staff")


def sam(phones: StagePhones) -> Phone:
    """The operator."""
    return phones.phone(SAM.number, "Sam", kind="staff")


def desk(stage: Stage, handle: str) -> Desk:
    """A member of the team, signed in at the inbox."""
    return Desk(stage.settings.public_address, handle, PASSWORD)


def asks_how_the_week_was(stage: Stage, participant_id: str) -> None:
    """The weekly check-in begins."""
    assert begin_now(stage.deps, participant_id, "weekly-check-in") is None


@contextmanager
def frozen(stage: Stage, *names: str) -> Iterator[None]:
    """SIGSTOP: these processes stand still, and hold up nobody else."""
    groups = [stage.supervisor.pids()[name] for name in names]
    try:
        while True:
            for group in groups:
                os.killpg(group, signal.SIGSTOP)
            with contextlib.suppress(StoreRefused), stage.deps.database.write():
                break  # none of them was stopped in the middle of a write
            for group in groups:
                os.killpg(group, signal.SIGCONT)
            time.sleep(0.05)
        yield
    finally:
        for group in groups:
            os.killpg(group, signal.SIGCONT)


def code_in(page: str) -> str:
    """The four digits of a wave's code."""
    found = re.findall(r"\b\d{4}\b", page)
    assert len(found) == 1, page
    return str(found[0])
