"""A service with a team and people in it, in one process on SQLite, for the tests of the staff pages."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from service.core.model import Urgency
from service.keys import open_keys
from service.languages import read_home
from service.store.clock import Clock
from service.store.engine import Database
from service.store.ids import new_id
from service.store.schema import (
    audit,
    contacts,
    escalations,
    events,
    messages,
    metadata,
    participant_contacts,
    participants,
    staff,
)
from service.telephony.port import Accepted
from service.usecases.deps import Deps
from service.usecases.passwords import Passwords
from service.usecases.releases import Release, Releases, build, store_release
from service.web.inbox import InboxOptions, inbox_blueprint
from service.web.security import Address, secure

PROJECT = Path(__file__).resolve().parents[2]
ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "four words in a row"
CHEAP = Passwords(memory_kib=64, passes=1)

TEAM = """
team:
  amina: {name: Amina Khan, duties: trained staff, trained_until: 2099-12-31, languages: [en, ur]}
  ben: {name: Ben Ortiz, duties: [trained staff, coordinator], trained_until: 2099-12-31, languages: [en, es]}
  lena: {name: Lena Lapsed, duties: trained staff, trained_until: 2020-01-01, languages: en}
  petra: {name: Petra Peer, duties: peer, languages: en}
  cora: {name: Cora Coordinator, duties: coordinator, languages: en}
  audrey: {name: Audrey Auditor, duties: auditor, languages: en}
  sam: {name: Sam Operator, duties: operator, languages: en}
"""

ROTA = """
shifts:
  - {who: [amina, ben], days: every day, from: 00:00, to: 24:00}
ladder:
  - {page: on duty, wait: 5 minutes}
  - {page: ben, repeat: 10 minutes}
