"""The words every room shares: urgency, duties, channels, and a problem that names its line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """The order in which people are read. Not a risk score, and never stored on a person."""

    ROUTINE = 0
    SOON = 1
    URGENT = 2

    @property
    def label(self) -> str:
        """The word that config, pages and exports use."""
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Urgency:
        """The urgency of a word; ValueError if it is none."""
        for urgency in cls:
            if urgency.label == label:
                return urgency
        raise ValueError(f"{label!r} is not an urgency: write routine, soon or urgent")


class Duty(StrEnum):
    """What a member of the team does; one person may have several."""

    TRAINED_STAFF = "trained staff"
    PEER = "peer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Channel(StrEnum):
    """How a check-in reaches the person."""

    SMS = "sms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in something that a coordinator wrote, and what to write instead."""

    file: str
    line: int
    message: str
    piece: str = ""

    def __str__(self) -> str:
        shown = f" ({self.piece})" if self.piece else ""
        return f"{self.file}:{self.line}: {self.message}{shown}"
