"""Says every few seconds that a process is alive."""

from __future__ import annotations

import threading
import time

from service.logs import get_log
from service.store import operator
from service.store.errors import StoreError
from service.usecases.deps import Deps

EVERY = 5.0  # seconds
_log = get_log()


def beat_forever(deps: Deps, *names: str) -> None:
    """Beat in a thread of its own until the process ends."""

    def run() -> None:
        while True:
            beat(deps, *names)
            time.sleep(EVERY)

    threading.Thread(target=run, daemon=True, name="heart").start()


def beat(deps: Deps, *names: str) -> None:
    """One beat; a store out of reach is somebody else's alarm."""
    try:
        with deps.database.write() as tx:
            for name in names:
                operator.beat(tx, name)
    except StoreError:
        _log.warning("heartbeat not written")
