"""The people of the demo: one participant in each language that ships, and the example team of config/team.yml."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service.cli._stage import Stage
from service.usecases import staff_accounts
from service.usecases.joining import Invitation, invite
from service.usecases.passwords import Passwords
from service.usecases.starting import begin_now

_MORNING = 11  # o'clock
_WAIT = 20.0  # seconds for a text to come


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone of the demo. Numbers are Ofcom's for drama: they belong to nobody."""

    name: str
    number: str
    language: str


PARTICIPANTS = (
    Person("Noor", "+447700900101", "ur"),
    Person("Lucía", "+447700900102", "es"),
    Person("Grace", "+447700900103", "en"),
)
AMINA, BEN, SAM = (
    Person("amina", "+447700900201", "en"),
    Person("ben", "+447700900202", "en"),
    Person("sam", "+447700900203", "en"),
)
STAFF = (AMINA, BEN, SAM)  # two who answer, and the operator


class NothingCame(Exception):
    """A phone waited for a text in vain."""


def wait_for(stage: Stage, number: str, count: int, seconds: float = _WAIT) -> list[str]:
    """Wait until a phone has so many texts; NothingCame if it does not."""
    deadline = time.monotonic() + seconds
    while len(heard := stage.carrier.heard(number)) < count:
        if time.monotonic() > deadline:
            raise NothingCame(f"a phone has {len(heard)} texts after {seconds:.0f} s, not {count}")
        time.sleep(0.02)
    return heard


def hire(stage: Stage, password: str) -> None:
    """Phones and passwords for the example team."""
    passwords = Passwords()
    for person in STAFF:
        stage.carrier.phone(person.number, person.name.capitalize(), person.language, "staff")
        staff_accounts.invite(stage.deps, person.name, person.number, datetime.now(UTC))
        staff_accounts.reset_password(stage.deps, passwords, person.name, password, datetime.now(UTC))


def join(stage: Stage, person: Person) -> str:
    """Invite somebody, and let them say yes from their phone; their participant id."""
    stage.carrier.phone(person.number, person.name, person.language, "participant")
    invited = invite(stage.deps, Invitation(person.number, person.name, person.language))
    before = len(wait_for(stage, person.number, 1))
    stage.carrier.text(person.number, "1")
    wait_for(stage, person.number, before + 1)
    return invited.participant_id


def check_in(stage: Stage, participant_id: str, person: Person) -> str:
    """Begin the weekly check-in with somebody; its first question as their phone shows it."""
    before = len(stage.carrier.heard(person.number))
    why_not = begin_now(stage.deps, participant_id, "weekly-check-in")
    if why_not:
        raise NothingCame(why_not)
    return wait_for(stage, person.number, before + 1)[-1]


def at_a_decent_hour(stage: Stage) -> None:
    """Check-ins keep to people's safe hours: a demo begun at night moves its clock to the morning."""
    zone = ZoneInfo(stage.deps.releases.current().config.service.zone)
    now = stage.deps.clock.now().astimezone(zone)
    if not 9 <= now.hour < 18:
        stage.moves_clock(hours=(_MORNING - now.hour) % 24)
