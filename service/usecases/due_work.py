"""Does what is due in one lane: claims a row, does it, writes down what came of it; safe in any number of processes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, update

from service.store import due_rows, operator
from service.store.errors import StoreRefused
from service.store.schema import dues
from service.usecases import sending
from service.usecases.deps import Deps
from service.usecases.looking import look_again
from service.usecases.starting import begin_checkin, silence_is_over
from service.usecases.waves import go_on
from service.store.writes import Writes

TRIES_OF_A_POISONED_ROW = 6
_RECORD_TRIES = 8
_RECORD_PAUSE = 0.25


class _Poisoned(Exception):
    """Doing a row failed for a reason of ours; it carries the row so that the others can flow."""

    def __init__(self, row: Row[Any], cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.row = row


def drain(deps: Deps, lane: str) -> int:
    """Do everything that is due in a lane; how many rows were done."""
    done = 0
    while do_next(deps, lane):
        done += 1
    return done


def do_next(deps: Deps, lane: str) -> bool:
    """Do the next due row of a lane; False when there is none. StoreRefused if the store is out of reach."""
    now = deps.clock.now()
    try:
        with deps.database.write() as tx:
            row = due_rows.claim(tx, deps.database, lane, now)
            if row is None:
                return False
            job, lanes = _start(deps, tx, row)
    except _Poisoned as poisoned:
        _set_aside(deps, poisoned)
        return True
    for rung in sorted(lanes - {lane}, reverse=True):
        deps.bell.ring(rung)
    if job is not None:
        _finish(deps, job)
    return True


def _start(deps: Deps, tx: Connection, row: Row[Any]) -> tuple[sending.Job | None, set[str]]:
    """A send is only begun here; everything else is done in the transaction of its claim."""
    now = deps.clock.now()
    try:
        if row.kind == "send":
            return sending.prepare(deps, tx, row, now), set()
        lanes = _do(deps, tx, row)
        due_rows.finish(tx, row.id, row.fence, "done", "done", now)
    except StoreRefused:
        raise
    except Exception as error:
        raise _Poisoned(row, error) from error
    return None, lanes


def _do(deps: Deps, tx: Connection, row: Row[Any]) -> set[str]:
    """Whatever is due, by its kind; the lanes in which there is something to send now."""
    now = deps.clock.now()
    if row.kind == "climb":
        writes = Writes(tx)
        go_on(deps, writes, deps.releases.current(), row.wave_id, now)
        writes.flush()
        return {"urgent"}
    if row.kind == "silence":
        return silence_is_over(deps, tx, row, now)
    if row.kind == "begin":
        return begin_checkin(deps, tx, row, now)
    if row.kind == "watch":
        return look_again(deps, tx, row, now)
    raise ValueError(f"nobody knows how to do {row.kind}")


def _finish(deps: Deps, job: sending.Job) -> None:
    """Make the call, and hold on to its outcome: an outcome that is lost would be sent again."""
    outcome = sending.make(deps, job)
    for attempt in range(_RECORD_TRIES):
        try:
            sending.record(deps, job, outcome)
            return
        except StoreRefused:
            if attempt == _RECORD_TRIES - 1:
                raise
            time.sleep(_RECORD_PAUSE)


def _set_aside(deps: Deps, poisoned: _Poisoned) -> None:
    """Try a row that fails again later, and after some tries put it before the operator; the others flow on."""
    now, row = deps.clock.now(), poisoned.row
    tries = row.tries
    values: dict[str, Any] = {"tries": tries, "outcome": f"failed: {poisoned}", "lease_until": 0}
    if tries >= TRIES_OF_A_POISONED_ROW:
        values |= {"state": "broken", "finished_at": now}
    else:
        values |= {"run_at": now + timedelta(seconds=2**tries)}
    with deps.database.write() as tx:
        tx.execute(update(dues).where(dues.c.id == row.id, dues.c.state == "waiting").values(values))
        operator.alarm(tx, f"could not do {row.kind}: {poisoned}", now)
