"""RQ carries one function and no other; a drain does what is due and survives a store that is out of reach."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rq.serializers import JSONSerializer

from service.store.errors import StoreRefused
from tests.support.house import STRANGER
from tests.usecases.homes import Village, at_once
from worker import jobs


class NoRedis:
    """A connection that is never used: a job can be looked at without one."""

    connection_pool = None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Village]:
    house = Village(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path)
    jobs.work_with(house.deps)
    yield house
    house.close()
    jobs._here.clear()


@pytest.mark.parametrize(
    "name",
    ["os.system", "subprocess.run", "builtins.eval", "worker.jobs.do_safely", "worker.jobs.drain2", "worker.jobs", ""],
)
def test_a_job_that_is_not_ours_is_refused_whoever_wrote_it_into_redis(name: str) -> None:
    job = jobs.OurJob("an-id", connection=NoRedis(), serializer=JSONSerializer)  # type: ignore[arg-type]
    job._func_name, job._args, job._kwargs = name, ("echo harm",), {}
    job._data = JSONSerializer.dumps((name, None, ["echo harm"], {}))
    with pytest.raises(jobs.NotOurJob):
        _ = job.func
    with pytest.raises(jobs.NotOurJob):
        job._execute()


def test_our_own_job_drains_its_lane(house: Village) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    house.receive(STRANGER, "hello there")
    job = jobs.OurJob("an-id", connection=NoRedis(), serializer=JSONSerializer)  # type: ignore[arg-type]
    job._data = JSONSerializer.dumps((jobs.DRAIN, None, ["reply"], {}))
    assert job._execute() == 1
    stranger.hears("A person will read this")


def test_a_drain_answers_the_bell_before_it_looks(house: Village) -> None:
    """Whatever is rung while it drains needs a new job, or it might be missed by a drain that was just ending."""
    house.receive(STRANGER, "hello there")
    assert "reply" in house.bell.rung
    answered: list[int] = []
    real = house.bell.answer

    def answer(lane: str) -> None:
        answered.append(len(house.carrier.sent))
        real(lane)

    house.bell.answer = answer  # type: ignore[method-assign]
    jobs.drain("reply")
    assert answered == [0]
    assert "reply" not in house.bell.rung


def test_a_send_that_hangs_holds_up_no_other(house: Village) -> None:
    numbers = [f"+4477009004{n:02}" for n in range(3)]
    for number in numbers:
        house.receive(number, "hello there")
    hangs, others = threading.Event(), threading.Event()
    real = house.carrier.send_text

    def send(**text: Any) -> Any:
        if text["to"] == numbers[0]:
            assert hangs.wait(10)
        answer = real(**text)
        if len(house.carrier.sent) == 2:
            others.set()
        return answer

    house.carrier.send_text = send  # type: ignore[method-assign]
    drain = threading.Thread(target=jobs.drain, args=("reply",))
    drain.start()
    assert others.wait(10), "two texts waited behind one that hangs"
    hangs.set()
    drain.join()
    assert sorted(one.to for one in house.carrier.sent) == numbers


def test_a_drain_with_helpers_sends_each_text_once(house: Village) -> None:
    numbers = [f"+4477009003{n:02}" for n in range(10)]
    for number in numbers:
        house.receive(number, "hello there")
    at_once(lambda: jobs.drain("reply"), lambda: jobs.drain("reply"))
    house.settle()
    assert sorted(one.to for one in house.carrier.sent) == numbers


def test_a_store_out_of_reach_ends_the_drain_and_breaks_nothing(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = house.phone(STRANGER, "a stranger")
    house.receive(STRANGER, "hello there")

    def refuses() -> None:
        raise StoreRefused("out of reach")

    with monkeypatch.context() as patch:
        patch.setattr(house.database, "write", refuses)
        assert jobs.drain("reply") == 0
    assert jobs.drain("reply") == 1
    stranger.next()
