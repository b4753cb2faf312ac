"""Run the service for real, from the settings in the environment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from service import embedded
from service.settings import PROJECT, Settings, SettingsError, load, prepare
from service.supervisor import Child, Supervisor

PYTHON = (sys.executable, "-P", "-m")
READY_WITHIN = 30.0
"""Seconds after which we say what is not ready yet."""


class AlreadyRunning(click.ClickException):
    """Another supervisor has this data folder."""


@click.command("run")
def command() -> None:
    """Run web, worker and clock (and Valkey, without REDIS_URL) until Ctrl-C, restarting what dies.

    Exits with 2 when settings are missing or wrong, having said every one of them.
    """
    settings = load_or_exit()
    prepare(settings)
    with only_one(settings.data):
        make_ready(settings)
        supervisor = supervise(settings, children_for(settings))
        click.echo(f"Starting Alongside at {settings.public_address}, listening on {settings.bind}:{settings.port}")
        click.echo(f"What each process prints is in {settings.data / 'logs'}. Ctrl-C stops everything.")
        supervisor.run()


def load_or_exit() -> Settings:
    """The settings of this environment; says every problem and exits with 2 when there are any."""
    try:
        return load(os.environ)
    except SettingsError as error:
        click.echo("Alongside can't start with these settings:", err=True)
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)


def make_ready(settings: Settings) -> None:
    """Bring the database up to date and see that something is published; exits with the code of what fails."""
    for command, otherwise in (
        (("migrate",), "The database is not up to date, so nothing was started."),
        (("publish", "--if-nothing-is"), "There is nothing to run yet: put right what is said above."),
    ):
        done = subprocess.run((*PYTHON, "service.cli", *command), env={**os.environ, **child_environment(settings)})
        if done.returncode:
            click.echo(otherwise, err=True)
            sys.exit(done.returncode)


def supervise(settings: Settings, children: list[Child]) -> Supervisor:
    """A supervisor that keeps its logs and process numbers in the data folder."""
    data = settings.data
    return Supervisor(children, data / "logs", click.echo, pids_file=data / "pids.json")


def children_for(settings: Settings) -> list[Child]:
    """The processes of one running service, the embedded Valkey first when no REDIS_URL is given."""
    environment = child_environment(settings)
    children = [
        Child("web", web_argv(settings), environment, partial(answers_http, settings)),
        Child("worker", (*PYTHON, "worker"), environment),
        Child("clock", (*PYTHON, "worker.clock"), environment),
    ]
    return [valkey_child(settings), *children] if settings.redis_embedded else children


def child_environment(settings: Settings) -> dict[str, str]:
    """What each process of ours needs in its environment: the same settings, and our own code first."""
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    return {**settings.environment(), "PYTHONPATH": path}


def web_argv(settings: Settings) -> tuple[str, ...]:
    """Granian's command line. SQLite has one writer, so one process; more of them only wait for each other."""
    return (
        *(*PYTHON, "granian", "--interface", "wsgi", "--factory"),
        *("--host", settings.bind, "--port", str(settings.port)),
        *("--workers", "2" if settings.on_postgresql else "1", "--blocking-threads", "16"),
        *("--http", "1", "--no-ws", "--respawn-failed-workers", "service.app:create"),
    )


def valkey_child(settings: Settings) -> Child:
    """The embedded Valkey, its socket's folder made; click's error says what to do where there is none."""
    listening = embedded.socket_path(settings.data)
    try:
        program = embedded.find_valkey()
        embedded.prepare_folder(listening)
    except embedded.EmbeddedError as error:
        raise click.ClickException(str(error)) from None
    return Child("valkey", embedded.valkey_argv(program, listening), {}, partial(embedded.answers, listening))


def answers_http(settings: Settings, timeout: float = 1.0) -> bool:
    """Whether web answers /health, be it with a warning."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.bind, settings.bind)
    host = f"[{host}]" if ":" in host else host
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{host}:{settings.port}/health", timeout=timeout) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder: two supervisors on one would take each other's Valkey and port."""
    descriptor = os.open(data / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise AlreadyRunning(f"Alongside already runs with {data}: stop it first, or set ALONGSIDE_DATA") from None
    finally:
        os.close(descriptor)
