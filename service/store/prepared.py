"""Statements of the hot path, compiled once and handed to the driver: what SQLAlchemy does anew each time costs several
times what the database does. They are still written in SQLAlchemy, mean the same on both databases, and their errors
are SQLAlchemy's.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[Any] | Insert | Update


class _Compiled:
    """One statement for one database."""

    def __init__(self, statement: Statement, dialect: Dialect, keys: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(keys) if keys else None)
        self.sql = str(compiled)
        self.names: list[str] = list(compiled.positiontup or compiled.binds)
        self.positional = bool(compiled.positional)
        self.fixed: dict[str, Any] = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        into = [compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self.names]
        self.into: list[tuple[int, Any]] = [(place, one) for place, one in enumerate(into) if one is not None]
        self.pick: Callable[[Mapping[str, Any]], Any] = itemgetter(*self.names) if len(self.names) > 1 else self._each
        columns = _columns(statement)
        self.row: Any = namedtuple("row", [column.key for column in columns]) if columns else None
        out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self.out: list[tuple[int, Any]] = [(place, one) for place, one in enumerate(out) if one is not None]

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """What the driver wants, in its order; a missing one is a KeyError."""
        values = list(self._each(given) if self.fixed else self.pick(given))
        for place, into in self.into:
            values[place] = into(values[place])
        return values if self.positional else dict(zip(self.names, values, strict=True))

    def _each(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] if name in given else self.fixed[name] for name in self.names]

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Named tuples with Python's own values."""
        made = []
        for one in found:
            values = list(one)
            for place, out in self.out:
                values[place] = out(values[place])
            made.append(self.row._make(values))
        return made


class Prepared:
    """One statement, ready for either database. Parameters are given by the names of its bindparams or columns."""

    def __init__(self, statement: Statement, keys: Sequence[str] | None = None) -> None:
        """`keys`: the columns that an INSERT gives values to; the table's own where it is left out."""
        self._statement, self._keys = statement, keys
        self._by_dialect: dict[str, _Compiled] = {}

    def all(self, tx: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Every row that the statement returns."""
        compiled = self._for(tx)
        return compiled.rows(execute(tx, compiled.sql, compiled.parameters(parameters), fetch=True))

    def first(self, tx: Connection, parameters: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        rows = self.all(tx, parameters)
        return rows[0] if rows else None

    def run(self, tx: Connection, parameters: Mapping[str, Any]) -> None:
        """A statement that returns nothing."""
        compiled = self._for(tx)
        execute(tx, compiled.sql, compiled.parameters(parameters))

    def run_many(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """The statement once a row."""
        compiled = self._for(tx)
        execute(tx, compiled.sql, [compiled.parameters(row) for row in rows], many=True)

    def _for(self, tx: Connection) -> _Compiled:
        compiled = self._by_dialect.get(tx.dialect.name)
        if compiled is None:
            compiled = self._by_dialect[tx.dialect.name] = _Compiled(self._statement, tx.dialect, self._keys)
        return compiled


def execute(
    tx: Connection, sql: str, parameters: Any = (), *, fetch: bool = False, many: bool = False
) -> Sequence[Sequence[Any]]:
    """Run on the driver's own cursor inside this transaction; errors are SQLAlchemy's, and never hold parameters."""
    cursor = tx.connection.cursor()
    try:
        if many:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        return cast("Sequence[Sequence[Any]]", cursor.fetchall()) if fetch else ()
    except Exception as error:
        driver: Any = tx.dialect.dbapi
        if not isinstance(error, driver.Error):
            raise
        # psycopg's dialect tells a lost connection by the connection alone.
        if tx.dialect.is_disconnect(error, cast("Any", tx.connection.dbapi_connection), None):
            tx.invalidate()
        raise DBAPIError.instance(sql, None, error, driver.Error, hide_parameters=True, dialect=tx.dialect) from error
    finally:
        cursor.close()


def _columns(statement: Statement) -> list[Any]:
    if isinstance(statement, Select):
        return list(statement.selected_columns)
    return list(statement.exported_columns)
