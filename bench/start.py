"""Seconds until everything is ready, against a bare Flask application on the same server; memory of each process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bench import houses
from bench.figures import CannotMeasure, Figures
from bench.houses import Say
from service.cli._stage import NotReady, free_port, stage
from service.supervisor import Child, Supervisor


def run(say: Say, *, small: bool = False) -> Figures:
    """`ours`: from nothing to all processes ready, database and release made. `floor`: the floor's own start."""
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as scratch:
        try:
            with stage(Path(scratch) / "service", say=say, more=houses.home()) as house:
                ours = house.started["all"]
                if not small:
                    time.sleep(3.0)  # what is imported or forked late is there by now
                memory = {name: _memory(pid) for name, pid in house.supervisor.pids().items()}
        except NotReady as error:
            raise CannotMeasure(str(error)) from None
        floor = _floor(Path(scratch), say)
    total = round(sum(one["pss_mb"] or one["rss_mb"] for name, one in memory.items() if name != "simulator"), 1)
    return Figures("start", ours, floor, "s", {"memory": memory, "total_mb_without_simulator": total})


def _floor(scratch: Path, say: Say) -> float:
    settings = houses.settings_for(scratch / "floor", f"sqlite:///{scratch / 'unused.sqlite'}")
    port = free_port()
    environment = houses.floor_environment(settings, f"sqlite:///{scratch / 'floor.sqlite'}")
    child = Child("floor", houses.floor_argv(settings, port), environment, partial(houses.answers, port))
    began = time.monotonic()
    with Supervisor([child], scratch / "logs", say) as supervisor:
        if supervisor.wait_ready(60.0):
            raise CannotMeasure(f"the floor did not start; see {scratch / 'logs'}")
        return time.monotonic() - began


def _memory(pid: int) -> dict[str, Any]:
    """MB of a process and all it forked. PSS counts shared pages once over all; None where the system has none."""
    family = list(_family(pid))
    pss = [_pss(one.pid) for one in family]
    known = None if None in pss else round(sum(one or 0 for one in pss) / 1024, 1)
    return {"processes": len(family), "rss_mb": round(sum(_rss(one) for one in family) / 1024, 1), "pss_mb": known}


def _family(pid: int) -> Iterator[Any]:
    try:
        first = psutil.Process(pid)
        yield first
        yield from first.children(recursive=True)
    except psutil.NoSuchProcess:
        return


def _rss(process: Any) -> int:
    try:
        return int(process.memory_info().rss) // 1024
    except psutil.Error:
        return 0


def _pss(pid: int) -> int | None:
    """KB, from Linux's own summary."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), None)
