"""The worker: imports once, then forks one RQ SimpleWorker a lane and starts again whichever dies."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

import service.telephony.twilio_http  # noqa: F401 - imported before the fork, so that lanes share it
from service.bell import queue_name
from service.logs import get_log, set_up_logs
from service.settings import Settings, load
from service.store.due_rows import LANES
from service.store.migrate import check_revision
from service.usecases.releases import NothingPublished
from service.wiring import build_deps
from worker import jobs
from worker.heart import beat_forever

_log = get_log()
_SHORTEST, _LONGEST = 0.2, 10.0  # seconds between a death and the next start
_PATIENCE = 5.0  # seconds that a lane gets to finish what it is doing


class Lane(SimpleWorker):
    """RQ's worker in our tuning: SIGKILLed jobs come back in a minute, and only our own function runs."""

    def __init__(self, lane: str, redis: Redis) -> None:
        super().__init__(
            [Queue(queue_name(lane), connection=redis, serializer=JSONSerializer)],
            connection=redis,
            job_class=jobs.OurJob,
            serializer=JSONSerializer,
            worker_ttl=20,
            maintenance_interval=5,
            job_monitoring_interval=5,
            log_job_description=False,
        )


def main() -> int:
    """Run until SIGTERM or Ctrl-C; lanes die with this process."""
    set_up_logs()
    settings = load(os.environ)
    lanes: dict[int, tuple[str, float, float]] = {}
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)
        for pid in lanes:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for lane in LANES:
        _start(settings, lane, _SHORTEST, lanes)
    while lanes:
        try:
            pid, status = os.wait()
        except (ChildProcessError, InterruptedError):
            continue
        lane, began, pause = lanes.pop(pid)
        if stopping:
            continue
        _log.warning("lane died", lane=lane, exit=os.waitstatus_to_exitcode(status))
        pause = _SHORTEST if time.monotonic() - began > 30 else min(pause * 2, _LONGEST)
        time.sleep(pause)
        if not stopping:  # or the new lane would never hear that it must end
            _start(settings, lane, pause, lanes)
    return 0


def _start(settings: Settings, lane: str, pause: float, lanes: dict[int, tuple[str, float, float]]) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        lanes[pid] = (lane, time.monotonic(), pause)
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    try:
        _work(settings, lane)
    except RedisError:
        _log.warning("redis is out of reach", lane=lane)
        os._exit(3)
    except BaseException:
        _log.exception("lane failed", lane=lane)
        os._exit(1)
    os._exit(0)


def _work(settings: Settings, lane: str) -> None:
    deps = build_deps(settings)
    check_revision(deps.database)
    jobs.work_with(deps)
    with contextlib.suppress(NothingPublished):
        deps.releases.current()  # a release takes a second to read: not while the first page waits
    beat_forever(deps, "worker", f"worker.{lane}")
    deps.bell.ring(lane)  # whatever fell due while nobody was here
    Lane(lane, Redis.from_url(settings.redis_url)).work(logging_level="WARNING")


def _die_with(parent: int) -> None:
    """A lane whose parent was killed must not go on unseen."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(4)


if __name__ == "__main__":
    sys.exit(main())
