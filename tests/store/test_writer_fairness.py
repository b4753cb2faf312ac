"""A process that writes all the time lets another in between."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from service.store.writer import WriterLock

HOG = """
import sys, time
from pathlib import Path
from service.store.writer import WriterLock
lock = WriterLock(Path(sys.argv[1]), 5.0)
until = time.monotonic() + 20
first = True
while time.monotonic() < until:
    with lock.held():
        if first:
            print("writing", flush=True)
            first = False
        time.sleep(0.02)
"""


def test_whoever_waits_is_next_however_often_the_other_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "db.writer"
    hog = subprocess.Popen([sys.executable, "-c", HOG, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert hog.stdout is not None
        assert hog.stdout.readline() == "writing\n"
        lock, waits = WriterLock(path, 5.0), []
        for _ in range(25):
            began = time.monotonic()
            with lock.held():
                waits.append(time.monotonic() - began)
        # The hog lets go for microseconds only: without a place at the head of the queue most waits take seconds.
        assert sorted(waits)[len(waits) // 2] < 0.25
    finally:
        hog.kill()
        hog.communicate()
