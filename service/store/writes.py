"""Rows that one turn makes, gathered and written together: one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from service.store import schema

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
_INSERTS = {table: table.insert() for table in _ORDER}


class Writes:
    """Collects rows; `flush` writes them in the order that foreign keys ask for."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._rows: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep one row for the flush; a table that has no place in the order is a KeyError at once."""
        if table not in _ORDER:
            raise KeyError(table.name)
        self._rows[table].append(row)

    def flush(self) -> None:
        """Write what was gathered and forget it."""
        for table in _ORDER:
            rows = self._rows.pop(table, None)
            if rows:
                self.tx.execute(_INSERTS[table], rows)