forgotten_after: 30 minutes
operator: sam
"""

SERVICE = """
name: Alongside
country: GB
zone: Europe/London
language: en
promises: {urgent: 15 minutes, soon: 24 hours}
"""


class SilentBell:
    """Rings nobody."""

    def ring(self, lane: str) -> bool:
        return True

    def reachable(self) -> bool:
        return True


class NoCarrier:
    """Accepts everything and sends nothing."""

    def send_text(self, *, to: str, body: str, token: str, valid_for: timedelta) -> Accepted:
        return Accepted(f"SM{token}", "queued")


@functools.cache
def _release() -> tuple[dict[str, Any], Release]:
    snapshot = read_home(PROJECT)
    snapshot["config"] |= {"config/team.yml": TEAM, "config/rota.yml": ROTA, "config/service.yml": SERVICE}
    for language in snapshot["languages"].values():
        language["urgency"] = {}  # nothing is assessed in this house
    return snapshot, build(snapshot, date(2026, 11, 24))


class House:
    """The service; its methods put people and what they wrote into the store."""

    def __init__(self, folder: Path, url: str | None = None, *, address: str = ADDRESS) -> None:
        self.address = address
        self._last_number = 900_200
        self.database = Database(url or f"sqlite:///{folder / 'house.sqlite'}")
        metadata.create_all(self.database.engine)
        self.keys = open_keys(f"sqlite:///{folder / 'keys.sqlite'}")
        clock = Clock(self.database, movable=True)
        snapshot, release = _release()
        store_release(self.database, snapshot, release, "test", clock.now())
        releases = Releases(self.database)
        self.deps = Deps(
            self.database,
            clock,
            self.keys,
            SilentBell(),
            NoCarrier(),
            releases,
            secret=b"a secret of thirty-two bytes....",
        )
        for handle in release.config.team:
            self.account(handle)

    def app(self, *, proxies: int = 0, passwords: Passwords = CHEAP) -> Flask:
        app = Flask("house", static_folder=None)
        options = InboxOptions(self.address, proxies)
        app.register_blueprint(inbox_blueprint(self.deps, options, passwords=passwords))
        secure(app, Address(self.address), self.deps.secret)
        return app

    def close(self) -> None:
        self.database.close()
        self.keys.close()

    @property
    def now(self) -> datetime:
        return self.deps.clock.now()

    def account(self, handle: str, *, contact: bool = False) -> None:
        self._last_number += 1
        contact_id = self.contact(f"+447700{self._last_number}", None) if contact else None
        row = {"id": handle, "contact_id": contact_id, "password_hash": CHEAP.hash(PASSWORD), "made_at": self.now}
        with self.database.write() as tx:
            tx.execute(staff.insert(), [row])

    def contact(self, number: str, language: str | None, *, opted_out: bool = False) -> str:
        contact_id = new_id()
        self.keys.ensure(contact_id)
        row = {
            "id": contact_id,
            "phone_index": self.keys.index(number),
            "phone": self.keys.seal(contact_id, "contacts", "phone", contact_id, number),
            "language": language,
            "language_chosen": language is not None,
            "opted_out_at": self.now if opted_out else None,
            "created_at": self.now,
            "last_in_at": self.now,
        }
        with self.database.write() as tx:
            tx.execute(contacts.insert(), [row])
        return contact_id

    def participant(self, contact_id: str, name: str, **more: Any) -> str:
        participant_id = new_id()
        row = {
            "id": participant_id,
            "name": self.keys.seal(contact_id, "participants", "name", participant_id, name),
            "state": "joined",
            "zone": "Europe/London",
            "discreet": True,
            "safe_from": 0,
            "safe_to": 1440,
            "invited_at": self.now,
            **more,
        }
        with self.database.write() as tx:
            tx.execute(participants.insert(), [row])
            link = {"participant_id": participant_id, "contact_id": contact_id, "position": 0}
            tx.execute(participant_contacts.insert(), [link])
        return participant_id

    def text(self, contact_id: str, words: str, *, ago: int = 0, **more: Any) -> str:
        """A message of `ago` minutes ago, theirs unless told otherwise."""
        message_id = new_id()
        row = {
            "id": message_id,
            "contact_id": contact_id,
            "direction": "in",
            "kind": "text",
            "body": self.keys.seal(contact_id, "messages", "body", message_id, words),
            "state": "received",
            "at": self.now - timedelta(minutes=ago),
            **more,
        }
        with self.database.write() as tx:
            tx.execute(messages.insert(), [row])
        return message_id

    def escalation(
        self,
        urgency: Urgency,
        *,
        name: str | None = "Noor",
        words: str = "I am not safe tonight",
        language: str = "en",
        because: Sequence[dict[str, Any]] = (),
        ago: int = 3,
        number: str | None = None,
        opted_out: bool = False,
        kind: str = "words",
        safe: tuple[int, int] = (0, 1440),
        **more: Any,
    ) -> str:
        """Somebody whose words wait to be read since `ago` minutes."""
        self._last_number += 1
        contact_id = self.contact(number or f"+447700{self._last_number}", language, opted_out=opted_out)
        person = self.participant(contact_id, name, safe_from=safe[0], safe_to=safe[1]) if name else None
        spans = list(because)
        message_id = self.text(contact_id, words, ago=ago, language=language, because=spans, urgency=int(urgency))
        escalation_id, then = new_id(), self.now - timedelta(minutes=ago)
        row = {
            "id": escalation_id,
            "person_id": person or contact_id,
            "contact_id": contact_id,
            "participant_id": person,
            "urgency": int(urgency),
            "state": "open",
            "reason": {"kind": kind, "message_id": message_id, "because": spans},
            "language": language,
            "opened_at": then,
            "waiting_since": then,
            **more,
        }
        event = {"id": new_id(), "escalation_id": escalation_id, "at": then, "kind": "opened", "message_id": message_id}
        with self.database.write() as tx:
            tx.execute(escalations.insert(), [row])
            tx.execute(events.insert(), [event])
        return escalation_id

    def contact_of(self, escalation_id: str) -> str:
        return str(self.row(escalation_id).contact_id)

    def row(self, escalation_id: str) -> Any:
        with self.database.read() as connection:
            return connection.execute(escalations.select().where(escalations.c.id == escalation_id)).one()

    def audited(self, action: str) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(audit.select().where(audit.c.action == action).order_by(audit.c.id)))

    def replies(self, escalation_id: str) -> list[str]:
        query = messages.select().where(messages.c.escalation_id == escalation_id, messages.c.kind == "staff")
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(messages.c.id)).all()
        return [self.keys.open(row.contact_id, "messages", "body", row.id, row.body) for row in rows]


def plain(page: str) -> str:
    """The page as it is read: tags gone, white space single."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown(response: Any) -> str:
    return plain(response.get_data(as_text=True))


class Browser:
    """A browser without scripts: keeps cookies, reads forms, and posts them as they stand."""

    def __init__(self, app: Flask, base_url: str = ADDRESS) -> None:
        self.client: FlaskClient = app.test_client()
        self._base = base_url

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, base_url=self._base, buffered=True, **more)  # a file is closed at once

    def post(self, path: str, *, token: str | None = None, **fields: str) -> Any:
        data = {"csrf_token": self.token() if token is None else token, **fields}
        return self.client.post(path, data=data, base_url=self._base)

    def token(self) -> str:
        page = self.client.get("/sign-in", base_url=self._base, follow_redirects=True).get_data(as_text=True)
        return page.partition('name="csrf-token" content="')[2].partition('"')[0]

    def sign_in(self, handle: str, password: str = PASSWORD, **more: str) -> Any:
        return self.post("/sign-in", staff_id=handle, password=password, **more)

    def sees(self, path: str) -> str:
        """The words of a page that must open."""
        response = self.get(path)
        assert response.status_code == 200, response.status
        return str(response.get_data(as_text=True))
