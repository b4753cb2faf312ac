"""Who looked at what: one row a look, written before anything is shown. It holds ids, never words or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from service.store.ids import new_id
from service.store.schema import audit


def record(
    tx: Connection,
    now: datetime,
    staff_id: str,
    action: str,
    object_kind: str,
    object_id: str | None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Keep one look or deed; `detail` must not hold words of a person."""
    row = {"id": new_id(), "at": now, "staff_id": staff_id, "action": action}
    tx.execute(audit.insert(), [{**row, "object_kind": object_kind, "object_id": object_id, "detail": detail}])


def newest(connection: Connection, limit: int, before: str | None = None) -> Sequence[Row[Any]]:
    """The newest rows first, those older than the row `before` if it is given."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    return connection.execute(query.where(audit.c.id < before) if before else query).all()
