"""The people of the demo: one participant in each language that ships, and the example team of config/team.yml."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service.cli._stage import Stage
from service.store import due_rows
from service.usecases import staff_accounts
from service.usecases.joining import Invitation, invite
from service.usecases.passwords import Passwords
from service.usecases.starting import begin_now

_MORNING = 11  # o'clock
_WAIT = 20.0  # seconds for a text to come
_AT_AN_END = ("delivered", "undelivered", "failed")
# What somebody answers in the welcome who says nothing of their phone, agrees to all but a peer, and has understood.
AGREES = ("skip", "1", "1", "2", "1")


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
    """A phone waited for a text in vain, or texts did not come to an end."""


def wait_for(stage: Stage, number: str, count: int, seconds: float = _WAIT) -> list[str]:
    """Wait until a phone has so many texts; NothingCame if it does not."""
    deadline = time.monotonic() + seconds
    while len(heard := stage.carrier.heard(number)) < count:
        if time.monotonic() > deadline:
            raise NothingCame(f"a phone has {len(heard)} texts after {seconds:.0f} s, not {count}")
        time.sleep(0.02)
    return heard


def under_way(stage: Stage) -> str:
    """What is due, or on its way through the carrier in either direction; nothing once all is quiet.

    The carrier is asked before the due rows and after them: what came by its webhook between the two is due only now.
    """
    before, noise = _at_the_carrier(stage)
    if noise:
        return noise
    with stage.deps.database.read() as connection:
        if late := due_rows.oldest_overdue(connection, stage.deps.clock.now()):
            return f"due since so many seconds: {late}"
    after, noise = _at_the_carrier(stage)
    return noise or ("something has just moved" if after != before else "")


def _at_the_carrier(stage: Stage) -> tuple[int, str]:
    """How much stands in the carrier's ledger, and what it has not done with."""
    summary = stage.carrier.summary()
    ledger = stage.carrier.ledger()
    if summary["pending"] or summary["held"]:
        return len(ledger), f"webhooks on their way: {summary['pending']}; held by the carrier: {summary['held']}"
    last = {one["sid"]: one["status"] for one in ledger if one["kind"] in ("accepted", "replied", "status")}
    open_ = sum(status not in _AT_AN_END for status in last.values())
    return len(ledger), f"on their way to phones: {open_}" if open_ else ""


def hire(stage: Stage, password: str) -> None:
    """Phones and passwords for the example team."""
    passwords = Passwords()
    for person in STAFF:
        stage.carrier.phone(person.number, person.name.capitalize(), person.language, "staff")
        staff_accounts.invite(stage.deps, person.name, person.number, datetime.now(UTC))
        staff_accounts.reset_password(stage.deps, passwords, person.name, password, datetime.now(UTC))


def join(stage: Stage, person: Person) -> str:
    """Invite somebody, and let them go through the welcome on their phone; their participant id."""
    stage.carrier.phone(person.number, person.name, person.language, "participant")
    invited = invite(stage.deps, Invitation(person.number, person.name, person.language))
    before = len(wait_for(stage, person.number, 1))
    for answer in AGREES:
        _quiet(stage)
        stage.carrier.text(person.number, answer)
        before = len(wait_for(stage, person.number, before + 1))
    _quiet(stage)
    return invited.participant_id


def _quiet(stage: Stage) -> None:
    """Nobody answers a question of which half is still on its way."""
    deadline = time.monotonic() + _WAIT
    while noise := under_way(stage):
        if time.monotonic() > deadline:
            raise NothingCame(f"after {_WAIT:.0f} s there is no quiet: {noise}")
        time.sleep(0.02)


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
