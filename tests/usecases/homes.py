"""Homes of our own for stories: a small team, a rota that a test may change, and urgency rules short enough to know."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from service.languages import read_home
from service.usecases.releases import Release, build, store_release
from tests.support.house import HOME, House

Snapshot = Mapping[str, Any]

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
  - {who: sam, days: every day, from: 09:00, to: 17:00}
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


@functools.cache
def _shipped() -> str:
    return json.dumps(read_home(HOME))


def home(*, team: str = TEAM, rota: str = ALWAYS, ladder: str = LADDER, **flows: str) -> dict[str, Any]:
    """The shipped flows and languages with a team, rota and rules of the tests; `flows` by name take others' place."""
    snapshot: dict[str, Any] = json.loads(_shipped())
    snapshot["config"] = {
        "config/service.yml": SERVICE,
        "config/team.yml": team,
        "config/rota.yml": rota + ladder,
    }
    for language in snapshot["languages"].values():
        language["urgency"] = {}
    snapshot["languages"]["en"]["urgency"] = copy.deepcopy(URGENCY)
    for name, text in flows.items():
        snapshot["flows"][f"flows/{name}.yml"] = text
    return snapshot


@functools.cache
def _built(document: str, day: date) -> Release:
    return build(json.loads(document), day)


class Village(House):
    """A house that publishes snapshots, and builds each only once for all tests."""

    def publish(self, home: Any = None, today: date | None = None) -> None:
        snapshot = home if isinstance(home, dict) else _plain()
        day = today or self.clock.now().date()
        release = _built(json.dumps(snapshot, sort_keys=True), day)
        stored = store_release(self.database, snapshot, release, "a test", self.clock.now())
        self.deps.releases._loaded[stored.id] = replace(release, id=stored.id, number=stored.number)
        self.deps.releases._looked_at = float("-inf")


@functools.cache
def _plain() -> dict[str, Any]:
    return home()
