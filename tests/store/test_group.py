"""Writers that wait at the same moment share one transaction, and nothing else."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, String, Table, event, insert, select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from service.store.engine import Database
from service.store.errors import StoreRefused
from service.store.group import MOST, Gathering

_TABLES = MetaData()
_KEPT = Table("kept", _TABLES, Column("place", Integer, primary_key=True), Column("name", String(40), unique=True))
# Its foreign key is looked at when the transaction ends.
_OF = Table("of", _TABLES, Column("kept", ForeignKey("kept.place", deferrable=True, initially="DEFERRED"), primary_key=True))


@dataclass
class Work:
    """One writer's item: the name it keeps, and what goes wrong once it is kept."""

    name: str
    key: str = ""
    alone: bool = False
    then: Callable[[Connection], object] = lambda _tx: None


def fails(error: BaseException) -> Callable[[Connection], object]:
    def deed(_tx: Connection) -> object:
        raise error

    return deed


@dataclass
class Ledger:
    """A handler that remembers who was in which transaction."""

    database: Database
    batches: list[list[str]] = field(default_factory=list)

    def handle(self, tx: Connection, works: Sequence[Work]) -> list[str]:
        self.batches.append([work.name for work in works])
        for work in works:
            tx.execute(insert(_KEPT), [{"name": work.name}])
            work.then(tx)
        return [f"kept {work.name}" for work in works]

    def do(self, work: Work) -> str:
        return self.database.gathering.do(work, work.key or work.name, self.handle, alone=work.alone)

    def kept(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(select(_KEPT.c.name).order_by(_KEPT.c.place)).scalars())

    def waiting(self) -> int:
        return len(self.database.gathering._waiting)


@dataclass
class Writer:
    """A thread with one work, and what it was told."""

    ledger: Ledger
    work: Work
    told: object = None

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.told = self.ledger.do(self.work)
        except BaseException as error:
            self.told = error


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.001)


