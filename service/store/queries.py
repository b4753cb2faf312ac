"""Two verbs that SQLAlchemy spells differently on each database, spelt once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from service.store.prepared import Prepared


def insert_once(tx: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless a unique key says that the row is there; True when this call inserted it."""
    return bool(_once(table, tx.dialect.name, tuple(row)).all(tx, row))


@cache
def _once(table: Table, dialect: str, keys: tuple[str, ...]) -> Prepared:
    insert: Any = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    # Not by rowcount: drivers do not keep it for an INSERT.
    return Prepared(insert.on_conflict_do_nothing().returning(*table.primary_key.columns), keys)


def upsert(tx: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert the row, or give the one with this key these values."""
    insert: Any = sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
    tx.execute(insert.values({**key, **values}).on_conflict_do_update(index_elements=list(key), set_=dict(values)))
