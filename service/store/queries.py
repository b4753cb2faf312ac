"""Two verbs that SQLAlchemy spells differently on each database, spelt once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from service.store.prepared import Prepared, execute


def insert_once(tx: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless a unique key says that the row is there; True when this call inserted it."""
    return bool(_once(table, tx.dialect.name, tuple(row)).all(tx, row))


def insert_all_once(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """As `insert_once` for rows with the same columns: the ids of those that this call inserted."""
    keys = tuple(rows[0])
    into = _converters(table, keys, tx.dialect.name)
    values = [[row[key] if one is None else one(row[key]) for key, one in zip(keys, into, strict=True)] for row in rows]
    mark = "?" if tx.dialect.name == "sqlite" else "%s"
    flat = [value for row in values for value in row]
    return {str(row[0]) for row in execute(tx, _all_once(table, keys, len(rows), mark), flat, fetch=True)}


@cache
def _all_once(table: Table, keys: tuple[str, ...], count: int, mark: str) -> str:
    marks = ", ".join([f"({', '.join([mark] * len(keys))})"] * count)
    return f"INSERT INTO {table.name} ({', '.join(keys)}) VALUES {marks} ON CONFLICT DO NOTHING RETURNING id"


@cache
def _converters(table: Table, keys: tuple[str, ...], name: str) -> tuple[Any, ...]:
    dialect = sqlite.dialect() if name == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    return tuple(table.c[key].type.dialect_impl(dialect).bind_processor(dialect) for key in keys)


@cache
def _once(table: Table, dialect: str, keys: tuple[str, ...]) -> Prepared:
    insert: Any = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    # Not by rowcount: drivers do not keep it for an INSERT.
    return Prepared(insert.on_conflict_do_nothing().returning(*table.primary_key.columns), keys)


def upsert(tx: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Insert the row, or give the one with this key these values."""
    insert: Any = sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
    tx.execute(insert.values({**key, **values}).on_conflict_do_update(index_elements=list(key), set_=dict(values)))
