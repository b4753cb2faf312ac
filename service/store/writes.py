"""Rows that one turn makes, gathered and written together: one statement a table, or on PostgreSQL one for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update

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
        self._changes: list[tuple[Table, str, Mapping[str, Any]]] = []

    def change(self, table: Table, row_id: str, values: Mapping[str, Any]) -> None:
        """New values for one row that is written already; at most one change of a row in a flush."""
        self._changes.append((table, row_id, values))

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep one row for the flush; a table without a place, or a row with other columns, is a KeyError at once."""
        if table not in _PLACES:
            raise KeyError(table.name)
        rows = self._rows[table]
        if rows and rows[0].keys() != row.keys():
            raise KeyError(f"{table.name}: other columns than the row before")  # SQLite would drop what is more
        rows.append(row)

    def flush(self) -> None:
        """Write what was gathered and forget it."""
        gathered = [(table, rows) for table in _ORDER if (rows := self._rows.pop(table, None))]
        changes, self._changes = self._changes, []
        if self.tx.dialect.name == "sqlite":
            for table, rows in gathered:
                _insert(table, tuple(rows[0])).run_many(self.tx, rows)
            for table, row_id, values in changes:
                _update(table, tuple(values)).run(self.tx, {**values, "this_row": row_id})
        elif gathered or changes:
            self._write_in_one(gathered, changes)

    def _write_in_one(
        self, gathered: Sequence[tuple[Table, Rows]], changes: Sequence[tuple[Table, str, Mapping[str, Any]]]
    ) -> None:
        """Every INSERT and UPDATE in one statement: one round trip, and foreign keys are checked at its end."""
        pieces = [(table, tuple(rows[0]), len(rows)) for table, rows in gathered]
        pieces += [(table, tuple(values), 0) for table, _, values in changes]
        given = [
            row[key] if into is None else into(row[key])
            for table, rows in gathered
            for row in rows
            for key, into in zip(rows[0], _converters(table, tuple(rows[0]), self.tx), strict=True)
        ]
        for table, row_id, values in changes:
            converters = _converters(table, tuple(values), self.tx)
            given += [v if into is None else into(v) for into, v in zip(converters, values.values(), strict=True)]
            given.append(row_id)
        execute(self.tx, _together(tuple(pieces)), given)


@cache
def _insert(table: Table, keys: tuple[str, ...]) -> Prepared:
    return Prepared(table.insert(), keys)


@cache
def _update(table: Table, keys: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {key: bindparam(key) for key in keys}
    return Prepared(update(table).where(table.c.id == bindparam("this_row")).values(values))


@cache
def _together(pieces: tuple[tuple[Table, tuple[str, ...], int], ...]) -> str:
    """One statement for so many rows of these tables; a count of 0 is a change of one row."""
    written = [_change(table, keys) if count == 0 else _rows_of(table, keys, count) for table, keys, count in pieces]
    first = ", ".join(f"w{number} AS ({one})" for number, one in enumerate(written[:-1]))
    return f"WITH {first} {written[-1]}" if first else written[-1]


def _rows_of(table: Table, keys: tuple[str, ...], count: int) -> str:
    return f"INSERT INTO {table.name} ({', '.join(keys)}) VALUES {', '.join([_marks(len(keys))] * count)}"


def _change(table: Table, keys: tuple[str, ...]) -> str:
    return f"UPDATE {table.name} SET {', '.join(f'{key} = %s' for key in keys)} WHERE id = %s"


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
