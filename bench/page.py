"""From an urgent text to its page at the carrier, p99: while 2,000 other texts arrive at once, against an idle service."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import houses, load, mix
from bench.figures import CannotMeasure, Figures, percentile
from bench.houses import Person, Say
from service.cli import _cast
from service.cli._stage import SERVICE_NUMBER, NotReady, Stage, stage
from service.store import due_rows

URGENT = "I want to kill myself"
_PATIENCE = 90.0  # seconds for the last page to come


@dataclass(frozen=True, slots=True)
class Size:
    """How many urgent texts each time, how far apart, and how many other texts arrive at once."""

    urgent: int
    apart: float
    others: int
    people: int


FULL = Size(urgent=50, apart=0.2, others=2000, people=100)
SMALL = Size(urgent=2, apart=0.1, others=10, people=4)


def run(say: Say, *, small: bool = False) -> Figures:
    """Real processes on fresh SQLite data: `ours` is p99 under load, `floor` p99 idle, in seconds."""
    size = SMALL if small else FULL
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as scratch:
        try:
            with stage(Path(scratch) / "service", say=say, more=houses.home()) as house:
                return _measure(house, size, say)
        except (NotReady, _cast.NothingCame) as error:
            raise CannotMeasure(str(error)) from None


def _measure(house: Stage, size: Size, say: Say) -> Figures:
    _cast.hire(house, secrets.token_hex(8))
    say(f"{1 + size.people + 2 * size.urgent} people join")
    first, *everyone = houses.crowd(house.deps, 0, 1 + size.people + 2 * size.urgent)
    quiet, busy, others = everyone[: size.urgent], everyone[size.urgent : 2 * size.urgent], everyone[2 * size.urgent :]
    _settled(house)
    _pages(house, [first], size)  # the very first page of a process also reads the release
    idle = _pages(house, quiet, size)
    say(f"idle: p50 {percentile(idle, 0.5):.2f} s, p99 {percentile(idle, 0.99):.2f} s")
    _settled(house)
    loaded, burst = _under_load(house, busy, others, size)
    say(f"loaded: p50 {percentile(loaded, 0.5):.2f} s, p99 {percentile(loaded, 0.99):.2f} s")
    more = {
        "idle": _summary(idle, size.urgent),
        "loaded": _summary(loaded, size.urgent),
        "burst": {
            "texts": size.others,
            "seconds": round(burst.seconds, 1),
            "not_200": len(burst.times) - burst.statuses[200],
        },
    }
    return Figures("page", percentile(loaded, 0.99), percentile(idle, 0.99), "s", more)


def _summary(times: Sequence[float], sent: int) -> dict[str, Any]:
    return {
        "p50_s": round(percentile(times, 0.5), 3),
        "p99_s": round(percentile(times, 0.99), 3),
        "max_s": round(max(times, default=0.0), 3),
        "urgent": sent,
        "paged": len(times),
    }


def _under_load(
    house: Stage, people: Sequence[Person], others: Sequence[Person], size: Size
) -> tuple[list[float], load.Run]:
    """Urgent texts spread over the burst of other texts, which arrive as fast as web takes them."""
    texts = [
        load.Text(f"SM{place:032x}", chosen.number, mix.OUTSIDE[place % len(mix.OUTSIDE)])
        for place, chosen in enumerate(others[place % len(others)] for place in range(size.others))
    ]
    settings = house.settings
    requests = [
        load.webhook(text, houses.SMS, settings.public_address, settings.auth_tokens[0], SERVICE_NUMBER) for text in texts
    ]
    done: list[load.Run] = []
    burst = threading.Thread(target=lambda: done.append(load.drive(settings.port, requests)))
    burst.start()
    times = _pages(house, people, size)
    burst.join()
    if not done:
        raise CannotMeasure(f"web stopped answering during the burst; see {settings.data / 'logs'}")
    return times, done[0]


def _pages(house: Stage, people: Sequence[Person], size: Size) -> list[float]:
    """Seconds from each text at the carrier to the page that it brought, by the carrier's own ledger."""
    since = house.carrier.ledger()[-1]["seq"]
    for person in people:
        house.carrier.text(person.number, URGENT)
        time.sleep(size.apart)
    deadline = time.monotonic() + _PATIENCE
    while len(found := _paired(house.carrier.ledger(since))) < len(people) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _paired(ledger: Sequence[dict[str, Any]]) -> list[float]:
    """A page does not say whom it is about: the n-th page is counted for the n-th text, so their sum is exact."""
    staff = {person.number for person in _cast.STAFF}
    texts = [one["at_ms"] for one in ledger if one["kind"] == "text" and one["body"] == URGENT]
    pages = [one["at_ms"] for one in ledger if one["kind"] == "accepted" and one["to"] in staff]
    return [(page - text) / 1000 for text, page in zip(texts, pages, strict=False)]


def _settled(house: Stage) -> None:
    """Wait until nothing is due that could still be done now."""
    deadline = time.monotonic() + _PATIENCE
    database, clock = house.deps.database, house.deps.clock
    while time.monotonic() < deadline:
        with database.read() as connection:
            if not due_rows.oldest_overdue(connection, clock.now()):
                return
        time.sleep(0.2)
    raise CannotMeasure(f"work that is due was not done in {_PATIENCE:.0f} s; see {house.settings.data / 'logs'}")
