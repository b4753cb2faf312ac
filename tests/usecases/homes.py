"""Homes of our own for stories: a small team, a rota that a test may change, and urgency rules short enough to know."""

from __future__ import annotations

import copy
import functools
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from service.languages import read_home
from service.store import due_rows
from service.store.schema import alarms, escalations, events, messages, participant_contacts, participants
from service.telephony.fake import Sent
from service.usecases.releases import Release, build, store_release
from service.usecases.sending import prepare
from service.usecases.starting import begin_now
from service.usecases.statuses import hear_status
from tests.support.house import AMINA, BEN, HOME, House
from tests.support.phone import Phone

TEAM = """
team:
  amina: {name: Amina, duties: trained staff, trained_until: 2027-12-31, languages: [en, ur]}
  ben: {name: Ben, duties: trained staff, trained_until: 2027-12-31, languages: [en, es]}
  petra: {name: Petra, duties: peer, languages: en}
  lena: {name: Lena, duties: trained staff, trained_until: 2026-11-23, languages: en}
  sam: {name: Sam, duties: operator, languages: en}
"""

LADDER = """
ladder:
  - page: on duty
    wait: 5 minutes
  - page: on duty
    wait: 5 minutes
  - page: ben
    repeat: 10 minutes
forgotten_after: 30 minutes
operator: sam
"""

ALWAYS = """
shifts:
  - {who: [amina, ben], days: every day, from: 00:00, to: 24:00}
"""

DAYS = """
shifts:
  - {who: [amina, ben], days: every day, from: 09:00, to: 17:00}
"""

NOBODY = """
shifts:
  - {who: petra, days: every day, from: 09:00, to: 17:00}
"""

SERVICE = """
name: Alongside
country: GB
zone: Europe/London
language: en
promises:
  urgent: 15 minutes
  soon: 24 hours
"""

GROUPS = """
groups:
  everyone:
    name: Everyone
    check_ins:
      - {flow: weekly-check-in, on: Tuesday, at: 11:00}
"""

URGENCY = {
    "language": "en",
    "version": "2026-11-24",
    "reviewed_by": "the tests",
    "urgent": {
        "danger": {"reason": "danger from somebody now", "match": "hurting me\nnot safe\n"},
        "suicide": {"reason": "thoughts of suicide", "match": "want to die\n"},
    },
    "routine": {"phrases": "thank you\nthanks\nok\n"},
}


# Two flows that stay as they are, so that no rule's test turns on what a group changes in those that ship.
FLOWS = Path(__file__).parents[1] / "support" / "flows"


@functools.cache
def _shipped() -> str:
    snapshot = read_home(HOME)
    own = {f"flows/{file.name}": file.read_text(encoding="utf-8") for file in sorted(FLOWS.glob("*.yml"))}
    return json.dumps({**snapshot, "flows": own, "stories": {}})


_HEAD = """
flow: {name}
starts: {starts}
purpose: To hear how things are with you.
wellbeing: You know best.
decided_by: No group has decided this yet.
not_for: Emergencies. {{read_hours}}
read_by: {read_by}
keep_answers: 90 days
channels: [sms, voice]
"""


def flow(name: str, steps: str, *, starts: str = "when asked", for_staff: bool = False) -> str:
    """A flow's file with these steps, for the tests' own."""
    head = _HEAD.format(name=name, starts=starts, read_by="counts" if for_staff else "trained_staff")
    return f"{head}{'for: staff' if for_staff else ''}\nsteps:\n{steps}"


def home(
    *, team: str = TEAM, rota: str = ALWAYS, ladder: str = LADDER, groups: str | None = GROUPS, **flows: str
) -> dict[str, Any]:
    """The shipped languages with flows, a team, a rota and rules of the tests; `flows` by name take others' place."""
    snapshot: dict[str, Any] = json.loads(_shipped())
    snapshot["config"] = {
        "config/service.yml": SERVICE,
        "config/team.yml": team,
        "config/rota.yml": rota + ladder,
    } | ({} if groups is None else {"config/groups.yml": groups})
    for language in snapshot["languages"].values():
        language["urgency"] = {}
    snapshot["languages"]["en"]["urgency"] = copy.deepcopy(URGENCY)
    for name, text in flows.items():
        snapshot["flows"][f"flows/{name}.yml"] = text
    return snapshot


_WELCOME = flow(
    "welcome",
    """
  - id: checkins
    ask: Hello. This is a machine. May we ask how you are?
    discreet: Hello. This is a machine. May we ask how you are?
    why: If you say no, you can still reach us.
    yes_no: true
    consent: checkins
  - id: thanks
    say: Thank you for your answer.
    discreet: Thank you for your answer.
""",
    starts="on joining",
)


def small(**flows: str) -> dict[str, Any]:
    """As `home`, with nobody in a group and none of the flows that ship: people join by one question."""
    snapshot = home(groups=None)
    snapshot["flows"] = {f"flows/{name}.yml": text for name, text in {"welcome": _WELCOME, **flows}.items()}
    return snapshot


