"""Prepared statements mean what SQLAlchemy's own execution means, on both databases, and fail as it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.store.errors import StoreRefused
from service.store.prepared import Prepared, execute
from service.store.types import Json, Moment
from tests.store.conftest import NOW, Store

_OWN = Table(
    "own",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("detail", Json),
    Column("yes", Boolean),
    Column("sealed", LargeBinary),
    Column("name", String(20), unique=True),
)
NEPAL = datetime(2026, 11, 24, 13, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))
ROWS: list[dict[str, Any]] = [
    {"id": 1, "at": NOW, "detail": {"é": ["اردو", 1, None, True]}, "yes": True, "sealed": b"\x00\xff", "name": "a"},
    {"id": 2, "at": NEPAL, "detail": [], "yes": False, "sealed": b"", "name": "it's 100% :ok ?"},
    {"id": 3, "at": None, "detail": None, "yes": None, "sealed": None, "name": None},
]
_ADD = Prepared(insert(_OWN), list(ROWS[0]))
_ALL = Prepared(select(_OWN).order_by(_OWN.c.id))


@pytest.fixture
def own(store: Store) -> Store:
    _OWN.create(store.database.engine)
    return store


def plainly(tx: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.execute(select(_OWN).order_by(_OWN.c.id))]


@pytest.mark.parametrize("how", ["each", "many"])
def test_what_is_inserted_reads_as_it_was_given(own: Store, how: str) -> None:
    with own.database.write() as tx:
        if how == "many":
            _ADD.run_many(tx, ROWS)
        else:
            for row in ROWS:
                _ADD.run(tx, dict(reversed(row.items())))
    with own.database.read() as connection:
        assert plainly(connection) == [tuple(row.values()) for row in ROWS]


def test_what_plain_sqlalchemy_wrote_is_selected_alike(own: Store) -> None:
    with own.database.write() as tx:
        for row in ROWS:
            tx.execute(insert(_OWN), [row])
    with own.database.read() as connection:
        found = _ALL.all(connection, {})
        assert [tuple(row) for row in found] == plainly(connection)
        assert [(row.id, row.yes, type(row.sealed)) for row in found] == [
            (1, True, bytes), (2, False, bytes), (3, None, type(None)),
        ]  # fmt: skip
        assert found[1].at.tzinfo is UTC
        assert found[0].yes is True
        assert found[1].yes is False


def test_update_returning_agrees(own: Store) -> None:
    change = Prepared(
        update(_OWN)
        .where(_OWN.c.id == bindparam("this"))
        .values({name: bindparam(name) for name in ("at", "detail", "yes", "sealed")})
        .returning(_OWN.c.id, _OWN.c.at, _OWN.c.detail, _OWN.c.yes, _OWN.c.sealed)
    )
    new = {"at": NEPAL, "detail": {"a": 1}, "yes": True, "sealed": b"\x01"}
    with own.database.write() as tx:
        _ADD.run_many(tx, ROWS)
        changed = change.first(tx, {"this": 3, **new})
        assert changed._asdict() == {"id": 3, **new}
        assert change.first(tx, {"this": 99, **new}) is None
        assert plainly(tx)[2] == (3, *new.values(), None)


def test_insert_returning_agrees(own: Store) -> None:
    add = Prepared(insert(_OWN).returning(*_OWN.c), [name for name in ROWS[0] if name != "id"])
    with own.database.write() as tx:
        row = add.first(tx, {name: value for name, value in ROWS[0].items() if name != "id"})
        assert tuple(row)[1:] == tuple(ROWS[0].values())[1:]
        assert [tuple(row)] == plainly(tx)


def test_literals_limits_and_labels_are_kept(own: Store) -> None:
    statement = (
        select(_OWN.c.id.label("number"), literal("it's").label("word"), func.coalesce(_OWN.c.name, "none").label("name"))
        .where(_OWN.c.at.is_not(None), _OWN.c.yes.is_not(None), _OWN.c.id >= bindparam("least"))
        .where(_OWN.c.at >= NOW - timedelta(days=9))
        .order_by(_OWN.c.id.desc())
        .limit(1)
    )
    with own.database.write() as tx:
        _ADD.run_many(tx, ROWS)
        found = [tuple(row) for row in Prepared(statement).all(tx, {"least": 1})]
        assert found == [tuple(row) for row in tx.execute(statement, {"least": 1})] == [(2, "it's", ROWS[1]["name"])]


def test_a_prepared_statement_serves_both_databases_in_turn(own: Store) -> None:
    with own.database.read() as connection:
        assert _ALL.all(connection, {}) == []
        assert _ALL.first(connection, {}) is None


@pytest.mark.parametrize("left_out", ["id", "at", "name"])
def test_a_missing_parameter_is_a_key_error(own: Store, left_out: str) -> None:
    row = {name: value for name, value in ROWS[0].items() if name != left_out}
    with own.database.write() as tx:
        with pytest.raises(KeyError, match=left_out):
            _ADD.run(tx, row)
        with pytest.raises(KeyError, match=left_out):
            _ADD.run_many(tx, [ROWS[1], row])
        assert plainly(tx) == []


@pytest.mark.parametrize("limited", [False, True])
def test_a_missing_parameter_of_a_query_is_a_key_error(own: Store, limited: bool) -> None:
    query = select(_OWN.c.id).where(_OWN.c.id == bindparam("this"))
    with own.database.read() as connection, pytest.raises(KeyError, match="this"):
        Prepared(query.limit(2) if limited else query).all(connection, {})


def test_a_naive_time_is_refused(own: Store) -> None:
    with own.database.write() as tx, pytest.raises(TypeError, match="offset-naive"):
        _ADD.run(tx, {**ROWS[0], "at": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_what_a_unique_key_refuses_is_sqlalchemy_s_error_without_parameters(own: Store) -> None:
    secret = b"sealed-words"
    with pytest.raises(IntegrityError) as caught, own.database.write() as tx:
        _ADD.run(tx, ROWS[0])
        _ADD.run(tx, {**ROWS[0], "id": 2, "sealed": secret})
    with pytest.raises(IntegrityError) as plain, own.database.write() as tx:
        tx.execute(insert(_OWN), [ROWS[0]])
        tx.execute(insert(_OWN), [{**ROWS[0], "id": 2}])
    assert type(caught.value.orig) is type(plain.value.orig)
    assert caught.value.params is None
    assert "sealed-words" not in str(caught.value)
    with own.database.read() as connection:
        assert plainly(connection) == []


def test_what_else_the_database_refuses_is_a_refusal_that_names_a_class_only(own: Store) -> None:
    with pytest.raises(StoreRefused) as caught, own.database.write() as tx:
        execute(tx, "INSERT INTO no_such_table VALUES (1)")
    assert caught.value.reason in ("OperationalError", "UndefinedTable")
    assert caught.value.__cause__ is None
    with pytest.raises(DBAPIError) as raw, own.database.engine.connect() as tx, tx.begin():
        execute(tx, "INSERT INTO no_such_table VALUES (1)")
    assert raw.value.params is None
    assert not raw.value.connection_invalidated


def test_an_error_of_the_program_stays_what_it_is(own: Store) -> None:
    class Odd:
        def __len__(self) -> int:
            raise LookupError("ours")

        __iter__ = __getitem__ = __len__

    with pytest.raises((LookupError, TypeError, StoreRefused)) as caught, own.database.write() as tx:
        execute(tx, "SELECT 1 WHERE 1 = " + ("?" if own.database.is_sqlite else "%s"), Odd())
    assert own.database.is_sqlite or type(caught.value) is not IntegrityError
    with own.database.write() as tx:
        _ADD.run(tx, ROWS[0])


def test_a_connection_that_was_lost_is_a_refusal_and_is_not_used_again(own: Store) -> None:
    if own.database.is_sqlite:
        pytest.skip("a file is not lost like a connection")
    backend = text("SELECT pg_backend_pid()")
    reached = False
    with pytest.raises(StoreRefused), own.database.write() as tx:
        lost = tx.execute(backend).scalar_one()
        with own.database.engine.connect() as other:
            other.execute(text(f"SELECT pg_terminate_backend({lost}, 4000)"))
        with pytest.raises(DBAPIError) as caught:
            _ADD.run(tx, ROWS[0])
        assert tx.invalidated, "the pool must not hand it out again"
        reached = True
        raise caught.value
    assert reached
    for _ in range(3):
        with own.database.write() as tx:
            assert tx.execute(backend).scalar_one() != lost
