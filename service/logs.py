"""Structured logs that cannot hold a number or words: what is not on the list of keys, in its shape, is left out.

One JSON object a line. Our own events are constants (`log.info("page sent", page=…, outcome="accepted")`). What
libraries say is reduced to its place (`logger`, `at`), because their sentences may quote a request; a traceback, to
the classes of its errors and its places in code: no values, no messages.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import FilteringBoundLogger, Processor

_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
_WORD = re.compile(r"(?=.{1,32}$)[A-Za-z][A-Za-z_-]*( [A-Za-z]+)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})*")
_EVENT = re.compile(r"[a-z][a-z ,'-]{0,79}")
_DIGITS_ONLY = re.compile(r"[\d_.:-]+")
LARGEST_NUMBER: Final = 10_000_000
MOST_FRAMES: Final = 12

SILENCED: Final = ("twilio", "rq", "urllib3")
"""Twilio's client writes parameters at INFO and RQ its jobs' descriptions: below WARNING they are not heard at all."""

PLAIN_SPOKEN: Final = ("_granian", "granian", "alembic")
"""Libraries whose sentences are about themselves only, and are kept (never the access log: it has addresses)."""


def _opaque(value: object) -> bool:
    text = str(value)
    # Digits alone may be a phone number; our ids are UUIDs or have letters in front.
    return bool(_OPAQUE.fullmatch(text)) and not (_DIGITS_ONLY.fullmatch(text) and len(text) > 6)


def _word(value: object) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _language(value: object) -> bool:
    return isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < LARGEST_NUMBER


ALLOWED: Final[Mapping[str, Callable[[object], bool]]] = {
    **dict.fromkeys(
        ("contact", "participant", "checkin", "turn", "escalation", "wave", "page", "due", "attempt", "message"),
        _opaque,
    ),
    **dict.fromkeys(("provider_id", "staff", "release", "key_version", "request", "job"), _opaque),
    **dict.fromkeys(("kind", "outcome", "status", "lane", "channel", "process", "role", "urgency"), _word),
    "again": lambda value: isinstance(value, bool),
    "language": _language,
    **dict.fromkeys(
        ("length", "latency_ms", "count", "code", "number", "fence", "lag_s", "pid", "port", "rung", "exit"), _number
    ),
}
"""Every key that a line of ours may carry, and the shape that its value must have."""

Event = MutableMapping[str, Any]


def keep_allowed(_logger: object, _method: str, event: Event) -> Event:
    """A structlog processor: only allowed keys in their shape stay; `left_out` counts the others."""
    kept: dict[str, Any] = {}
    name = event.pop("event", "")
    kept["event"] = name if isinstance(name, str) and _EVENT.fullmatch(name) else "an event that is no constant"
    error = event.pop("exc_info", None)
    left_out = 0
    for key, value in event.items():
        if key in ALLOWED and (value is None or isinstance(value, bool) or ALLOWED[key](value)):
            kept[key] = value if isinstance(value, int | float | None) else str(value)
        else:
            left_out += 1
    if left_out:
        kept["left_out"] = left_out
    return {**kept, **_traceback_of(error)}


def _traceback_of(error: object) -> dict[str, Any]:
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    return describe(error) if isinstance(error, BaseException) else {}


def describe(error: BaseException) -> dict[str, Any]:
    """`error`: the classes from the error to its first cause; `at`: its last places in code, outermost first."""
    classes, one = [], error
    seen: set[int] = set()
    following: BaseException | None = one
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        classes.append(type(following).__name__)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return {
        "error": " < ".join(classes),
        "at": [f"{_short(code.co_filename)}:{line} {code.co_name}" for code, line in frames[-MOST_FRAMES:]],
    }


def _short(filename: str) -> str:
    return "/".join(PurePath(filename).parts[-3:])


_ENDS: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.JSONRenderer(),
)


class Lines(logging.Formatter):
    """Writes the records of the standard library's loggers as our lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the sentence only of those libraries that speak of themselves."""
        line: Any = {
            "event": "a library spoke",
            "logger": record.name,
            "at": [f"{_short(record.pathname)}:{record.lineno}"],
            **_traceback_of(record.exc_info),
        }
        if record.name.split(".")[0] in PLAIN_SPOKEN and not record.name.endswith("access"):
            line["event"] = record.getMessage()
        for process in _ENDS:
            line = process(None, record.levelname.lower(), line)
        return str(line)


def heard(record: logging.LogRecord) -> bool:
    """Whether a record of a library is written at all."""
    silenced = record.name.split(".")[0] in SILENCED
    return record.levelno >= (logging.WARNING if silenced else logging.INFO)


class _Lossy(io.StringIO):
    """On a full disk a line is lost, and nothing else: a webhook that could not say 503 would say 500."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        """As the stream does, or not at all."""
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """As the stream does, or not at all."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def set_up_logs(stream: TextIO | None = None) -> None:
    """Every line of this process goes through the list to `stream` (stderr), uncaught errors too."""
    out = stream or sys.stderr
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(_Lossy(out)), cache_logger_on_first_use=False)
    handler = logging.StreamHandler(out)
    handler.setFormatter(Lines())
    handler.addFilter(heard)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] in SILENCED]:
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.captureWarnings(True)
    # A handler that breaks would print the record that broke it, message and all.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def get_log() -> FilteringBoundLogger:
    """This process's log: `log.info("a constant event", key=value)`. Keeps to the list even before `set_up_logs`."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        None,
        processors=[structlog.contextvars.merge_contextvars, keep_allowed, *_ENDS],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return log


def _uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get_log().error("an error that nobody caught", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        get_log().error("an error that nobody caught", exc_info=args.exc_value)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    get_log().error("an error that could not be raised", exc_info=args.exc_value)
