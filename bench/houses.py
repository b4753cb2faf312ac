"""A service to measure: its settings and store on fresh data, people who have joined, and web beside the floor."""

from __future__ import annotations

import contextlib
import os
import secrets
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.figures import CannotMeasure
from service.cli._stage import SERVICE_NUMBER, free_port
from service.cli.run import child_environment, children_for, web_argv
from service.settings import PROJECT, Settings, load, prepare
from service.store.engine import Database
from service.store.migrate import migrate
from service.supervisor import Child, Supervisor
from service.telephony.fake import FakeTelephony
from service.usecases.deps import Deps
from service.usecases.due_work import drain
from service.usecases.joining import Invitation, invite
from service.usecases.publishing import publish
from service.usecases.receive import Inbound, receive_text
from service.wiring import build_deps

ADDRESS = "https://alongside.example"
SMS = "/hooks/twilio/sms"
# What somebody answers in the welcome who says nothing of their phone, agrees to all but a peer, and has understood.
AGREES = ("skip", "1", "1", "2", "1")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Person:
    """A participant who has joined."""

    id: str
    number: str


def number(place: int) -> str:
    """A valid number by its place. There are not enough drama numbers for a crowd; nothing here reaches a carrier."""
    return f"+447{400_000_000 + place:09d}"


def home() -> dict[str, str]:
    """The home to publish: ALONGSIDE_HOME, else the one that ships."""
    return {"ALONGSIDE_HOME": os.environ.get("ALONGSIDE_HOME", str(PROJECT))}


def settings_for(data: Path, database_url: str) -> Settings:
    """Settings of a service that is signed as behind a real address and never reaches a carrier. ALONGSIDE_HOME holds."""
    port = free_port()
    environ = {
        **home(),
        "ALONGSIDE_DATA": str(data),
        "ALONGSIDE_PORT": str(port),
        "PUBLIC_ADDRESS": ADDRESS,
        "DATABASE_URL": database_url,
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_NUMBER": SERVICE_NUMBER,
        "TWILIO_API_ADDRESS": f"http://127.0.0.1:{free_port()}",
    }
    return load(environ, mode="demo")


def furnish(settings: Settings) -> Deps:
    """Make the store and publish the home that ships; what these dependencies send goes nowhere."""
    prepare(settings)
    deps = replace(build_deps(settings), telephony=FakeTelephony())
    migrate(deps.database)
    publish(deps, settings.home, "bench")
    return deps


def crowd(deps: Deps, first: int, count: int) -> list[Person]:
    """People who were invited and said yes, from the place `first` on."""
    people = []
    with not_durable(deps.database):
        for place in range(first, first + count):
            invited = invite(deps, Invitation(number(place), f"Person {place}", "en"))
            drain(deps, "bulk")
            for turn, answer in enumerate(AGREES):
                receive_text(deps, Inbound("twilio", f"IN{turn}{place:031d}", number(place), answer))
                drain(deps, "reply")
            people.append(Person(invited.participant_id, number(place)))
    return people


@contextlib.contextmanager
def not_durable(database: Database) -> Iterator[None]:
    """Commits that wait for no disk, in this process only: for what is made before a measurement."""
    off, on = ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL")
    if not database.is_sqlite:
        off, on = ("SET SESSION synchronous_commit=off", "SET SESSION synchronous_commit=on")
    database.close()  # one connection from here on, so that the setting holds for all that follows
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute(off)
        raw.commit()
        raw.close()
        yield
    finally:
        raw = database.engine.raw_connection()
        raw.cursor().execute(on)
        raw.commit()
        raw.close()


@contextlib.contextmanager
def web_and_floor(settings: Settings, floor_url: str, say: Say) -> Iterator[int]:
    """Valkey and web as they run for people, no worker; beside them the floor on the same server. The floor's port."""
    port = free_port()
    children = [child for child in children_for(settings) if child.name in ("valkey", "web")]
    children.append(Child("floor", floor_argv(settings, port), floor_environment(settings, floor_url),
                          partial(answers, port)))  # fmt: skip
    supervisor = Supervisor(children, settings.data / "logs", say, pids_file=settings.data / "pids.json")
    with supervisor:
        missing = supervisor.wait_ready(60.0)
        if missing:
            raise CannotMeasure(f"not ready after a minute: {', '.join(missing)}; see {settings.data / 'logs'}")
        yield port


def floor_argv(settings: Settings, port: int) -> tuple[str, ...]:
    """Web's own command line, but for the port and the application."""
    argv = list(web_argv(settings))
    argv[argv.index("--port") + 1] = str(port)
    argv[-1] = "bench.floor:create"
    return tuple(argv)


def floor_environment(settings: Settings, floor_url: str) -> Mapping[str, str]:
    """What bench/floor.py reads, beside the environment of every process of ours."""
    return {
        **child_environment(settings),
        "FLOOR_DATABASE_URL": floor_url,
        "FLOOR_TOKEN": settings.auth_tokens[0],
        "FLOOR_ADDRESS": ADDRESS,
    }


def answers(port: int) -> bool:
    """Whether something says that it is healthy there."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
