"""Column types and the two verbs that each database spells in its own way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, select

from service.store.ids import new_id
from service.store.queries import insert_once, upsert
from service.store.schema import alarms, callbacks, service_state
from service.store.types import Json, Moment, from_micros, to_micros
from tests.store.conftest import NOW, Store

_own = Table("own", MetaData(), Column("id", Integer, primary_key=True), Column("at", Moment), Column("detail", Json))
MOMENTS = [
    NOW,
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, 0, 999_999, tzinfo=UTC),
    datetime(2026, 11, 24, 13, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    None,
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_comes_back_as_it_was_aware_and_in_utc(store: Store, moment: datetime | None) -> None:
    _own.create(store.database.engine)
    with store.database.write() as tx:
        tx.execute(_own.insert(), [{"id": 1, "at": moment}])
    with store.database.read() as connection:
        kept = connection.execute(select(_own.c.at)).scalar_one()
    assert kept == moment
    assert kept is None or kept.tzinfo is UTC


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="offset-naive"), store.database.write() as tx:
        tx.execute(callbacks.insert(), [{"id": new_id(), "provider_id": "SM", "status": "sent", "at": datetime(2026, 1, 1)}])  # noqa: DTZ001


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_lose_nothing(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


@pytest.mark.parametrize("document", [None, {}, [], {"é": ["اردو", 1, None, True]}, "words", 0])
def test_json_comes_back_as_it_was(store: Store, document: object) -> None:
    _own.create(store.database.engine)
    with store.database.write() as tx:
        tx.execute(_own.insert(), [{"id": 1, "detail": document}])
    with store.database.read() as connection:
        assert connection.execute(select(_own.c.detail)).scalar_one() == document


def test_insert_once_says_who_was_first(store: Store) -> None:
    row = {"provider_id": "SM1", "status": "sent", "at": NOW}
    with store.database.write() as tx:
        assert insert_once(tx, callbacks, {"id": new_id(), **row})
        assert not insert_once(tx, callbacks, {"id": new_id(), **row})
        assert insert_once(tx, callbacks, {"id": new_id(), **row, "status": "delivered"})


def test_upsert_inserts_and_then_replaces(store: Store) -> None:
    for value in ("1", "2"):
        with store.database.write() as tx:
            upsert(tx, service_state, {"name": "release"}, {"value": value})
    with store.database.read() as connection:
        assert connection.execute(select(service_state.c.value)).scalars().all() == ["2"]


def test_ids_made_later_sort_later() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {len(one) for one in made} == {32}


def test_an_alarm_that_happens_again_is_counted_and_fits_its_column(store: Store) -> None:
    from service.store import operator

    with store.database.write() as tx:
        for _ in range(3):
            operator.alarm(tx, "x" * 100, NOW)
    with store.database.read() as connection:
        assert connection.execute(select(alarms.c.times)).scalars().all() == [3]
        assert operator.alarms_since(connection, NOW - timedelta(seconds=1)) == ["x" * 60]
        assert operator.alarms_since(connection, NOW) == []