@contextmanager
def somebody_leads(ledger: Ledger) -> Iterator[None]:
    """A first writer is inside its transaction meanwhile: whoever comes now waits, in the order of coming."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(_tx: Connection) -> None:
        inside.set()
        assert go_on.wait(10)

    first = Writer(ledger, Work("first", then=slow))
    first.thread.start()
    assert inside.wait(10)
    try:
        yield
    finally:
        go_on.set()
        first.thread.join(10)
    assert first.told == "kept first"


def all_at_once(ledger: Ledger, works: Sequence[Work]) -> list[object]:
    """What each was told, when all waited before the first of them could begin."""
    writers = [Writer(ledger, work) for work in works]
    with somebody_leads(ledger):
        for number, writer in enumerate(writers, start=1):
            writer.thread.start()
            until(lambda number=number: ledger.waiting() == number)
    for writer in writers:
        writer.thread.join(10)
        assert not writer.thread.is_alive(), "nobody woke this writer"
    assert ledger.waiting() == 0
    return [writer.told for writer in writers]


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    database = Database(database_url, patience=5.0)
    _TABLES.create_all(database.engine)
    yield Ledger(database)
    database.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Ledger]:
    """Where the database does not matter."""
    database = Database(f"sqlite:///{tmp_path / 'group.sqlite'}", patience=5.0)
    _TABLES.create_all(database.engine)
    yield Ledger(database)
    database.close()


def test_those_who_wait_at_once_share_one_transaction(ledger: Ledger) -> None:
    names = list("abcdefgh")
    told = all_at_once(ledger, [Work(name) for name in names])
    assert told == [f"kept {name}" for name in names]
    assert ledger.batches == [["first"], names]
    assert ledger.kept() == ["first", *names]


def test_two_with_one_key_never_share_and_keep_their_order(ledger: Ledger) -> None:
    works = [Work("noor 1", "noor"), Work("noor 2", "noor"), Work("ali 1", "ali"), Work("noor 3", "noor"), Work("zed", "z")]
    all_at_once(ledger, works)
    assert ledger.batches[1:] == [["noor 1", "ali 1", "zed"], ["noor 2"], ["noor 3"]]


def test_one_that_must_be_alone_shares_with_nobody(ledger: Ledger) -> None:
    all_at_once(ledger, [Work("a"), Work("colleague", alone=True), Work("b")])
    assert ledger.batches[1:] == [["a", "b"], ["colleague"]]


def test_nobody_joins_one_that_must_be_alone_and_comes_first(ledger: Ledger) -> None:
    all_at_once(ledger, [Work("colleague", alone=True), Work("a"), Work("b")])
    assert ledger.batches[1:] == [["colleague"], ["a", "b"]]


def test_a_later_text_does_not_overtake_its_owner_s_that_must_be_alone(own: Ledger) -> None:
    all_at_once(own, [Work("other"), Work("sam 1", "sam", alone=True), Work("sam 2", "sam")])
    assert own.batches[1:] == [["other"], ["sam 1"], ["sam 2"]]


def test_one_who_fails_takes_nobody_along_and_alone_hears_its_error(ledger: Ledger) -> None:
    error = ValueError("guilty")
    told = all_at_once(ledger, [Work("a"), Work("guilty", then=fails(error)), Work("b")])
    assert told == ["kept a", error, "kept b"]
    assert ledger.batches[1:] == [["a", "guilty", "b"], ["a"], ["guilty"], ["b"]]
    assert ledger.kept() == ["first", "a", "b"]


def test_what_a_unique_key_refuses_is_refused_to_its_writer_alone(ledger: Ledger) -> None:
    told = all_at_once(ledger, [Work("a"), Work("first", "again"), Work("b")])
    assert [told[0], told[2]] == ["kept a", "kept b"]
    assert type(told[1]) is IntegrityError
    assert ledger.kept() == ["first", "a", "b"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrong=st.lists(st.booleans(), min_size=1, max_size=6))
def test_whoever_fails_each_of_the_others_is_kept_once(own: Ledger, wrong: list[bool]) -> None:
    with own.database.write() as tx:
        tx.execute(_KEPT.delete())
    errors = [ValueError(str(number)) if fail else None for number, fail in enumerate(wrong)]
    works = [Work(str(n), then=fails(error)) if error else Work(str(n)) for n, error in enumerate(errors)]
    told = all_at_once(own, works)
    assert told == [error or f"kept {number}" for number, error in enumerate(errors)]
    assert own.kept() == ["first", *(str(number) for number, fail in enumerate(wrong) if not fail)]


def test_nobody_hears_a_result_before_the_commit(own: Ledger) -> None:
    at_commit, go_on = threading.Event(), threading.Event()

    @contextmanager
    def slow_disk() -> Iterator[Connection]:
        with write() as tx:
            yield tx
            if len(own.batches) > 1:
                at_commit.set()
                assert go_on.wait(10)

    write = own.database.write
    own.database.gathering = Gathering(slow_disk)
    writers = [Writer(own, Work(name)) for name in "ab"]
    with somebody_leads(own):
        for number, writer in enumerate(writers, start=1):
            writer.thread.start()
            until(lambda number=number: own.waiting() == number)
    assert at_commit.wait(10)
    assert own.batches[-1] == ["a", "b"]
    assert all(writer.thread.is_alive() and writer.told is None for writer in writers)
    go_on.set()
    for writer in writers:
        writer.thread.join(10)
    assert [writer.told for writer in writers] == ["kept a", "kept b"]


def test_when_the_shared_commit_fails_nobody_hears_that_they_were_kept(own: Ledger) -> None:
    def the_disk_is_full(tx: Connection) -> None:
        tx.exec_driver_sql("ROLLBACK")  # as SQLite does by itself

    told = all_at_once(own, [Work("a"), Work("b", then=the_disk_is_full)])
    assert [type(one) for one in told] == [StoreRefused, StoreRefused]
    assert own.kept() == ["first"]
    assert own.do(Work("later")) == "kept later"


def test_when_the_commit_itself_is_refused_all_who_share_it_hear_so(ledger: Ledger) -> None:
    def full(_connection: Connection) -> None:
        if ledger.batches[-1] == ["a", "b"]:
            raise OperationalError("COMMIT", None, OSError("disk full"))

    event.listen(ledger.database.engine, "commit", full)
    told = all_at_once(ledger, [Work("a"), Work("b")])
    event.remove(ledger.database.engine, "commit", full)
    assert [type(one) for one in told] == [StoreRefused, StoreRefused]
    assert ledger.kept() == ["first"]
    assert ledger.do(Work("later")) == "kept later"


def test_one_whose_row_only_the_commit_refuses_takes_nobody_along(ledger: Ledger) -> None:
    def of_nothing(tx: Connection) -> None:
        tx.execute(insert(_OF), [{"kept": 999}])

    told = all_at_once(ledger, [Work("a"), Work("guilty", then=of_nothing), Work("b")])
    assert [told[0], told[2]] == ["kept a", "kept b"]
    assert type(told[1]) is IntegrityError
    assert ledger.batches[1:] == [["a", "guilty", "b"], ["a"], ["guilty"], ["b"]]
    assert ledger.kept() == ["first", "a", "b"]


def test_a_store_that_refuses_refuses_all_who_wait_and_each_hears_it_anew(own: Ledger) -> None:
    @contextmanager
    def refusing() -> Iterator[Connection]:
        if own.batches:
            raise StoreRefused("busy")
        with write() as tx:
            yield tx

    write = own.database.write
    own.database.gathering = Gathering(refusing)
    told = all_at_once(own, [Work("a"), Work("b"), Work("c")])
    assert [str(one) for one in told] == ["the store refused: busy"] * 3
    assert len({id(one) for one in told}) == 3, "an error that threads share would gather their traces"
    assert own.batches == [["first"]]


def test_nobody_is_left_waiting_after_the_lock_could_not_be_had(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'busy.sqlite'}", patience=0.05)
    _TABLES.create_all(database.engine)
    ledger = Ledger(database)
    with database.write(), pytest.raises(StoreRefused):
        ledger.do(Work("never"))
    assert ledger.do(Work("later")) == "kept later"
    assert ledger.kept() == ["later"]
    database.close()


@pytest.mark.parametrize("when", ["shared", "each alone"])
def test_an_interrupted_leader_leaves_nobody_with_a_result_that_was_not_kept(own: Ledger, when: str) -> None:
    def interrupted(_tx: Connection) -> None:
        if when == "shared" or own.batches[-1] == ["b"]:
            raise KeyboardInterrupt
        raise ValueError("so that each is served alone")

    told = all_at_once(own, [Work("a"), Work("b", then=interrupted), Work("c")])
    kept = own.kept()
    for name, one in zip("abc", told, strict=True):
        # The other way round may be: who is interrupted in the very commit hears nothing of it, and asks again.
        assert name in kept or one != f"kept {name}", f"{name} was told {one!r}"
    if when == "each alone":
        assert type(told[2]) is StoreRefused, "nobody came to serve it"
    assert own.do(Work("later")) == "kept later"


def test_no_more_than_the_most_share(own: Ledger) -> None:
    names = [f"{number:02}" for number in range(MOST * 2 + 3)]
    all_at_once(own, [Work(name) for name in names])
    assert own.batches[1:] == [names[:MOST], names[MOST : 2 * MOST], names[2 * MOST :]]
    assert own.kept() == ["first", *names]


def test_who_comes_during_one_transaction_is_in_the_next_which_another_leads(ledger: Ledger) -> None:
    leaders: list[str] = []

    def note(_tx: Connection) -> None:
        leaders.append(threading.current_thread().name)

    with somebody_leads(ledger):
        late = Writer(ledger, Work("late", then=note))
        late.thread.start()
        until(lambda: ledger.waiting() == 1)
    late.thread.join(10)
    assert late.told == "kept late"
    assert ledger.batches == [["first"], ["late"]]
    assert leaders == [late.thread.name]


def test_many_threads_with_many_works_lose_nothing_and_double_nothing(ledger: Ledger) -> None:
    told: dict[str, list[str]] = {}
    start = threading.Barrier(8)

    def person(key: str) -> None:
        mine = told[key] = []
        chance = random.Random(key)
        start.wait(10)
        for number in range(15):
            wrong = chance.random() < 0.1
            work = Work(f"{key} {number:02}", key, chance.random() < 0.1, fails(ValueError(key)) if wrong else Work.then)
            try:
                mine.append(ledger.do(work).removeprefix("kept "))
            except ValueError as error:
                assert str(error) == key and wrong  # noqa: PT017, PT018

    threads = [threading.Thread(target=person, args=(f"p{number}",), daemon=True) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    kept = ledger.kept()
    assert sorted(kept) == sorted(name for names in told.values() for name in names)
    for key, names in told.items():
        assert [name for name in kept if name.startswith(f"{key} ")] == names
    for batch in ledger.batches:
        keys = [name.split()[0] for name in batch]
        assert len(set(keys)) == len(keys)


def test_data_that_the_database_rejects_is_told_to_its_own_writer_alone(ledger: Ledger) -> None:
    rejected = DataError("INSERT", None, ValueError("not shown"))
    told = all_at_once(ledger, [Work("a"), Work("b", then=fails(rejected)), Work("c")])
    assert [told[0], told[2]] == ["kept a", "kept c"]
    assert isinstance(told[1], DataError)
