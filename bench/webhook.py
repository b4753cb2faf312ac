"""Texts a second that `/hooks/twilio/sms` keeps, against the floor on the same server, on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from bench import houses, load, mix
from bench.figures import CannotMeasure, Figures, percentile
from bench.houses import Person, Say
from service.cli._stage import SERVICE_NUMBER
from service.settings import Settings
from service.usecases.deps import Deps
from service.usecases.due_work import drain
from service.usecases.starting import begin_now

FLOW = "weekly-check-in"
TEXTS_A_CHECKIN = 3


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    texts: int
    people: int
    warm_up: int

    @property
    def checking_in(self) -> int:
        """How many people have a check-in open in each round."""
        share = mix.SHARES["inside a check-in"]
        return min(self.people // 2, max(1, round(self.texts * share / TEXTS_A_CHECKIN)))


FULL = Size(rounds=5, texts=1000, people=300, warm_up=200)
SMALL = Size(rounds=1, texts=20, people=4, warm_up=4)


@dataclass(slots=True)
class Rounds:
    """What one side did, round by round."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, run: load.Run) -> None:
        """One more round."""
        self.rates.append(run.rate)
        self.times += run.times
        self.refused += sum(count for status, count in run.statuses.items() if status != 200)

    def summary(self) -> dict[str, Any]:
        """Medians and waiting times, rounded."""
        return {
            "rate": round(median(self.rates), 1),
            "rounds": [round(rate) for rate in self.rates],
            "p50_ms": round(percentile(self.times, 0.50) * 1000, 1),
            "p99_ms": round(percentile(self.times, 0.99) * 1000, 1),
            "not_200": self.refused,
        }


def run(say: Say, *, small: bool = False, databases: Sequence[str] = ("sqlite", "postgresql")) -> Figures:
    """Measure on each database. `ours` and `floor` are SQLite's (the first that was measured); `on` has all."""
    size = SMALL if small else FULL
    on: dict[str, Any] = {}
    for database in databases:
        try:
            with _database(database) as (url, floor_url, folder):
                on[database] = _measure(houses.settings_for(folder, url), floor_url, size, say, database)
        except CannotMeasure as missing:
            if database == databases[0]:
                raise
            say(str(missing))
            on[database] = {"missing": str(missing)}
    first = on[databases[0]]
    more = {"on": on, "connections": load.CONNECTIONS, "mix": mix.SHARES, "rounds": size.rounds, "texts": size.texts}
    return Figures("webhook", first["ours"]["rate"], first["floor"]["rate"], "requests/s", more)


def _measure(settings: Settings, floor_url: str, size: Size, say: Say, database: str) -> dict[str, Any]:
    say(f"{database}: making the store, and {size.people} people who join")
    deps = houses.furnish(settings)
    people = houses.crowd(deps, 0, size.people)
    ours, floor = Rounds(), Rounds()
    with houses.web_and_floor(settings, floor_url, say) as floor_port:
        _drive(settings, floor_port, list(mix.texts(size.warm_up, people, people, 1)))
        _drive(settings, settings.port, list(mix.texts(size.warm_up, people, people, 2)))
        for number in range(1, size.rounds + 1):
            texts = _round(deps, people, size, number)
            floor.add(_drive(settings, floor_port, texts))
            ours.add(_drive(settings, settings.port, texts))
            say(f"{database}: round {number} of {size.rounds}: "
                f"floor {floor.rates[-1]:.0f}/s, ours {ours.rates[-1]:.0f}/s")  # fmt: skip
    deps.database.close()
    found = {"ours": ours.summary(), "floor": floor.summary()}
    return {**found, "ratio": round(median(o / f for o, f in zip(ours.rates, floor.rates, strict=True)), 3)}


def _round(deps: Deps, people: Sequence[Person], size: Size, number: int) -> list[load.Text]:
    """The texts of a round: the next people in turn have a check-in open, the rest write between check-ins."""
    start = number * size.checking_in % len(people)
    turned = [*people[start:], *people[:start]]
    checking_in, others = turned[: size.checking_in], turned[size.checking_in :]
    with houses.not_durable(deps.database):
        drain(deps, "reply")  # what web queued in the round before: the next questions among it
        for person in checking_in:
            begin_now(deps, person.id, FLOW)  # whoever is still at an earlier one goes on with it
            drain(deps, "bulk")
    return list(mix.texts(size.texts, checking_in, others, 100 + number))


def _drive(settings: Settings, port: int, texts: Sequence[load.Text]) -> load.Run:
    token = settings.auth_tokens[0]
    requests = [load.webhook(text, houses.SMS, houses.ADDRESS, token, SERVICE_NUMBER) for text in texts]
    return load.drive(port, requests)


@contextlib.contextmanager
def _database(name: str) -> Iterator[tuple[str, str, Path]]:
    """The URLs of two fresh databases on one disk, the service's and the floor's, and a folder for the rest."""
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as scratch:
        folder = Path(scratch) / "service"
        if name == "sqlite":
            yield f"sqlite:///{folder / 'alongside.sqlite'}", f"sqlite:///{Path(scratch) / 'floor.sqlite'}", folder
            return
        # The tests' own server, with everything on that makes it durable.
        postgres = import_module("tests.support.postgres")
        try:
            server = postgres.Server(durable=True)
        except postgres.Missing as missing:
            raise CannotMeasure(str(missing)) from None
        try:
            with server.database() as ours, server.database() as floor:
                yield ours, floor, folder
        finally:
            server.stop()
