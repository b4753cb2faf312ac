"""One database, SQLite or PostgreSQL, behind two verbs: read and write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.errors import StoreRefused
from service.store.group import Gathering
from service.store.writer import WriterLock

_SAFE_SQLITE = (3, 51, 3)  # before it, a reset of the WAL can corrupt the database (sqlite.org/wal.html, "WAL-reset bug")
_REAL_NOW_PG = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: pysqlite3's own where it is installed, else the interpreter's."""
    try:
        import pysqlite3
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3
    return module


class Database:
    """Opens connections; `write` keeps the writer rule, `read` never waits for a writer."""

    def __init__(self, url: str, *, patience: float = 1.5, pool_size: int = 20) -> None:
        """`patience`: seconds a writer waits for its turn before StoreRefused."""
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer: WriterLock | None = None
        self.gathering = Gathering(self.write)
        if self.is_sqlite:
            path = Path(self.url.database or "").absolute()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writer = WriterLock(path.with_name(path.name + ".writer"), patience)
            self.engine = _sqlite_engine(self.url, pool_size, patience)
        else:
            self.engine = _postgresql_engine(self.url, pool_size, patience)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is on disk when the block ends; StoreRefused if it is not."""
        with self._turn(), _refusals(), self.engine.connect() as connection:
            connection = connection.execution_options(alongside_write=True)
            with connection.begin():
                yield connection
                if self.is_sqlite and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                    raise StoreRefused("the transaction was undone")  # as SQLite does by itself on a full disk

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; never writes."""
        with _refusals(), self.engine.connect() as connection, connection.begin():
            yield connection

    def real_now(self, connection: Connection) -> int:
        """Real time in µs that all processes share: leases use it, the movable clock never touches it."""
        if self.is_sqlite:
            return time.time_ns() // 1000
        return int(connection.execute(_REAL_NOW_PG).scalar_one())

    def forget_connections(self) -> None:
        """After a fork: the child must not speak on its parent's connections."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _turn(self) -> AbstractContextManager[None]:
        return self._writer.held() if self._writer else nullcontext()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError):
        raise  # about what one of them wrote, not about the store: those who share a transaction do not suffer for it
    except DBAPIError as error:
        # The driver's text may hold parameters: only the class of the failure leaves this room.
        raise StoreRefused(type(error.orig).__name__ if error.orig else "driver") from None
    except PoolTimeout:
        raise StoreRefused("no free connection") from None


def sqlite_warning() -> str | None:
    """What an operator should know of the SQLite in use, or None."""
    module = sqlite_module()
    found = tuple(int(part) for part in module.sqlite_version.split("."))
    if found >= _SAFE_SQLITE:
        return None
    return f"SQLite {module.sqlite_version} is in use, which can corrupt its log; install pysqlite3 or use PostgreSQL"


def _sqlite_engine(url: URL, pool_size: int, patience: float) -> Engine:
    module = sqlite_module()
    engine = create_engine(
        url,
        module=module,
        pool_size=pool_size,
        max_overflow=20,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": patience, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("alongside_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql_engine(url: URL, pool_size: int, patience: float) -> Engine:
    limits = f"-c lock_timeout={int(patience * 1000)} -c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000"
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=20,
        pool_timeout=patience,
        pool_pre_ping=False,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_use_lifo=True,  # the connection that is warm: each keeps its own prepared statements
        connect_args={"options": limits, "connect_timeout": 2, "prepare_threshold": 2},
    )
