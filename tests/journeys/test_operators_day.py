"""What an operator meets: a broken file, a dead process, a full disk."""

from __future__ import annotations

import itertools
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest
import requests
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.cli.run import child_environment
from service.settings import PROJECT
from service.store.engine import sqlite_module
from service.store.schema import messages, releases
from tests.journeys.carrier_hand import CarrierHand, new_sid
from tests.journeys.team import asks_how_the_week_was
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("operators")]

NUMBERS = (f"+4477009005{number:02d}" for number in itertools.count())
STRANGERS = "+4477009006{:02d}"
DATABASES = ("alongside.sqlite", "keys.sqlite")
PAGE = 4096  # bytes of SQLite's
ROOM = 60  # pages that are left before the disk is full; a text takes some ten


BROKEN = {
    "no YAML": ("flows/weekly-check-in.yml", "  - id: help", "  - id: [help"),
    "no urgency": ("flows/weekly-check-in.yml", "raises: soon", "raises: later"),
    "nobody of the team": ("config/rota.yml", "who: [amina, ben]", "who: [amina, bob]"),
    "no day": ("config/team.yml", "trained_until: 2027-12-31", "trained_until: next year"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_coordinators_broken_file_is_named_with_its_line_and_nothing_changes(
    stage: Stage, phones: StagePhones, tmp_path: Path, kind: str
) -> None:
    file, written, instead = BROKEN[kind]
    home = _home(tmp_path)
    text = (home / file).read_text(encoding="utf-8")
    line = text[: text.index(written)].count("\n") + 1
    (home / file).write_text(text.replace(written, instead, 1), encoding="utf-8")
    before = _release(stage)
    done = _command(stage, "publish", "--home", str(home))
    assert done.returncode == 2
    # What is no YAML at all may be noticed only where the next line does not fit.
    lines = (line, line + 1) if kind == "no YAML" else (line,)
    said = [one for one in done.stderr.splitlines() if one.startswith(tuple(f"{file}:{at}: " for at in lines))]
    assert said, done.stderr
    assert any(word in said[0] for word in ("write", "stand in", "not one of", "there is no")), said[0]
    assert "Nothing was changed." in done.stderr
    assert "Traceback" not in done.stderr
    assert _release(stage) == before
    lucia, person = phones.participant(next(NUMBERS), "Lucía", "en")
    asks_how_the_week_was(stage, person)
    lucia.hears("How was your week?").texts("1").hears("anything you would like to add")


def test_a_good_file_is_the_next_release(stage: Stage, tmp_path: Path) -> None:
    home = _home(tmp_path)
    config = home / "config" / "service.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("soon: 24 hours", "soon: 20 hours"), encoding="utf-8")
    before = _release(stage)
    done = _command(stage, "publish", "--home", str(home))
    assert done.returncode == 0, done.stderr
    assert f"Release {before + 1} is running." in done.stdout


@pytest.mark.parametrize("name", ["web", "worker", "clock", "valkey"])
def test_a_killed_process_comes_back_by_itself(stage: Stage, name: str) -> None:
    pid = stage.supervisor.pids()[name]
    forked = psutil.Process(pid).children(recursive=True)
    stage.kill(name)
    until(lambda: stage.supervisor.pids().get(name, pid) != pid, what=f"the return of {name}")
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in forked), "its children live on"
    until(lambda: _is_well(stage), what="/health saying ok")


def test_a_full_disk_refuses_texts_says_so_and_breaks_nothing(stage: Stage) -> None:
    hand = CarrierHand(stage)
    answers: dict[str, int] = {}

    def texts() -> int:
        sid = new_sid()
        answers[sid] = hand.texts(STRANGERS.format(len(answers) % 50), "is there anybody", sid)
        return answers[sid]

    # SQLite begins a log anew, in the file that it has, after some 1,000 pages: one that had them before would have room
    # again and again. From an empty file it meets the limit long before that, and room that is gone does not come back.
    for name in DATABASES:
        until(partial(_empties_its_log, stage.settings.data / name), what=f"an empty log of {name}")
    with _no_room(stage, ROOM * PAGE):
        for _ in range(ROOM):  # whatever is kept takes a page at least: afterwards there is room for none
            texts(), _health(stage)
        assert set(answers.values()) == {200, 503}
        for _ in range(5):
            assert texts() == 503
            assert _health(stage) == (503, "failing")
    with _no_room(stage, 1):
        # Not even a line of log can be written.
        assert texts() == 503
        assert _health(stage) == (503, "failing")
    refused = {sid for sid, status in answers.items() if status == 503}
    for name in DATABASES:
        assert _check_of(stage.settings.data / name) == "ok"
    assert set(answers) - _kept(stage) == refused
    assert {hand.texts(STRANGERS.format(1), "is there anybody", sid) for sid in refused} == {200}
    assert set(answers) <= _kept(stage)
    until(lambda: _health(stage)[0] == 200, what="/health saying that texts are taken")
    hand.close()


def _empties_its_log(database: Path) -> bool:
    with closing(sqlite_module().connect(database)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return int(busy) == 0


@contextmanager
def _no_room(stage: Stage, size: int) -> Iterator[None]:
    """A disk that is full, for root as well: no file of web, the worker or the clock may grow beyond `size` bytes."""
    _limit_files(stage, size)
    try:
        yield
    finally:
        _limit_files(stage, resource.RLIM_INFINITY)


def _limit_files(stage: Stage, size: int) -> None:
    limits = (size, resource.RLIM_INFINITY)
    for name in ("web", "worker", "clock"):
        parent = stage.supervisor.pids()[name]
        resource.prlimit(parent, resource.RLIMIT_FSIZE, limits)  # first: whatever it forks from now on has it too
        for child in psutil.Process(parent).children(recursive=True):
            with suppress(ProcessLookupError):
                resource.prlimit(child.pid, resource.RLIMIT_FSIZE, limits)


def _home(folder: Path) -> Path:
    home = folder / "home"
    for name in ("flows", "locales", "config"):
        shutil.copytree(PROJECT / name, home / name)
    return home


def _command(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **child_environment(stage.settings)}
    argv = [sys.executable, "-P", "-m", "service.cli", *arguments]
    return subprocess.run(argv, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=60)


def _is_well(stage: Stage) -> bool:
    try:
        return bool(stage.get("/health")["status"] == "ok")
    except OSError:
        return False


def _health(stage: Stage) -> tuple[int, str]:
    answer = requests.get(f"{stage.settings.public_address}/health", timeout=5)
    return answer.status_code, answer.json()["status"]


def _release(stage: Stage) -> int:
    """The number of the newest release, from the store itself."""
    with stage.deps.database.read() as connection:
        return int(connection.execute(select(func.max(releases.c.number))).scalar_one())


def _check_of(database: Path) -> str:
    # By the SQLite that the store here has open: another in one process would undo its locks (sqlite.org/howtocorrupt.html).
    with closing(sqlite_module().connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def _kept(stage: Stage) -> set[str]:
    with stage.deps.database.read() as connection:
        return set(connection.execute(select(messages.c.provider_id).where(messages.c.direction == "in")).scalars())
