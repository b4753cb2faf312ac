"""What an operator meets: a broken file, a dead process, a full disk."""

from __future__ import annotations

import itertools
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.cli.run import child_environment
from service.settings import PROJECT
from service.store.schema import messages, releases
from tests.journeys.carrier_hand import CarrierHand, new_sid
from tests.journeys.team import asks_how_the_week_was
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("operators")]

NUMBERS = (f"+4477009005{number:02d}" for number in itertools.count())
STRANGERS = "+4477009006{:02d}"


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
    answers = {}
    with _no_room(stage, left=6_000):
        while list(answers.values()).count(503) < 5 and len(answers) < 400:
            sid = new_sid()
            answers[sid] = hand.texts(STRANGERS.format(len(answers) % 50), "is there anybody", sid)

        def full() -> bool:
            # SQLite may begin its log anew meanwhile: then there is room again, until more texts have filled it.
            sid = new_sid()
            answers[sid] = hand.texts(STRANGERS.format(len(answers) % 50), "is there anybody", sid)
            return _health(stage) == (503, "failing")

        until(full, what="/health saying failing")
    with _no_room(stage, left=0, whole=1):
        # Not even a line of log can be written.
        sid = new_sid()
        answers[sid] = hand.texts(STRANGERS.format(1), "and now", sid)
        assert answers[sid] == 503
        assert _health(stage) == (503, "failing")
    refused = {sid for sid, status in answers.items() if status == 503}
    assert set(answers.values()) <= {200, 503}
    assert len(refused) > 5
    for name in ("alongside.sqlite", "keys.sqlite"):
        assert _check_of(stage.settings.data / name) == "ok"
    assert set(answers) - _kept(stage) == refused
    assert {hand.texts(STRANGERS.format(1), "is there anybody", sid) for sid in refused} == {200}
    assert set(answers) <= _kept(stage)
    until(lambda: _health(stage)[0] == 200, what="/health saying that texts are taken")
    hand.close()


@contextmanager
def _no_room(stage: Stage, *, left: int, whole: int | None = None) -> Iterator[None]:
    """A disk that is full, for root as well: no file of the service may grow beyond its database's log and `left` bytes.

    `whole`: the bytes that any file may have, whatever is there now.
    """
    limit = whole or (stage.settings.data / "alongside.sqlite-wal").stat().st_size + left
    ours = [stage.supervisor.pids()[name] for name in ("web", "worker", "clock")]
    processes = [one.pid for pid in ours for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))]
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in processes:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


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
        return stage.get("/health")["status"] == "ok"
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
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def _kept(stage: Stage) -> set[str]:
    with stage.deps.database.read() as connection:
        return set(connection.execute(select(messages.c.provider_id).where(messages.c.direction == "in")).scalars())
