"""Keeps our processes running: starts them, starts the dead again, and takes them along when it goes, even by kill -9.

Each child leads a process group of its own, so that what it forks goes with it. A small guardian process (guardian.py)
holds the list of groups and ends them when the supervisor's end of a pipe closes, which no way of dying can avoid.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from service import guardian
from service.child_log import ChildLog

FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
"""Seconds before a dead child is started again: the first time, and at most."""
SETTLED = 30.0
"""Seconds alive after which earlier deaths are forgiven."""
HOPELESS = 5
"""Quick deaths in a row after which we say that a child can't run."""
STOP_GRACE = 5.0
"""Seconds that children have to stop by themselves."""

_TICK = 0.05
_GUARDIAN = (sys.executable, "-I", "-S", guardian.__file__)
# The child tells the guardian its number before it becomes the program, and the guardian hears of the supervisor's
# death only after that: so there is no moment at which a child is alive and nobody knows.
_REGISTER_THEN_BECOME = 'echo "$$" >&0 && exec "$@" </dev/null'


class SupervisorError(Exception):
    """The supervisor was used out of order, or could not start."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep alive: its name, command line, what its environment has beyond ours, and when it is ready."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ready: Callable[[], bool] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next start: 0.2 s, doubled by each quick death up to 10 s."""

    quick_deaths: int = 0

    def after_death(self, lived: float) -> float:
        """Seconds to wait, for a child that lived `lived` seconds."""
        self.quick_deaths = 1 if lived >= SETTLED else self.quick_deaths + 1
        if self.hopeless:
            return LONGEST_WAIT
        return min(FIRST_WAIT * 2.0 ** (self.quick_deaths - 1), LONGEST_WAIT)

    @property
    def hopeless(self) -> bool:
        """Whether it looks as if the child can't run at all."""
        return self.quick_deaths >= HOPELESS


@dataclass(slots=True)
class _Running:
    child: Child
    log: ChildLog
    backoff: Backoff = field(default_factory=Backoff)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0


