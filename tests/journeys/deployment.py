"""`alongside run` as an operator starts it: behind https, with a stand-in carrier outside, on SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from service.cli._stage import HOOK_OVERRIDES, SERVICE_NUMBER, Carrier, Stage, free_port
from service.settings import PROJECT, load
from service.supervisor import Supervisor
from service.wiring import build_deps
from tests.support.desk import Desk
from tests.support.https_door import HttpsDoor
from tests.support.stage_phones import until

PYTHON = [sys.executable, "-P", "-m"]
READY_WITHIN = 60.0


@dataclass(slots=True)
class Deployment:
    """The environment of one deployment, and what an operator does with it."""

    folder: Path
    environment: dict[str, str]
    door: HttpsDoor
    running: subprocess.Popen[bytes] | None = None
    groups: set[int] = field(default_factory=set)

    @property
    def data(self) -> Path:
        """The data folder."""
        return Path(self.environment["ALONGSIDE_DATA"])

    def command(self, *arguments: str) -> str:
        """A command that must succeed; what it printed."""
        done = self._run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def refused(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A command in an environment with these changes; an empty value takes a variable away."""
        return self._run(*arguments, **changes)

    def starts(self) -> None:
        """`alongside run`, until /health answers through the door."""
        log = (self.folder / "run.log").open("wb")
        self.running = subprocess.Popen(
            [*PYTHON, "service.cli", "run"],
            env=self.environment,
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until(lambda: self.running.poll() is not None or self.health() != "", READY_WITHIN, what="a first answer")
        assert self.running.poll() is None, (self.folder / "run.log").read_text()
        self.groups = set(json.loads((self.data / "pids.json").read_text()).values())

    def health(self) -> str:
        """ok, degraded or failing; nothing where nobody answers."""
        with contextlib.suppress(requests.RequestException):
            return str(self.get("/health").json()["status"])
        return ""

    def get(self, path: str) -> requests.Response:
        """A page, from outside."""
        with requests.Session() as http:
            http.trust_env = False
            return http.get(f"{self.door.address}{path}", verify=str(self.door.certificate), timeout=5)

    def ends(self, how: int = signal.SIGINT) -> int:
        """Ctrl-C; the exit code."""
        assert self.running is not None
        self.running.send_signal(how)
        return self.running.wait(20)

    def alive(self) -> list[str]:
        """Every process of it that still runs: those that it started, and what those forked."""
        found = []
        for process in psutil.process_iter(["pid", "name", "status"]):
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) in self.groups and process.info["status"] != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {process.info['name']}")
        return found

    def hires(self, handle: str, number: str, password: str) -> Desk:
        """Invite a member of staff, who chooses a password at the address that was printed, and signs in."""
        address = self.command("staff", "invite", handle, "--phone", number).split()[-1]
        trust = str(self.door.certificate)
        with requests.Session() as http:
            http.trust_env, http.verify = False, trust
            token = http.get(address, timeout=5).text.partition('name="csrf-token" content="')[2].partition('"')[0]
            # Our pages tell no other site where a browser was, so a form has no Referer either.
            assert http.post(address, data={"csrf_token": token, "password": password}, timeout=10).ok
        return Desk(self.door.address, handle, password, verify=trust)

    def _run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in {**self.environment, **changes}.items() if value}
        return subprocess.run(
            [*PYTHON, "service.cli", *arguments], env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=60
        )


@contextmanager
def deployment(folder: Path, **more: str) -> Iterator[Deployment]:
    """A deployment that is not started yet; whatever runs of it ends with the block."""
    web_port = free_port()
    door = HttpsDoor(folder, web_port)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "ALONGSIDE_DATA": str(folder / "data"),
        "ALONGSIDE_PORT": str(web_port),
        "PUBLIC_ADDRESS": door.address,
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_NUMBER": SERVICE_NUMBER,
        "TWILIO_API_ADDRESS": f"http://127.0.0.1:{free_port()}",
        **more,
    }
    found = Deployment(folder, environment, door)
    try:
        yield found
    finally:
        if found.running is not None and found.running.poll() is None:
            found.running.kill()
            found.running.wait()
        door.close()


@contextmanager
def carrier_of(found: Deployment) -> Iterator[Stage]:
    """The stand-in carrier, a process of its own outside the deployment, and the use cases over the same store."""
    environment, ledger = found.environment, str(found.folder / "carrier.jsonl")
    address = environment["TWILIO_API_ADDRESS"]
    argv = [*PYTHON, "service.simulator", "--port", address.rpartition(":")[2], "--ledger", ledger]
    argv += ["--account-sid", environment["TWILIO_ACCOUNT_SID"], "--service-number", SERVICE_NUMBER]
    argv += ["--sms-url", f"{found.door.address}/hooks/twilio/sms{HOOK_OVERRIDES}"]
    trusting = {**environment, "SSL_CERT_FILE": str(found.door.certificate)}
    trusting |= {"SIMULATOR_AUTH_TOKEN": environment["TWILIO_AUTH_TOKEN"]}
    with (found.folder / "carrier.log").open("wb") as log:
        process = subprocess.Popen(argv, env=trusting, cwd=PROJECT, stdout=log, stderr=log)
    settings = load({name: value for name, value in environment.items() if name not in ("PATH", "PYTHONPATH")})
    deps = build_deps(settings)
    carrier = Carrier(address)
    try:
        until(lambda: _answers(carrier), READY_WITHIN, what="the carrier's start")
        yield Stage(settings, Supervisor([], found.folder, print), carrier, deps)
    finally:
        deps.database.close()
        deps.keys.close()
        process.terminate()
        process.wait(10)


def _answers(carrier: Carrier) -> bool:
    with contextlib.suppress(OSError):
        carrier.summary()
        return True
    return False
