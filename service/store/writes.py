"""Rows that one turn makes, gathered and written together: one statement a table, or on PostgreSQL one for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

from service.store import schema
from service.store.prepared import Prepared, execute

# Parents before children; within one table every row names the same columns.
_ORDER = (
    schema.checkins,
    schema.messages,
    schema.escalations,
    schema.waves,
    schema.pages,
    schema.promises,
    schema.events,
    schema.consents,
    schema.answers,
    schema.notes,
    schema.dues,
)
_PLACES = frozenset(_ORDER)

Rows = Sequence[Mapping[str, Any]]


class Writes:
    """Collects rows; `flush` writes them in the order that foreign keys ask for."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._rows: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep one row for the flush; a table that has no place in the order is a KeyError at once."""
        if table not in _PLACES:
            raise KeyError(table.name)
        self._rows[table].append(row)

    def flush(self) -> None:
        """Write what was gathered and forget it."""
        gathered = [(table, rows) for table in _ORDER if (rows := self._rows.pop(table, None))]
        if not gathered:
            return
        if self.tx.dialect.name == "sqlite":
            for table, rows in gathered:
                _insert(table, tuple(rows[0])).run_many(self.tx, rows)
            return
        shape = tuple((table, tuple(rows[0]), len(rows)) for table, rows in gathered)
        values = [
            value if into is None else into(value)
            for table, rows in gathered
            for row in rows
            for into, value in zip(_converters(table, tuple(rows[0]), self.tx), row.values(), strict=True)
        ]
        execute(self.tx, _together(shape), values)


@cache
def _insert(table: Table, keys: tuple[str, ...]) -> Prepared:
    return Prepared(table.insert(), keys)


@cache
def _together(shape: tuple[tuple[Table, tuple[str, ...], int], ...]) -> str:
    """Every INSERT in one statement: one round trip, and foreign keys are checked at its end."""
    inserts = [
        f"INSERT INTO {table.name} ({', '.join(keys)}) VALUES {', '.join([_marks(len(keys))] * count)}"
        for table, keys, count in shape
    ]
    first = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(inserts[:-1]))
    return f"WITH {first} {inserts[-1]}" if first else inserts[-1]


def _marks(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


def _converters(table: Table, keys: tuple[str, ...], tx: Connection) -> tuple[Callable[[Any], Any] | None, ...]:
    found = _known.get((table, keys))
    if found is None:
        dialect = tx.dialect
        found = tuple(table.c[key].type.dialect_impl(dialect).bind_processor(dialect) for key in keys)
        _known[table, keys] = found
    return found


_known: dict[tuple[Table, tuple[str, ...]], tuple[Callable[[Any], Any] | None, ...]] = {}