class Supervisor:
    """Runs the children from `start` (or entering) to `stop` (or leaving).

    What a child prints goes to `log_dir`/NAME.log; `echo` gets each line that a person should read; `pids_file` has
    the number of each process as JSON, our own as "supervisor".
    """

    def __init__(
        self,
        children: Sequence[Child],
        log_dir: Path,
        echo: Callable[[str], None],
        *,
        pids_file: Path | None = None,
    ) -> None:
        self._all = [_Running(child, ChildLog(log_dir / f"{child.name}.log")) for child in children]
        self._log_dir, self._echo, self._pids_file = log_dir, echo, pids_file
        self._stopping, self._hurry = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._guardian: subprocess.Popen[bytes] | None = None
        self._pids: dict[str, int] = {}
        self._last_trouble = ""

    def __enter__(self) -> Supervisor:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the children and go on watching them in a thread."""
        if self._thread is not None:
            raise SupervisorError("a supervisor starts once")
        self._log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._guardian = self._start_guardian()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask every child to stop, kill those that have not after 5 s, and return when all are gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Start if that was not done, and stay until SIGINT, SIGTERM or SIGHUP; a second one stops without grace.

        Main thread only.
        """

        def asked(_number: int, _frame: FrameType | None) -> None:
            (self._hurry if self._stopping.is_set() else self._stopping).set()

        before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            if self._thread is None:
                self.start()
            while not self._stopping.wait(0.5):
                pass
            self._say("Stopping …")
            self.stop()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def wait_ready(self, timeout: float) -> tuple[str, ...]:
        """Wait up to `timeout` seconds for every child's ready check; the names of those that were not ready."""
        deadline = time.monotonic() + timeout
        waiting = [running.child for running in self._all]
        while True:
            waiting = [child for child in waiting if not self._is_ready(child)]
            if not waiting or time.monotonic() > deadline or self._stopping.is_set():
                return tuple(child.name for child in waiting)
            time.sleep(_TICK)

    def pids(self) -> dict[str, int]:
        """The process number of each child that runs now, by name."""
        return dict(self._pids)

    def _is_ready(self, child: Child) -> bool:
        return child.name in self._pids and (child.ready is None or child.ready())

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._try(self._check_guardian)
            for running in self._all:
                self._try(partial(self._check, running))
                self._try(running.log.set_aside_if_long)
            self._try(self._tell_pids)
            self._stopping.wait(_TICK)
        self._stop_all()

    def _try(self, step: Callable[[], None]) -> None:
        # A full disk or a full process table must not end what still runs: it is said, and tried again.
        try:
            step()
        except OSError as error:
            if str(error) != self._last_trouble:
                self._say(f"supervisor: {error}; trying again")
            self._last_trouble = str(error)

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._echo(line)

    def _check(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is None:
            if now >= running.start_at:
                self._start(running)
        elif running.process.poll() is not None:
            code = self._bury(running)
            wait = running.backoff.after_death(now - running.started)
            running.start_at = now + wait
            self._say_death(running, code, wait)

    def _start(self, running: _Running) -> None:
        assert self._guardian is not None
        assert self._guardian.stdin is not None
        child = running.child
        running.start_at = time.monotonic() + LONGEST_WAIT  # should the start itself fail
        with running.log.open() as log:
            running.process = subprocess.Popen(
                ("/bin/sh", "-c", _REGISTER_THEN_BECOME, child.name, *child.argv),
                stdin=self._guardian.stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **child.env},
                start_new_session=True,
            )
        running.started = time.monotonic()

    def _bury(self, running: _Running) -> int:
        assert running.process is not None
        guardian.kill_group(running.process.pid)
        self._tell_guardian(-running.process.pid)
        code = running.process.wait()
        running.process = None
        return code

    def _say_death(self, running: _Running, code: int, wait: float) -> None:
        name, how = running.child.name, _how_it_ended(code)
        if running.backoff.quick_deaths == HOPELESS:
            self._say(f"{name} can't run: it {how}, {HOPELESS} times in a row. Trying every {LONGEST_WAIT:.0f} s. "
                       f"The end of {running.log.path}:")  # fmt: skip
            for line in running.log.last_lines():
                self._say(f"    {line}")
        elif not running.backoff.hopeless:
            self._say(f"{name} {how}; starting it again in {wait:.1f} s")

    def _stop_all(self) -> None:
        alive = [running for running in self._all if running.process is not None]
        for running in alive:
            assert running.process is not None
            running.process.terminate()
        deadline = time.monotonic() + STOP_GRACE
        while any(r.process and r.process.poll() is None for r in alive):
            if time.monotonic() > deadline or self._hurry.is_set():
                break
            time.sleep(_TICK)
        for running in alive:
            self._bury(running)
        self._end_guardian()
        self._try(self._tell_pids)

    def _tell_pids(self) -> None:
        pids = {r.child.name: r.process.pid for r in self._all if r.process is not None}
        if pids == self._pids:
            return
        try:
            if self._pids_file is not None:
                draft = self._pids_file.with_name(self._pids_file.name + ".new")
                draft.write_text(json.dumps({"supervisor": os.getpid(), **pids}, indent=1))
                draft.replace(self._pids_file)
        finally:
            self._pids = pids

    def _start_guardian(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            _GUARDIAN, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, bufsize=0, start_new_session=True
        )

    def _check_guardian(self) -> None:
        if self._guardian is not None and self._guardian.poll() is not None:
            self._end_guardian()
            self._guardian = self._start_guardian()
            for pid in self._pids.values():
                self._tell_guardian(pid)

    def _tell_guardian(self, number: int) -> None:
        assert self._guardian is not None
        assert self._guardian.stdin is not None
        # A dead guardian is noticed, and told everything, at the next look.
        with contextlib.suppress(BrokenPipeError):
            self._guardian.stdin.write(f"{number}\n".encode())

    def _end_guardian(self) -> None:
        assert self._guardian is not None
        assert self._guardian.stdin is not None
        self._guardian.stdin.close()
        self._guardian.wait()


def _how_it_ended(code: int) -> str:
    return f"was killed ({signal.strsignal(-code) or -code})" if code < 0 else f"ended with exit code {code}"
