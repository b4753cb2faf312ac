"""The key store's own database, apart from the main one: SQLite in a private file, or PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.keys.errors import KeysBusy, KeysError, KeysRefused
from service.keys.files import private_file

try:
    import pysqlite3 as sqlite
except ImportError:
    # The interpreter's own may be inside the range of the WAL-reset bug; the store reports that on /health.
    sqlite = sqlite3

LOCK_PATIENCE = 10.0
_SET_UP_LOCK = 5_207_113
METADATA = MetaData()

key_metadata = Table(
    "key_metadata",
    METADATA,
    Column("fingerprint", String(16), primary_key=True),
    Column("purpose", String(8), nullable=False),
)

contact_keys = Table(
    "contact_keys",
    METADATA,
    Column("contact_id", String(64), primary_key=True),
    # The reference lets the database itself refuse to forget a master key that still wraps something.
    Column("master", ForeignKey("key_metadata.fingerprint"), index=True),
    # NULL once destroyed: the row stays, so that the contact can never be given a second key.
    Column("wrapped", LargeBinary),
)


class Database:
    """One engine, with one writer at a time over all processes where the file is SQLite."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except SQLAlchemyError:
            raise KeysError(
                "KEYS_URL is not an address; write sqlite:////path/keys.sqlite or postgresql+psycopg://…"
            ) from None
        self.dialect = parsed.get_backend_name()
        self.path: Path | None = None
        if self.dialect == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise KeysError("KEYS_URL must name a file: keys in memory would die with the process")
            self.path = Path(parsed.database).absolute()
            self._lock_file = self.path.with_name(self.path.name + ".lock")
            private_file(self.path)
            private_file(self._lock_file)
            self.engine = create_engine(parsed, module=sqlite)
            event.listen(self.engine, "connect", _settle_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        elif self.dialect == "postgresql":
            self.engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        else:
            raise KeysError("KEYS_URL must be a sqlite:///… or postgresql://… address")

    @contextmanager
    def set_up(self) -> Iterator[Connection]:
        """A write that no other process shares: the tables exist, and the key files are made within it."""
        with self.write() as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SET_UP_LOCK})
            METADATA.create_all(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is durable once it ends; on SQLite under the file lock, so no writer starves."""
        if self.path is None:
            with _refusals(), self.engine.begin() as connection:
                yield connection
            return
        with locked(self._lock_file), _refusals(), self.engine.connect() as bare:
            connection = bare.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction."""
        with _refusals(), self.engine.connect() as connection:
            yield connection

    def scrub(self) -> None:
        """Leave no copy of an overwritten key in SQLite's log (PostgreSQL's own goes when its backups expire)."""
        if self.path is None:
            return
        with locked(self._lock_file):
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def _refusals() -> Iterator[None]:
    """A disk that is full or a server that is away is an error of ours, said without the statement's values."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise KeysRefused(f"the key store refused: {type(error.orig).__name__}") from None
    except PoolTimeout:
        raise KeysRefused("the key store refused: no free connection") from None


@contextmanager
def locked(path: Path, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Hold a file's lock, between processes and between threads; KeysBusy after `patience` seconds."""
    # Each caller opens the file anew: that makes the lock hold between the threads of one process too.
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise KeysBusy(f"the key store stayed locked for {patience:.0f} s") from None
                time.sleep(0.001)
        yield
    finally:
        os.close(handle)


def _settle_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin our own transactions
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")
