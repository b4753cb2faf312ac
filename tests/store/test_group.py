"""Writers that wait at the same moment share one commit, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, event, select

from service.store.engine import Database
from service.store.errors import StoreRefused
from service.store.schema import metadata, service_state

_NAMES: Table = service_state


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'group.sqlite'}", patience=5.0)
    metadata.create_all(database.engine)
    yield database
    database.close()


def writes(name: str, *, then: Exception | None = None) -> Callable[[Connection], str]:
    def work(tx: Connection) -> str:
        tx.execute(_NAMES.insert(), [{"name": name, "value": "x"}])
        if then is not None:
            raise then
        return name

    return work


def kept(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(_NAMES.c.name)).scalars())


@contextmanager
def writer_busy(database: Database) -> Iterator[None]:
    """Somebody else writes meanwhile, so that those who come now wait together."""
    with database.write():
        yield


def all_at_once(database: Database, works: list[Callable[[Connection], str]]) -> list[object]:
    """What each writer was told: all have come before the first can begin."""
    told: list[object] = [None] * len(works)

    def one(place: int) -> None:
        try:
            told[place] = database.together(works[place])
        except Exception as error:
            told[place] = error

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(works))]
    with writer_busy(database):
        for thread in threads:
            thread.start()
        while sum(thread.is_alive() for thread in threads) < len(threads) or not came(database, len(works)):
            pass
    for thread in threads:
        thread.join(10)
    return told


def came(database: Database, count: int) -> bool:
    return len(database._group._waiting) == count


def commits(database: Database) -> list[int]:
    seen: list[int] = []
    event.listen(database.engine, "commit", lambda _connection: seen.append(1))
    return seen


def test_those_who_wait_together_share_one_commit(database: Database) -> None:
    seen = commits(database)
    told = all_at_once(database, [writes(str(number)) for number in range(8)])
    assert told == [str(number) for number in range(8)]
    assert kept(database) == set(map(str, range(8)))
    assert len(seen) == 3, "one of whoever was writing before, one of all eight, one of the look"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fails=st.lists(st.booleans(), min_size=1, max_size=6))
def test_one_who_fails_takes_nobody_along(database: Database, fails: list[bool]) -> None:
    with database.write() as tx:
        tx.execute(_NAMES.delete())
    errors = [ValueError(str(number)) if fail else None for number, fail in enumerate(fails)]
    told = all_at_once(database, [writes(str(number), then=error) for number, error in enumerate(errors)])
    assert told == [error or str(number) for number, error in enumerate(errors)]
    assert kept(database) == {str(number) for number, fail in enumerate(fails) if not fail}


def test_what_the_database_itself_refuses_is_refused_to_its_writer_alone(database: Database) -> None:
    def broken(tx: Connection) -> str:
        tx.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")
        return "never"

    told = all_at_once(database, [writes("before"), broken, writes("after")])
    assert [told[0], told[2]] == ["before", "after"]
    assert isinstance(told[1], StoreRefused)
    assert kept(database) == {"before", "after"}


def test_when_the_shared_commit_fails_nobody_is_told_that_they_were_kept(database: Database) -> None:
    def ends_it(tx: Connection) -> str:
        tx.exec_driver_sql("ROLLBACK")  # what SQLite itself does when the disk is full
        return "never"

    told = all_at_once(database, [writes("a"), writes("b", then=ValueError()), ends_it, writes("c")])
    assert all(isinstance(one, StoreRefused) for one in told)
    assert kept(database) == set()


def test_a_writer_who_comes_too_late_for_one_commit_is_in_the_next(database: Database) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Connection) -> str:
        inside.set()
        go_on.wait(10)
        return writes("first")(tx)

    told: list[str] = []
    first = threading.Thread(target=lambda: told.append(database.together(slow)))
    second = threading.Thread(target=lambda: told.append(database.together(writes("second"))))
    first.start()
    inside.wait(10)
    second.start()
    while not came(database, 1):
        pass
    go_on.set()
    first.join(10)
    second.join(10)
    assert sorted(told) == ["first", "second"]
    assert kept(database) == {"first", "second"}


def test_nobody_is_left_waiting_after_the_lock_could_not_be_had(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'busy.sqlite'}", patience=0.05)
    metadata.create_all(database.engine)
    with database.write(), pytest.raises(StoreRefused):
        database.together(writes("never"))
    assert database.together(writes("later")) == "later"
    database.close()
