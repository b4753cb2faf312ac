"""A whole service on this machine for the demo, the walkthrough, journeys and benches: real processes, fresh data."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from service.cli.run import PYTHON, child_environment, children_for
from service.settings import PROJECT, Settings, load, prepare
from service.store.clock import FRESH
from service.store.migrate import migrate
from service.supervisor import Child, Supervisor
from service.usecases.deps import Deps
from service.usecases.publishing import publish
from service.wiring import build_deps

SERVICE_NUMBER = "+447700900000"  # one of Ofcom's numbers for drama: they belong to nobody
HOOK_OVERRIDES = "#rc=5&rp=all&ct=2000&rt=3000"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotReady(Exception):
    """Some process did not come up; the message names it and its log."""


@dataclass(slots=True)
class Carrier:
    """The simulator's control interface."""

    address: str

    def phone(self, number: str, name: str, language: str, kind: str) -> None:
        """Put a phone on the page."""
        self._post("/phones", {"number": number, "name": name, "language": language, "kind": kind})

    def text(self, number: str, words: str) -> str:
        """A phone texts the service; the message's id at the carrier."""
        return str(self._post(f"/phones/{number}/texts", {"body": words})["sid"])

    def heard(self, number: str) -> list[str]:
        """What a phone was sent and has, oldest first."""
        found = self._get(f"/phones/{number}/messages")
        return [one["body"] for one in found if one["arrived"] and one["direction"] != "inbound"]

    def fault(self, **fault: Any) -> int:
        """Set something that goes wrong; its id."""
        return int(self._post("/faults", fault)["id"])

    def held(self) -> list[dict[str, Any]]:
        """Requests that hang."""
        return list(self._get("/held"))

    def release(self, *, discard: bool = False, hold: int | None = None) -> None:
        """Let one held thing go on, or every one; or cut it off."""
        self._post("/release", {"discard": discard, "id": hold})

    def clear_faults(self) -> None:
        """Everything works again."""
        self._request("DELETE", "/faults", None)

    def ledger(self, since: int = 0) -> list[dict[str, Any]]:
        """Everything that happened."""
        return list(self._get(f"/ledger?since={since}")["events"])

    def summary(self) -> dict[str, Any]:
        """Counts of what happened."""
        return dict(self._get("/ledger/summary"))

    def _get(self, path: str) -> Any:
        return self._request("GET", path, None)

    def _post(self, path: str, document: dict[str, Any]) -> Any:
        return self._request("POST", path, document)

    def _request(self, method: str, path: str, document: dict[str, Any] | None) -> Any:
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.address}/simulator{path}", data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with _DIRECT.open(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")


@dataclass(slots=True)
class Stage:
    """The processes, the carrier, and the use cases over the same store."""

    settings: Settings
    supervisor: Supervisor
    carrier: Carrier
    deps: Deps
    started: dict[str, float] = field(default_factory=dict)  # seconds to ready

    def moves_clock(self, **how_long: float) -> None:
        """Time passes for every process."""
        self.deps.clock.move(timedelta(**how_long))
        time.sleep(2 * FRESH)  # until no process goes on with the time it had read
        for lane in ("urgent", "reply", "bulk"):
            self.deps.bell.ring(lane)

    def kill(self, name: str) -> None:
        """kill -9 of a process and of everything it forked."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.supervisor.pids()[name], signal.SIGKILL)

    def get(self, path: str) -> dict[str, Any]:
        """A JSON page of the service."""
        with _DIRECT.open(f"{self.settings.public_address}{path}", timeout=5) as answer:
            return dict(json.loads(answer.read()))


def _nobody_listens(_line: str) -> None:
    """For tests and benches: what is being started is said to nobody."""


@contextlib.contextmanager
def stage(
    data: Path,
    *,
    port: int = 0,
    simulator_port: int = 0,
    more: dict[str, str] | None = None,
    say: Callable[[str], None] = _nobody_listens,
    home: Path | None = None,
) -> Iterator[Stage]:
    """Start everything on fresh data in a folder; stops it all at the end. NotReady if something does not come up."""
    shutil.rmtree(data, ignore_errors=True)
    settings = _settings(data, port or free_port(), simulator_port or free_port(), more or {}, home)
    began = time.monotonic()
    prepare(settings)
    say("Making the database and publishing the flows")
    deps = build_deps(settings)
    migrate(deps.database)
    publish(deps, settings.home, "demo")
    children = [_simulator(settings), *children_for(settings)]
    supervisor = Supervisor(children, data / "logs", say, pids_file=data / "pids.json")
    say("Starting the phones, web, the worker and the clock")
    with supervisor:
        missing = supervisor.wait_ready(60.0)
        if missing:
            raise NotReady(f"not ready after a minute: {', '.join(missing)}; see {data / 'logs'}")
        found = Stage(settings, supervisor, Carrier(settings.api_address), deps)
        found.started["all"] = time.monotonic() - began
        yield found
    deps.database.close()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_port(wanted: int) -> int:
    """The wanted port if it is free, else another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
            return wanted
        except OSError:
            return free_port()


def _settings(data: Path, port: int, simulator_port: int, more: dict[str, str], home: Path | None) -> Settings:
    environ = {
        "ALONGSIDE_DATA": str(data),
        "ALONGSIDE_HOME": str(home or PROJECT),
        "ALONGSIDE_PORT": str(port),
        "ALONGSIDE_MOVABLE_CLOCK": "1",
        "PUBLIC_ADDRESS": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_NUMBER": SERVICE_NUMBER,
        "TWILIO_API_ADDRESS": f"http://127.0.0.1:{simulator_port}",
        **more,
    }
    return load(environ, mode="demo")


def _simulator(settings: Settings) -> Child:
    public, port = settings.public_address, settings.api_address.rpartition(":")[2]
    argv = (
        *(*PYTHON, "service.simulator", "--port", port),
        *("--ledger", str(settings.data / "carrier.jsonl"), "--account-sid", settings.account_sid),
        *("--service-number", SERVICE_NUMBER, "--sms-url", f"{public}/hooks/twilio/sms{HOOK_OVERRIDES}"),
        *("--inbox-url", f"{public}/"),
    )
    environment = {**child_environment(settings), "SIMULATOR_AUTH_TOKEN": settings.auth_tokens[0]}
    return Child("simulator", argv, environment, partial(_answers, f"{settings.api_address}/simulator/health"))


def _answers(address: str) -> bool:
    try:
        with _DIRECT.open(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
