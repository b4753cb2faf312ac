"""Two verbs, read and write; one writer at a time on SQLite; StoreRefused where nothing was written."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from service.store.engine import Database
from service.store.errors import StoreRefused
from service.store.queries import upsert
from service.store.schema import metadata, service_state
from service.store.writer import WriterLock
from tests.store.conftest import Store

ROW = {"name": "a", "value": "1"}


def test_what_is_written_is_there_and_what_fails_is_not(store: Store) -> None:
    with store.database.write() as tx:
        tx.execute(service_state.insert(), [ROW])

    def write_and_fail() -> None:
        with store.database.write() as tx:
            tx.execute(service_state.insert(), [{"name": "b", "value": "1"}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.database.read() as connection:
        assert connection.execute(select(service_state.c.name)).scalars().all() == ["a"]


def test_a_reader_sees_what_was_committed_and_never_waits_for_a_writer(store: Store) -> None:
    with store.database.write() as tx:
        tx.execute(service_state.insert(), [ROW])
        began = time.monotonic()
        with store.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(service_state)).scalar() == 0
        assert time.monotonic() - began < 0.5


def test_threads_that_write_at_once_all_get_their_turn(store: Store) -> None:
    def add_one() -> None:
        for _ in range(5):
            with store.database.write() as tx:
                query = select(service_state.c.value).where(service_state.c.name == "n")
                kept = tx.execute(query.with_for_update()).scalar_one()
                upsert(tx, service_state, {"name": "n"}, {"value": str(int(kept) + 1)})

    with store.database.write() as tx:
        upsert(tx, service_state, {"name": "n"}, {"value": "0"})
    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.read() as connection:
        assert connection.execute(select(service_state.c.value)).scalar_one() == "30"


def test_a_broken_rule_of_the_tables_is_not_the_stores_refusal(store: Store) -> None:
    for _ in range(2):
        with store.database.write() as tx:
            upsert(tx, service_state, {"name": "a"}, {"value": "1"})
    with pytest.raises(IntegrityError), store.database.write() as tx:
        tx.execute(service_state.insert(), [ROW])


def test_a_refusal_holds_no_parameters(store: Store) -> None:
    with pytest.raises(StoreRefused) as refused, store.database.write() as tx:
        tx.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "I want to die"})
    assert "die" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_lock_that_is_held_too_long_refuses_and_writes_nothing(database_url: str) -> None:
    database, other = Database(database_url, patience=0.3), Database(database_url, patience=0.3)
    metadata.create_all(database.engine)
    with database.write() as tx:
        upsert(tx, service_state, {"name": "a"}, {"value": "1"})
    with database.write() as tx:
        tx.execute(select(service_state).with_for_update())
        with pytest.raises(StoreRefused), other.write() as second:
            upsert(second, service_state, {"name": "a"}, {"value": "2"})
    with other.write() as tx:
        upsert(tx, service_state, {"name": "b"}, {"value": "3"})
    database.close(), other.close()


def test_a_full_disk_refuses_leaves_nothing_half_written_and_is_over_when_there_is_room(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'full.sqlite'}", pool_size=1)
    metadata.create_all(database.engine)
    with database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreRefused), database.write() as tx:
        tx.execute(service_state.insert(), [{"name": f"row {n}", "value": "x" * 2000} for n in range(50)])
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(service_state)).scalar() == 0
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    with database.write() as tx:
        tx.execute(service_state.insert(), [ROW])
    database.close()


def test_sqlite_is_durable_and_keeps_its_references(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'own.sqlite'}")
    with database.read() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


HOLDS = """
import sys, time
from pathlib import Path
from service.store.writer import WriterLock
with WriterLock(Path(sys.argv[1]), 5).held():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_the_writer_lock_holds_between_processes_and_dies_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = WriterLock(path, 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreRefused), lock.held():
            raise AssertionError("two hold it")
        other.kill()
        other.wait()
    with lock.held():
        pass


def test_the_writer_lock_holds_between_threads_and_is_given_back(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "lock", 0.1)
    refused: list[bool] = []

    def try_it() -> None:
        try:
            with lock.held():
                refused.append(False)
        except StoreRefused:
            refused.append(True)

    with lock.held():
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    try_it()
    assert refused == [True, False]
