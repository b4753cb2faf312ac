"""Supervision: what dies is started again, and nothing outlives the supervisor. Real processes, short ones."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from service import child_log
from service.settings import PROJECT
from service.supervisor import HOPELESS, Backoff, Child, Supervisor, SupervisorError

SLEEP = ("/bin/sleep", "60")


def until(holds: Callable[[], object], within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Running: an orphan that nobody has collected yet is as dead as any."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, said: list[str]) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def start(*children: Child) -> Supervisor:
        supervisor = Supervisor(children, tmp_path / "logs", said.append, pids_file=tmp_path / "pids.json")
        supervisor.start()
        started.append(supervisor)
        until(lambda: len(supervisor.pids()) == len(children))
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()


def test_a_child_killed_with_9_is_started_again(supervise, said, tmp_path):
    supervisor = supervise(Child("worker", SLEEP))
    first = supervisor.pids()["worker"]
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.pids().get("worker", first) != first)
    assert said == ["worker was killed (Killed); starting it again in 0.2 s"]
    kept = json.loads((tmp_path / "pids.json").read_text())
    assert kept == {"supervisor": os.getpid(), **supervisor.pids()}


def test_waits_double_up_to_ten_seconds_and_a_long_life_forgives():
    backoff = Backoff()
    assert [backoff.after_death(lived=1) for _ in range(4)] == [0.2, 0.4, 0.8, 1.6]
    assert not backoff.hopeless
    assert [backoff.after_death(lived=1) for _ in range(2)] == [10, 10]
    assert backoff.hopeless
    assert backoff.after_death(lived=30) == 0.2
    assert not backoff.hopeless


def test_a_child_that_can_not_run_is_said_once_with_the_end_of_its_log(supervise, said, monkeypatch):
    monkeypatch.setattr("service.supervisor.FIRST_WAIT", 0.01)
    monkeypatch.setattr("service.supervisor.LONGEST_WAIT", 0.05)
    supervise(Child("web", ("/bin/sh", "-c", "echo the port is taken; exit 3")), Child("clock", SLEEP))
    until(lambda: any("can't run" in line for line in said))
    time.sleep(0.3)
    at = next(place for place, line in enumerate(said) if "can't run" in line)
    assert at == HOPELESS - 1
    assert "web can't run: it ended with exit code 3, 5 times in a row" in said[at]
    assert set(said[at + 1 :]) == {"    the port is taken"}


@pytest.fixture
def supervisor_process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own, whose children fork grandchildren and ignore being asked to stop."""
    program = f"""
import sys
from pathlib import Path
from service import supervisor
from service.supervisor import Child, Supervisor
supervisor.STOP_GRACE = 1
stubborn = ("/bin/sh", "-c", "trap '' TERM; sleep 61 & echo $! > {tmp_path}/grandchild; while :; do sleep 62; done")
children = [Child("plain", ("/bin/sleep", "63")), Child("stubborn", stubborn)]
folder = Path({str(tmp_path)!r})
Supervisor(children, folder, lambda line: print(line, flush=True), pids_file=folder / "pids.json").run()
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    pids = tmp_path / "pids.json"
    until(lambda: pids.exists() and len(json.loads(pids.read_text())) == 3 and (tmp_path / "grandchild").exists())
    until(lambda: (tmp_path / "grandchild").read_text().strip())
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def all_pids(folder: Path) -> list[int]:
    numbers = json.loads((folder / "pids.json").read_text())
    return [numbers["plain"], numbers["stubborn"], int((folder / "grandchild").read_text())]


def test_children_and_grandchildren_die_when_the_supervisor_is_killed_with_9(supervisor_process, tmp_path):
    pids = all_pids(tmp_path)
    assert all(map(is_alive, pids))
    supervisor_process.kill()
    until(lambda: not any(map(is_alive, pids)))


def test_they_die_too_when_the_guardian_was_killed_before(supervisor_process, tmp_path):
    pids = all_pids(tmp_path)
    guardian = guardian_of(supervisor_process.pid)
    os.kill(guardian, signal.SIGKILL)
    until(lambda: guardian_of(supervisor_process.pid) not in (guardian, None))
    time.sleep(0.1)
    supervisor_process.kill()
    until(lambda: not any(map(is_alive, pids)))


def guardian_of(supervisor: int) -> int | None:
    for child in psutil.Process(supervisor).children():
        with contextlib.suppress(psutil.Error):
            if any("guardian.py" in word for word in child.cmdline()):
                return child.pid
    return None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_takes_everything_along_and_ends_well(supervisor_process, tmp_path, number):
    pids = all_pids(tmp_path)
    supervisor_process.send_signal(number)
    if number == signal.SIGTERM:  # the second time there is no grace for the stubborn
        time.sleep(0.5)
        supervisor_process.send_signal(number)
        supervisor_process.wait(2)
    assert supervisor_process.wait(8) == 0
    assert not any(map(is_alive, pids))


def test_the_orphans_of_a_dead_child_do_not_hold_its_port(supervise, tmp_path):
    forks = ("/bin/sh", "-c", f"sleep 64 & echo $! >> {tmp_path}/forked; wait")
    supervisor = supervise(Child("web", forks))
    until(lambda: (tmp_path / "forked").exists() and (tmp_path / "forked").read_text().strip())
    orphan = int((tmp_path / "forked").read_text())
    os.kill(supervisor.pids()["web"], signal.SIGKILL)
    until(lambda: len((tmp_path / "forked").read_text().split()) == 2)
    assert not is_alive(orphan)


def test_a_child_gets_its_environment_and_no_input(supervise, tmp_path):
    supervise(Child("web", ("/bin/sh", "-c", 'echo "got $COLOUR, read $(cat)"; sleep 60'), {"COLOUR": "blue"}))
    log = tmp_path / "logs" / "web.log"
    until(lambda: log.read_text() == "got blue, read \n")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_ready_is_when_every_check_says_so(supervise):
    answers = iter([False, False, True, True])
    supervisor = supervise(Child("web", SLEEP, ready=lambda: next(answers)), Child("clock", SLEEP))
    assert supervisor.wait_ready(5) == ()
    never = supervise(Child("worker", SLEEP, ready=lambda: False), Child("clock", SLEEP))
    assert never.wait_ready(0.1) == ("worker",)


def test_a_log_that_grows_long_is_set_aside(supervise, tmp_path, monkeypatch):
    monkeypatch.setattr(child_log, "LONGEST", 1000)
    supervise(Child("web", ("/bin/sh", "-c", "while :; do echo twenty letters a line; sleep 0.001; done")))
    aside = tmp_path / "logs" / "web.log.1"
    until(aside.exists)
    assert aside.stat().st_size > 1000


def test_a_program_that_is_not_there_is_a_death_like_any_other(supervise, said):
    supervise(Child("clock", SLEEP), Child("web", ("/not/there",)))
    until(lambda: said)
    assert said[0].startswith("web ended with exit code 127")


def test_what_can_not_be_said_or_written_stops_nothing(tmp_path, said):
    def broken(_line: str) -> None:
        raise BrokenPipeError

    children = [Child("web", ("/bin/false",)), Child("clock", SLEEP)]
    with Supervisor(children, tmp_path / "logs", broken, pids_file=tmp_path / "no" / "folder") as supervisor:
        until(lambda: "clock" in supervisor.pids())
        time.sleep(0.3)
        assert is_alive(supervisor.pids()["clock"])


def test_a_supervisor_starts_once(supervise):
    with pytest.raises(SupervisorError):
        supervise(Child("clock", SLEEP)).start()


def test_a_childs_environment_is_not_shown():
    assert "hush" not in repr(Child("web", SLEEP, {"TOKEN": "hush"}))
