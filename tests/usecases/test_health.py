"""Health: ok, degraded with plain reasons, failing only when nothing can be written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.store import operator
from service.store.errors import StoreRefused
from service.telephony.port import Permanent
from service.usecases.health import health
from tests.support.house import AMINA, PARTICIPANT, STRANGER
from tests.usecases.homes import Village


@pytest.fixture(autouse=True)
def everybody_is_up(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.usecases.health.sqlite_warning", lambda: None)
    with house.database.write() as tx:
        operator.beat(tx, "worker"), operator.beat(tx, "clock")


def test_a_service_that_works_is_ok(house: Village) -> None:
    assert (health(house.deps).status, health(house.deps).reasons) == ("ok", ())


def test_without_redis_it_goes_on_degraded(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.bell, "reachable", lambda: False)
    assert health(house.deps).status == "degraded"
    assert "Redis is out of reach" in health(house.deps).reasons[0]


def test_a_key_store_that_cannot_be_written_is_named(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.deps.keys, "writable", lambda: False)
    assert health(house.deps).status == "degraded"
    assert health(house.deps).reasons == ("the key store can't be written: texts from new numbers are refused",)


def test_a_process_that_is_not_heard_from_is_named(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    later = time.time_ns() + 16 * 10**9
    monkeypatch.setattr("service.usecases.health.time.time_ns", lambda: later)
    assert health(house.deps).reasons == ("the worker is not heard from", "the clock is not heard from")


def test_a_lane_that_is_late_is_named_with_its_seconds(house: Village) -> None:
    house.staff("amina", AMINA)
    house.receive(STRANGER, "I want to die")
    house.clock.move(timedelta(seconds=7))
    assert "the urgent lane is 7 seconds late" in health(house.deps).reasons


def test_an_urgent_escalation_that_nobody_takes_is_named(house: Village) -> None:
    house.text(STRANGER, "I want to die")
    for _ in range(3):
        house.passes(minutes=5)
    assert "nobody has taken 1 urgent escalation, all were asked" in health(house.deps).reasons


def test_an_alarm_is_shown_for_an_hour_after_it_last_happened(house: Village) -> None:
    house.carrier.answers_to(STRANGER, Permanent(21408, alarm=True))
    house.text(STRANGER, "hello there")
    assert "alarm: carrier refuses: 21408" in health(house.deps).reasons
    house.passes(minutes=61)
    assert "alarm: carrier refuses: 21408" not in health(house.deps).reasons


def test_a_store_that_refuses_is_failing(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> None:
        raise StoreRefused("disk full")

    monkeypatch.setattr(house.database, "write", refuses)
    assert (health(house.deps).status, health(house.deps).reasons) == ("failing", ("nothing can be written: disk full",))


def test_i11_no_reason_holds_words_or_numbers(house: Village) -> None:
    house.carrier.answers_to(PARTICIPANT, Permanent(21408, alarm=True))
    house.text(PARTICIPANT, "the boiler broke")
    shown = " ".join(health(house.deps).reasons)
    assert "boiler" not in shown
    assert PARTICIPANT[-6:] not in shown