@functools.cache
def _built(document: str, day: date) -> Release:
    return build(json.loads(document), day)


class Village(House):
    """A house that publishes snapshots, builds each only once for all tests, and shows what stands in its store."""

    agrees_by = ("1",)

    def __init__(self, url: str, folder: Path, **how: Any) -> None:
        super().__init__(url, folder, **how)
        self._really_passed = 0  # µs
        self.stumbles: set[str] = set()  # what a test breaks on purpose
        real_now = self.database.real_now
        self.database.real_now = lambda connection: real_now(connection) + self._really_passed  # type: ignore[method-assign]

    def publish(self, home: Any = None, today: date | None = None) -> None:
        snapshot = home if isinstance(home, dict) else _plain()
        day = today or self.clock.now().date()
        release = _built(json.dumps(snapshot, sort_keys=True), day)
        stored = store_release(self.database, snapshot, release, "a test", self.clock.now())
        self.deps.releases.keep(stored)

    def callback(self, sent: Sent, status: str, code: int | None = None, *, provider_id: str | None = None) -> None:
        """The carrier says what became of a text that it was given."""
        hear_status(self.deps, sent.token, provider_id or sent.outcome.provider_id, status, code)  # type: ignore[union-attr]
        self.settle()

    def really_passes(self, seconds: float) -> None:
        """Real time passes, by which leases run out; then what is due is done."""
        self._really_passed += int(seconds * 1_000_000)
        self.settle()

    def check_in(self, name: str | None = None, flow: str = "weekly-check-in") -> str | None:
        """Begin a check-in with somebody who has joined; why not, if not."""
        why_not = begin_now(self.deps, self.participant_id(name), flow)
        self.settle()
        return why_not

    def participant_id(self, name: str | None = None) -> str:
        """The participant of this name, or the only one."""
        found = self.rows(select(participants, participant_contacts.c.contact_id).join(participant_contacts))
        for row in found:
            kept = self.deps.keys.open(row.contact_id, "participants", "name", row.id, row.name) if row.name else None
            if name is None or kept == name:
                return str(row.id)
        raise AssertionError(f"nobody is called {name}")

    def rows(self, query: Any) -> list[Any]:
        """What a query finds."""
        with self.database.read() as connection:
            return list(connection.execute(query))

    def values(self, query: Any) -> list[Any]:
        """The first column of what a query finds."""
        return [row[0] for row in self.rows(query)]

    def escalation(self) -> Any:
        """The newest escalation."""
        return self.rows(select(escalations).order_by(escalations.c.opened_at.desc(), escalations.c.id.desc()))[0]

    def open_escalations(self) -> list[Any]:
        """Every escalation that nobody has resolved."""
        return self.rows(select(escalations).where(escalations.c.state != "resolved"))

    def timeline(self) -> list[str]:
        """What happened to the newest escalation, oldest first."""
        mine = events.c.escalation_id == self.escalation().id
        return self.values(select(events.c.kind).where(mine).order_by(events.c.at, events.c.id))

    def kept(self) -> list[str]:
        """The words of every text that came, oldest first."""
        came = self.rows(select(messages).where(messages.c.direction == "in").order_by(messages.c.id))
        return [self.deps.keys.open(row.contact_id, "messages", "body", row.id, row.body) for row in came]

    def states(self, kind: str) -> list[str]:
        """The state of every text that went out or should have, oldest first."""
        return self.values(select(messages.c.state).where(messages.c.kind == kind).order_by(messages.c.id))

    def alarms(self) -> set[str]:
        """What the operator was told."""
        return set(self.values(select(alarms.c.name)))

    def claim_row(self, lane: str) -> Any:
        """Claim the next row of a lane and let it drop, as a process that dies does; a send gets its attempt."""
        with self.database.write() as tx:
            row = due_rows.claim(tx, self.database, lane, self.clock.now())
            if row is not None and row.kind == "send":
                prepare(self.deps, tx, row, self.clock.now())
        return row

    def close(self) -> None:
        """Every phone heard what it expected and nothing else, and nothing stumbled that was not meant to."""
        stumbled = {name for name in self.alarms() if name.startswith("could not")}
        super().close()
        assert stumbled == self.stumbles


def at_once(*things: Callable[[], object]) -> None:
    """Do things in threads of their own, at the same moment; the first error is raised here."""
    barrier, errors = threading.Barrier(len(things)), []

    def run(thing: Callable[[], object]) -> None:
        barrier.wait()
        try:
            thing()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@functools.cache
def _plain() -> dict[str, Any]:
    return home()


def urgent(house: Village) -> tuple[Phone, Phone, Phone]:
    """A house where somebody has just written that they are not safe: the participant, Amina and Ben."""
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    noor = house.participant()
    noor.texts("I am not safe").hears("A trained worker is being told now")
    amina.hears("Someone needs a trained worker", "4101")
    return noor, amina, ben
