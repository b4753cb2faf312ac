"""What the operator is told: alarms, and the heartbeats of each process."""

from __future__ import annotations

import time
from datetime import datetime

from sqlalchemy import Connection, select, update

from service.store.queries import insert_once, upsert
from service.store.schema import alarms, heartbeats


def alarm(tx: Connection, name: str, now: datetime) -> None:
    """Note that something happened which the operator must put right; `name` holds no words and no numbers."""
    name = name[:60]
    if insert_once(tx, alarms, {"name": name, "first_at": now, "last_at": now, "times": 1}):
        return
    again = update(alarms).where(alarms.c.name == name)
    tx.execute(again.values(last_at=now, times=alarms.c.times + 1))


def alarms_since(connection: Connection, since: datetime) -> list[str]:
    """Names of the alarms that happened after a moment."""
    query = select(alarms.c.name).where(alarms.c.last_at > since).order_by(alarms.c.last_at.desc())
    return list(connection.execute(query).scalars())


def beat(tx: Connection, name: str) -> None:
    """A process says that it is alive, in real time."""
    upsert(tx, heartbeats, {"name": name}, {"real_at": time.time_ns() // 1000})


def beats(connection: Connection) -> dict[str, int]:
    """When each process last said that it is alive, in µs of real time."""
    return {row.name: row.real_at for row in connection.execute(select(heartbeats.c.name, heartbeats.c.real_at))}
