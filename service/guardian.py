"""Ends a supervisor's processes when the supervisor is gone, however it went.

Run as a program; standard input is a pipe whose other end the supervisor (and, for a moment, each child) holds. A line
"PID" puts a process group in its care, "-PID" takes it out; the end of the input means that the supervisor is dead.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

GRACE = 2.0
"""Seconds between asking an orphan to stop and ending it."""


def main() -> None:
    """Wait for the end of the input, then end every group that is still in our care."""
    for ours in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ours, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line)
        groups.add(number) if number > 0 else groups.discard(-number)
    end(groups, GRACE)


def end(groups: set[int], grace: float) -> None:
    """Ask each group's leader to stop; kill what is left of the groups when `grace` seconds are over."""
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(map(_has_members, groups)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for group in groups:
        kill_group(group)


def kill_group(group: int) -> None:
    """Kill every process of the group at once; a group without processes is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
