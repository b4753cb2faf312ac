"""Does what is due in one lane: claims a row, does it, writes down what came of it; safe in any number of processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, update

from service.keys import MasterUnknown
from service.store import due_rows, operator, people
from service.store.errors import StoreRefused
from service.store.schema import dues
from service.store.writes import Writes
from service.telephony.port import Permanent
from service.usecases import sending
from service.usecases.deps import Deps
from service.usecases.failing import could_not_send
from service.usecases.looking import look_again
from service.usecases.starting import begin_checkin, silence_is_over
from service.usecases.waves import go_on

TRIES_OF_A_POISONED_ROW = 6
_NEVER_GIVEN_UP = frozenset({"climb", "watch"})  # somebody waits at the end of these
_LONGEST_PAUSE = timedelta(minutes=1)
_RECORD_TRIES = 8
_RECORD_PAUSE = 0.25


def _nobody() -> None:
    """Nobody needs to hear of a claim."""


def drain(deps: Deps, lane: str) -> int:
    """Do everything that is due in a lane; how many rows were done."""
    done = 0
    while do_next(deps, lane):
        done += 1
    return done


def do_next(deps: Deps, lane: str, claimed: Callable[[], None] = _nobody) -> bool:
    """Do the next due row of a lane; False when there is none. StoreRefused if the store is out of reach.

    `claimed` hears that a row was claimed, before the carrier is called: there may be more for somebody else.
    """
    row, job = None, None
    try:
        with deps.database.write() as tx:
            row = due_rows.claim(tx, deps.database, lane, deps.clock.now())
            if row is None:
                return False
            if row.kind == "send":
                job = sending.prepare(deps, tx, row, deps.clock.now())
        claimed()
        lanes = set() if row.kind == "send" else _work(deps, row)
    except StoreRefused:
        raise
    except Exception as error:
        if row is None:
            raise
        _set_aside(deps, row, error)
        return True
    for rung in sorted(lanes - {lane}, reverse=True):
        deps.bell.ring(rung)
    if job is not None:
        _finish(deps, row, job)
    return True


def _work(deps: Deps, row: Row[Any]) -> set[str]:
    """Do a claimed row in a transaction of its own, which takes its locks in order: contact → escalation → due."""
    with deps.database.write() as tx:
        now = deps.clock.now()
        people.lock_for(tx, row)
        if not due_rows.hold(tx, row.id, row.fence):
            return set()
        lanes = _do(deps, tx, row, now)
        due_rows.finish(tx, row.id, row.fence, "done", "done", now)
    return lanes


def _do(deps: Deps, tx: Connection, row: Row[Any], now: datetime) -> set[str]:
    """Whatever is due, by its kind; the lanes in which there is something to send now."""
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


def _finish(deps: Deps, row: Row[Any], job: sending.Job) -> None:
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
        except Exception as error:  # or the row would be sent again at the end of each lease, without end
            _set_aside(deps, row, error)
            return


def _set_aside(deps: Deps, row: Row[Any], error: Exception) -> None:
    """Try a row that fails again later, and after some tries put it before the operator; the others flow on."""
    now, tries, name = deps.clock.now(), row.tries, type(error).__name__
    values: dict[str, Any] = {"tries": tries, "outcome": f"failed: {name}"[:40], "lease_until": 0}
    lasting = row.kind in _NEVER_GIVEN_UP or isinstance(error, MasterUnknown)
    broken = tries >= TRIES_OF_A_POISONED_ROW and not lasting
    if broken:
        values |= {"state": "broken", "finished_at": now}
    else:
        values |= {"run_at": now + min(timedelta(seconds=2 ** min(tries, 10)), _LONGEST_PAUSE)}
    with deps.database.write() as tx:
        tx.execute(update(dues).where(dues.c.id == row.id, dues.c.state == "waiting").values(values))
        operator.alarm(tx, f"could not do {row.kind}: {name}"[:60], now)
    if broken and row.kind == "send":
        _was_never_sent(deps, row)


def _was_never_sent(deps: Deps, row: Row[Any]) -> None:
    """Whoever reads the conversation sees that it did not go, and whoever must know is told, where that can be done."""
    with deps.database.write() as tx:
        sending.never_sent(tx, row.message_id)
    try:
        with deps.database.write() as tx:
            could_not_send(deps, tx, row.message_id, Permanent(None), deps.clock.now())
    except StoreRefused:
        raise
    except Exception as error:
        with deps.database.write() as tx:
            operator.alarm(tx, f"nobody was told of a text: {type(error).__name__}", deps.clock.now())
