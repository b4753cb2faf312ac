"""A database with its tables, and rows of due work to claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from service.store.engine import Database
from service.store.schema import dues, metadata
from service.usecases.outbox import due_row

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


class Store:
    """A database whose real time can be pushed on, and that puts rows of due work in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url)
        metadata.create_all(self.database.engine)
        self._passed = 0
        self._keys = 0
        real_now = self.database.real_now
        self.database.real_now = lambda connection: real_now(connection) + self._passed  # type: ignore[method-assign]

    def really_passes(self, seconds: float) -> None:
        """Leases grow older."""
        self._passed += int(seconds * 1_000_000)

    def add(self, **how: Any) -> int:
        """One due row; its id."""
        self._keys += 1
        row = {"lane": "reply", "kind": "watch", "unique_key": f"row:{self._keys}", "run_at": NOW, "made_at": NOW, **how}
        with self.database.write() as tx:
            return int(tx.execute(dues.insert().returning(dues.c.id), due_row(**row)).scalar_one())

    def row(self, due_id: int) -> Any:
        """The row as it stands."""
        with self.database.read() as connection:
            return connection.execute(dues.select().where(dues.c.id == due_id)).one()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.database.close()
