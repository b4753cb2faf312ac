"""Whether the service works: ok, degraded with reasons, or failing because nothing can be written."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from service.core.model import Urgency
from service.store import due_rows, operator
from service.store.engine import sqlite_warning
from service.store.errors import StoreRefused
from service.store.schema import dues, escalations, waves
from service.usecases.deps import Deps

_LATE = {"urgent": 5.0, "reply": 30.0, "bulk": 300.0}  # seconds overdue at which a lane is said to be late
_SILENT = 15.0  # seconds without a heartbeat
_ALARM_FOR = timedelta(hours=1)
_COMPONENTS = ("worker", "clock")


@dataclass(frozen=True, slots=True)
class Health:
    """`ok`, `degraded` (it goes on, somebody should look) or `failing` (texts are refused), with plain reasons."""

    status: str
    reasons: tuple[str, ...] = ()


def health(deps: Deps) -> Health:
    """Looks at the store, the bell, the lanes, the processes and the alarms; never raises."""
    try:
        with deps.database.write() as tx:
            operator.beat(tx, "web")
        reasons = _reasons(deps)
    except StoreRefused as refused:
        return Health("failing", (f"nothing can be written: {refused.reason}",))
    return Health("degraded" if reasons else "ok", tuple(reasons))


def _reasons(deps: Deps) -> list[str]:
    reasons = [] if deps.bell.reachable() else ["Redis is out of reach: work waits up to a second for the clock"]
    if not deps.keys.writable():
        reasons.append("the key store can't be written: texts from new numbers are refused")
    if deps.database.is_sqlite and (warning := sqlite_warning()):
        reasons.append(warning)
    now = deps.clock.now()
    with deps.database.read() as connection:
        for lane, seconds in due_rows.oldest_overdue(connection, now).items():
            if seconds > _LATE[lane]:
                reasons.append(f"the {lane} lane is {seconds:.0f} seconds late")
        beats = operator.beats(connection)
        real = time.time_ns() // 1000
        for name in _COMPONENTS:
            quiet = (real - beats[name]) / 1e6 if name in beats else None
            if quiet is None or quiet > _SILENT:
                reasons.append(f"the {name} is not heard from")
        reasons += [f"alarm: {name}" for name in operator.alarms_since(connection, now - _ALARM_FOR)]
        unclaimed = (
            select(func.count())
            .select_from(escalations.join(waves, waves.c.escalation_id == escalations.c.id))
            .where(escalations.c.state == "open", escalations.c.urgency == int(Urgency.URGENT))
            .where(waves.c.ended_at.is_(None), waves.c.alarmed_at.is_not(None))
        )
        if count := connection.execute(unclaimed).scalar_one():
            reasons.append(f"nobody has taken {count} urgent escalation{'s' if count > 1 else ''}, all were asked")
        broken = connection.execute(select(func.count()).where(dues.c.state == "broken")).scalar_one()
        if broken:
            reasons.append(f"{broken} due row{'s' if broken > 1 else ''} could not be done and were set aside")
    return reasons
