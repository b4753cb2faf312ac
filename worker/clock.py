"""The clock: a thread a lane rings every second for what is due, and does it itself if nobody comes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import timedelta
from itertools import takewhile

from service.keys import KeysError
from service.logs import get_log, set_up_logs
from service.settings import load
from service.store import due_rows
from service.store.errors import StoreError
from service.store.migrate import check_revision
from service.telephony.port import CarrierUnreachable
from service.usecases.catching_up import catch_up
from service.usecases.colleagues import enrol
from service.usecases.deps import Deps
from service.usecases.planning import plan_all
from service.usecases.releases import NothingPublished
from service.usecases.retention import let_go_of_answers
from service.wiring import build_deps
from worker.heart import beat_forever
from worker.jobs import do_safely

TICK = 1.0  # seconds
LOOK = 60.0  # seconds
NOTICE = 5.0  # seconds until a new release changes the plans
PLAN = 3600.0  # seconds
KEEP = 3600.0  # seconds
OVERDUE = timedelta(seconds=1)  # a row this late is done here, whatever Redis says
_log = get_log()


def main() -> int:
    """Run until SIGTERM or Ctrl-C."""
    set_up_logs()
    deps = build_deps(load(os.environ))
    check_revision(deps.database)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    beat_forever(deps, "clock")
    threads = [threading.Thread(target=run, args=(deps, lane, stop), name=lane) for lane in due_rows.LANES]
    threads.append(threading.Thread(target=look_for_missed, args=(deps, stop), name="catch up"))
    threads.append(threading.Thread(target=keep_plans, args=(deps, stop), name="plans"))
    threads.append(threading.Thread(target=keep_no_longer, args=(deps, stop), name="retention"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0


def run(deps: Deps, lane: str, stop: threading.Event) -> None:
    """One lane's second hand."""
    while not stop.wait(TICK):
        try:
            tick(deps, lane, stop)
        except StoreError as error:
            _log.warning("tick failed", lane=lane, outcome=type(error).__name__)
        except Exception:
            _log.exception("tick failed", lane=lane)


def tick(deps: Deps, lane: str, stop: threading.Event) -> None:
    """Ring for what is due; do what is overdue, or what nobody could be rung for."""
    while not stop.is_set():
        now = deps.clock.now()
        with deps.database.read() as connection:
            due_at = due_rows.waiting(connection, deps.database, lane, now)
        if due_at is None:
            return
        rung = deps.bell.ring(lane)
        if (rung and due_at > now - OVERDUE) or not do_safely(deps, lane):
            return


def look_for_missed(deps: Deps, stop: threading.Event) -> None:
    """At the start and every minute: what the carrier took while nobody answered its webhook (I2)."""
    pause = 0.0
    while not stop.wait(pause):
        pause = LOOK
        try:
            if missed := catch_up(deps):
                _log.warning("missed texts brought in", count=missed)
        except (CarrierUnreachable, StoreError, KeysError, NothingPublished) as error:
            _log.warning("catching up failed", outcome=type(error).__name__)
        except Exception:
            _log.exception("catching up failed")


def keep_plans(deps: Deps, stop: threading.Event) -> None:
    """At the start, with each new release and every hour: everybody's check-ins are planned as their groups say."""
    planned, last = "", float("-inf")
    while not stop.wait(NOTICE):
        try:
            release = deps.releases.current().id
            if release == planned and time.monotonic() - last < PLAN:
                continue
            enrol(deps)
            changed = sum(takewhile(lambda _: not stop.is_set(), plan_all(deps)))
            planned, last = release, time.monotonic()
            if changed:
                _log.info("check-ins planned", count=changed)
        except NothingPublished:
            continue
        except (StoreError, KeysError) as error:
            _log.warning("planning failed", outcome=type(error).__name__)
        except Exception:
            _log.exception("planning failed")


def keep_no_longer(deps: Deps, stop: threading.Event) -> None:
    """At the start and every hour: answers whose time is over are deleted."""
    pause = 0.0
    while not stop.wait(pause):
        pause = KEEP
        try:
            if gone := sum(takewhile(lambda _: not stop.is_set(), let_go_of_answers(deps))):
                _log.info("answers deleted", count=gone)
        except (StoreError, NothingPublished) as error:
            _log.warning("deleting answers failed", outcome=type(error).__name__)
        except Exception:
            _log.exception("deleting answers failed")


if __name__ == "__main__":
    sys.exit(main())
