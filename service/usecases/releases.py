"""Published releases: the running one for new things, the pinned one for a check-in under way."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from service.core.config_file import Config, load_config
from service.core.flow_compose import load_flows
from service.core.flow_file import Flow
from service.core.urgency import Assessment, Rules, assess, compile_rules
from service.languages import Languages
from service.store.engine import Database
from service.store.ids import new_id
from service.store.prepared import Prepared
from service.store.queries import upsert
from service.store.schema import releases as table
from service.store.schema import service_state

_CURRENT = "release"
_SHORT = 12  # characters: "2", "ok", "thank you"; longer words are nobody's but the person's, and are not held on to
_FRESH = 1.0  # seconds until a process notices a new release

_RUNNING = Prepared(select(service_state.c.value).where(service_state.c.name == bindparam("name")))

Snapshot = Mapping[str, Any]


class NothingPublished(Exception):
    """No release yet: run `alongside publish`."""


class RuleBook:
    """The urgency rules of a release; compiled at first use, for most processes never need them."""

    def __init__(self, documents: Mapping[str, Mapping[str, object]]) -> None:
        self._documents = documents
        self._compiled: Rules | None = None
        self._lock = threading.Lock()
        self._assess_short = lru_cache(maxsize=2000)(lambda text: assess(text, self.rules()))

    @property
    def is_compiled(self) -> bool:
        """Whether this process has used the rules."""
        return self._compiled is not None

    def assess(self, text: str) -> Assessment:
        """The urgency of a text. What most people text most often, a digit or a word, is looked at once."""
        if len(text) > _SHORT:
            return assess(text, self.rules())
        return self._assess_short(text)

    def rules(self) -> Rules:
        """The rules of all languages together."""
        with self._lock:
            if self._compiled is None:
                self._compiled = compile_rules(self._documents)
            return self._compiled


@dataclass(frozen=True, slots=True)
class Release:
    """One published, validated, immutable snapshot of the home, ready to use."""

    id: str
    number: int
    reviewed: bool
    flows: Mapping[str, Flow]
    languages: Languages
    config: Config
    rule_book: RuleBook

    @property
    def rules(self) -> Rules:
        """The urgency rules."""
        return self.rule_book.rules()


def build(snapshot: Snapshot, today: date, *, id: str = "", number: int = 0) -> Release:
    """A release from a snapshot of the home; raises FlowProblems or ConfigProblems with every fault."""
    flows = load_flows(snapshot["flows"])
    languages = Languages.from_snapshot(snapshot)
    rules = {code: entry["urgency"] for code, entry in snapshot["languages"].items() if entry.get("urgency")}
    return Release(
        id=id,
        number=number,
        reviewed=all(languages.reviewed(code) for code in languages.codes),
        flows=flows,
        languages=languages,
        config=load_config(snapshot["config"], today),
        rule_book=RuleBook(rules),
    )


def store_release(database: Database, snapshot: Snapshot, release: Release, made_by: str, now: datetime) -> Release:
    """Keep the snapshot and make it the running release; all processes see it within a second."""
    document = json.dumps(snapshot, ensure_ascii=False).encode()
    with database.write() as tx:
        last = tx.execute(select(func.max(table.c.number))).scalar() or 0
        release_id = new_id()
        row = {
            "id": release_id,
            "number": last + 1,
            "digest": hashlib.sha256(document).hexdigest(),
            "snapshot": gzip.compress(document, mtime=0),
            "reviewed": release.reviewed,
            "made_at": now,
            "made_by": made_by,
        }
        tx.execute(table.insert(), [row])
        upsert(tx, service_state, {"name": _CURRENT}, {"value": release_id})
    return replace(release, id=release_id, number=last + 1)


class Releases:
    """Loads each release once a process and looks every second which one is running."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded: dict[str, Release] = {}
        self._current: str | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()
        self._preparing: str | None = None

    def current(self) -> Release:
        """The running release; NothingPublished if there is none."""
        if self._current is None or time.monotonic() - self._looked_at > _FRESH:
            self._look()
        if self._current is None:
            raise NothingPublished("no release is published yet: run 'alongside publish'")
        return self.get(self._current)

    def get(self, release_id: str) -> Release:
        """A release by id, as a check-in pinned it."""
        found = self._loaded.get(release_id)
        if found is None:
            with self._lock:
                found = self._loaded.get(release_id) or self._load(release_id)
                self._loaded[release_id] = found
        return found

    def is_running(self, tx: Connection, release: Release) -> bool:
        """Whether no other has been published since; a process that had nothing to do may not have read that one yet."""
        row = _RUNNING.first(tx, {"name": _CURRENT})
        return row is not None and str(row.value) == release.id

    def keep(self, release: Release) -> None:
        """This process has just published it: it is the running one from now on."""
        self._loaded[release.id] = release
        self._current, self._looked_at = release.id, time.monotonic()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        with self._database.read() as connection:
            query = select(service_state.c.value).where(service_state.c.name == _CURRENT)
            found = connection.execute(query).scalar()
        if self._current is None or found is None or found in self._loaded:
            self._current = found
        elif self._preparing != found:
            # Reading a release takes a second or two: nobody's text waits for it, the running one goes on meanwhile.
            self._preparing = found
            threading.Thread(target=self._change_to, args=(found,), daemon=True, name="release").start()

    def _change_to(self, release_id: str) -> None:
        try:
            release = self.get(release_id)
            if self._current is not None and self.get(self._current).rule_book.is_compiled:
                _ = release.rules
            self._current = release_id
        finally:
            self._preparing = None

    def _load(self, release_id: str) -> Release:
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == release_id)).one()
        snapshot = json.loads(gzip.decompress(row.snapshot))
        return build(snapshot, row.made_at.date(), id=row.id, number=row.number)
