"""Due work: claimed by one UPDATE with one winner, done under a fence."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, exists, func, literal_column, or_, select, update

from service.store.engine import Database
from service.store.prepared import Prepared
from service.store.schema import attempts, dues, messages

LANES = ("urgent", "reply", "bulk")
LEASE = 10_000_000  # µs: longer than connect and read time-outs together (7 s)
GRACE = 4_000_000  # µs past the lease in which a status callback may still tell what became of an attempt
# µs: a lease further off than this was given by a clock that has been put back since. Nearer ones are a colleague's who
# looked at the clock a moment after us, on PostgreSQL before either had the row: taking those would send twice.
_JUMP = 60_000_000

_earlier = dues.alias("earlier")
_next = dues.alias("next")
_REAL = bindparam("real", type_=BigInteger)

# Only the oldest unsent row of a person may go; one deferred to their safe hours (never tried) holds nobody back.
_BLOCKED = exists(
    select(1).where(
        _earlier.c.queue_key == _next.c.queue_key,
        _earlier.c.state == "waiting",
        _earlier.c.id < _next.c.id,
        or_(_earlier.c.run_at <= bindparam("now", type_=dues.c.run_at.type), _earlier.c.tries > 0),
    )
)

_NEXT = (
    select(_next.c.id)
    .where(
        _next.c.lane == bindparam("in_lane"),
        _next.c.state == "waiting",
        _next.c.run_at <= bindparam("now", type_=dues.c.run_at.type),
        # A lease that ends later than any can was given before the machine's clock was set back.
        or_(_next.c.lease_until <= _REAL, _next.c.lease_until > _REAL + LEASE + GRACE + _JUMP),
        or_(_next.c.queue_key.is_(None), ~_BLOCKED),
    )
    .order_by(_next.c.run_at, _next.c.id)
    .limit(1)
)

_CLAIM = (
    update(dues)
    .where(dues.c.id == _NEXT.with_for_update(skip_locked=True).scalar_subquery(), dues.c.state == "waiting")
    .values(lease_until=_REAL + LEASE + GRACE, fence=dues.c.fence + 1, tries=dues.c.tries + 1)
    .returning(*dues.c)
)


def claim(tx: Connection, database: Database, lane: str, now: datetime) -> Row[tuple[Any, ...]] | None:
    """Take the next due row of a lane; None when there is none. The winner holds it for the lease."""
    return tx.execute(_CLAIM, {"in_lane": lane, "now": now, "real": database.real_now(tx)}).first()


def hold(tx: Connection, due_id: int, fence: int) -> bool:
    """Lock a row that was claimed before; False when it was cancelled since, or somebody else has claimed it."""
    query = select(dues.c.id).where(dues.c.id == due_id, dues.c.fence == fence, dues.c.state == "waiting")
    return tx.execute(query.with_for_update()).first() is not None


def waiting(connection: Connection, database: Database, lane: str, now: datetime) -> datetime | None:
    """When the next claimable row of a lane fell due; None if nothing is claimable."""
    query = _NEXT.with_only_columns(_next.c.run_at)
    return connection.execute(query, {"in_lane": lane, "now": now, "real": database.real_now(connection)}).scalar()


def finish(tx: Connection, due_id: int, fence: int, state: str, outcome: str, now: datetime) -> bool:
    """Close a row; False when somebody else has claimed it since."""
    query = (
        update(dues)
        .where(dues.c.id == due_id, dues.c.fence == fence, dues.c.state == "waiting")
        .values(state=state, outcome=outcome, finished_at=now, lease_until=0)
    )
    return tx.execute(query).rowcount == 1


def finish_whoever_holds_it(tx: Connection, due_id: int, state: str, outcome: str, now: datetime) -> bool:
    """Close a row because the provider told what became of it; False when it was closed already."""
    query = (
        update(dues)
        .where(dues.c.id == due_id, dues.c.state == "waiting")
        .values(state=state, outcome=outcome, finished_at=now, lease_until=0)
    )
    return tx.execute(query).rowcount == 1


def put_off(tx: Connection, due_id: int, fence: int, run_at: datetime, outcome: str, *, untried: bool = False) -> bool:
    """Try again at another time; `untried` when nothing was attempted (safe hours, trial mode)."""
    query = update(dues).where(dues.c.id == due_id, dues.c.fence == fence, dues.c.state == "waiting")
    values: dict[str, Any] = {"run_at": run_at, "outcome": outcome, "lease_until": 0}
    if untried:
        values["tries"] = 0
    return tx.execute(query.values(values)).rowcount == 1


def move(tx: Connection, due_id: int, run_at: datetime, detail: object | None = None) -> None:
    """Give a waiting row another time; whoever has claimed it finds that it is no longer theirs."""
    values = _waits_again(run_at) | ({} if detail is None else {"detail": detail})
    tx.execute(update(dues).where(dues.c.id == due_id, dues.c.state == "waiting").values(values))


def revive(tx: Connection, unique_key: str, run_at: datetime, detail: object) -> None:
    """Let a row that was cancelled wait again; one that was done stays done."""
    values = _waits_again(run_at) | {"state": "waiting", "outcome": None, "finished_at": None, "detail": detail}
    tx.execute(update(dues).where(dues.c.unique_key == unique_key, dues.c.state == "cancelled").values(values))


def _waits_again(run_at: datetime) -> dict[str, Any]:
    return {"run_at": run_at, "tries": 0, "lease_until": 0, "fence": dues.c.fence + 1}


def wait_for_callback(tx: Connection, due_id: int, fence: int, not_before: datetime | None = None) -> None:
    """Leave the lease as it is: until it ends a callback may adopt the attempt, then the row is claimed again."""
    query = update(dues).where(dues.c.id == due_id, dues.c.fence == fence, dues.c.state == "waiting")
    values: dict[str, Any] = {"outcome": "unknown"}
    if not_before is not None:
        values["run_at"] = not_before
    tx.execute(query.values(values))


def cancel(tx: Connection, now: datetime, outcome: str, **of: Any) -> int:
    """Cancel every waiting row with these column values (escalation_id=…, wave_id=…); how many there were."""
    which = {f"of_{column}": value for column, value in of.items()}
    rows = _cancelling(tuple(of)).all(tx, {**which, "because": outcome, "now": now})
    texts = [row.message_id for row in rows if row.kind == "send"]
    if texts:  # whoever reads the conversation sees that they never went
        unsent = update(messages).where(messages.c.id.in_(texts), messages.c.state == "waiting")
        tx.execute(unsent.values(state="cancelled", note=outcome))
    return len(rows)


@cache
def _cancelling(columns: tuple[str, ...]) -> Prepared:
    match = and_(*(dues.c[column] == bindparam(f"of_{column}") for column in columns))
    query = update(dues).where(match, dues.c.state == literal_column("'waiting'"))
    query = query.values(state="cancelled", outcome=bindparam("because"), finished_at=bindparam("now"))
    return Prepared(query.returning(dues.c.kind, dues.c.message_id))


def hasten(tx: Connection, wave_id: str, now: datetime) -> None:
    """Climb at once: the page of this rung did not reach anybody."""
    later = and_(dues.c.wave_id == wave_id, dues.c.kind == "climb", dues.c.state == "waiting", dues.c.run_at > now)
    tx.execute(update(dues).where(later).values(run_at=now))


def oldest_overdue(connection: Connection, now: datetime) -> dict[str, float]:
    """Seconds that the oldest unfinished row of each lane is overdue; a lane without one is left out."""
    query = (
        select(dues.c.lane, func.min(dues.c.run_at))
        .where(dues.c.state == "waiting", dues.c.run_at <= now)
        .group_by(dues.c.lane)
    )
    return {lane: (now - first).total_seconds() for lane, first in connection.execute(query)}


def open_attempt(connection: Connection, token: str) -> Row[tuple[Any, ...]] | None:
    """The attempt that a callback's token names, with its due row's state."""
    query = select(attempts, dues.c.state, dues.c.kind, dues.c.wave_id, dues.c.escalation_id).join(
        dues, dues.c.id == attempts.c.due_id
    )
    return connection.execute(query.where(attempts.c.token == token)).first()
