"""No number and no words reach a log: not by a key, not by an event, not by a library, not by a traceback."""

import ast
import io
import json
import logging
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.logs import ALLOWED, describe, get_log, keep_allowed, set_up_logs

HER_NUMBER, HER_WORDS = "+447700900123", "I am not safe at home"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def lines(monkeypatch):
    """The lines that were logged so far, as read by a machine. Everything global is put back afterwards."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook
    monkeypatch.setattr("threading.excepthook", None)
    out = io.StringIO()
    set_up_logs(out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.captureWarnings(False)
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook = hooks


def test_what_is_on_the_list_is_written(lines):
    page = str(uuid4())
    get_log().info("page sent", page=page, outcome="accepted", language="ur", length=140, latency_ms=12.5, lane="urgent")
    [line] = lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "page sent",
        "level": "info",
        "page": page,
        "outcome": "accepted",
        "language": "ur",
        "length": 140,
        "latency_ms": 12.5,
        "lane": "urgent",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("body", HER_WORDS),
        ("to", HER_NUMBER),
        ("token", "secret"),
        ("name", "Amina"),
        ("url", "/hooks?From=%2B447700900123"),
        ("contact", HER_NUMBER),
        ("contact", "447700900123"),
        ("contact", 447700900123),
        ("staff", "0770-090-0123"),
        ("outcome", HER_WORDS),
        ("outcome", "447700900123"),
        ("kind", {"body": HER_WORDS}),
        ("language", HER_WORDS),
        ("length", HER_NUMBER),
        ("length", 447700900123),
        ("code", float("inf")),
    ],
)
def test_a_key_or_value_that_is_not_on_the_list_is_left_out(lines, key, value):
    get_log().info("something happened", **{key: value})
    [line] = lines()
    assert line.pop("time")
    assert line == {"event": "something happened", "level": "info", "left_out": 1}


@pytest.mark.parametrize("event", [f"sent to {HER_NUMBER}", "Sent: I am not safe", "code 123456", "", "سلام", 7])
def test_an_event_that_is_no_constant_of_ours_is_not_written(lines, event):
    get_log().info(event)
    assert [line["event"] for line in lines()] == ["an event that is no constant"]


def fail_with_her_words():
    her_local_value = HER_WORDS
    try:
        int(her_local_value)
    except ValueError as error:
        raise RuntimeError(HER_NUMBER) from error


def test_a_traceback_has_classes_and_places_only(lines):
    try:
        fail_with_her_words()
    except RuntimeError:
        get_log().exception("it broke")
    [line] = lines()
    assert line["error"] == "RuntimeError < ValueError"
    assert "/tests/test_logs.py:" in line["at"][-1]
    assert line["at"][-1].endswith(" fail_with_her_words")
    assert not leaks(json.dumps(line))


def leaks(text):
    return [secret for secret in (HER_NUMBER, HER_NUMBER[1:], HER_WORDS, "not safe") if secret in text]


def test_an_error_that_causes_itself_is_described_all_the_same():
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert describe(one)["error"] == "ValueError < KeyError"


@pytest.mark.parametrize("name", ["flask.app", "sqlalchemy.engine", "service.web", "granian.access", "py.warnings"])
def test_what_a_library_says_is_reduced_to_its_place(lines, name):
    try:
        fail_with_her_words()
    except RuntimeError:
        logging.getLogger(name).error("failed for %s: " + HER_WORDS, HER_NUMBER, exc_info=True)
    [line] = lines()
    assert (line["event"], line["logger"]) == ("a library spoke", name)
    assert not leaks(json.dumps(line))


def test_a_library_that_speaks_of_itself_is_kept(lines):
    logging.getLogger("alembic.runtime.migration").info("Running upgrade %s", "0001")
    assert [line["event"] for line in lines()] == ["Running upgrade 0001"]


@pytest.mark.parametrize("name", ["twilio.http_client", "rq.worker", "rq.queue", "urllib3.connectionpool"])
def test_twilio_and_rq_are_silent_below_a_warning(lines, name):
    log = logging.getLogger(name)
    before = log.level
    log.setLevel(logging.DEBUG)  # as RQ's worker does to its own
    log.info("Body: %s", HER_WORDS)
    log.debug(HER_WORDS)
    assert lines() == []
    log.warning("Body: %s", HER_WORDS)
    assert [line["logger"] for line in lines()] == [name]
    log.setLevel(before)


def test_rq_adds_no_handler_of_its_own(lines):
    from rq.logutils import setup_loghandlers

    setup_loghandlers("INFO")
    assert logging.getLogger("rq.worker").handlers == []


def test_a_record_that_cannot_be_formatted_prints_nothing(lines, capsys):
    logging.getLogger("alembic").info("%d rows", HER_WORDS)
    assert not leaks("".join(capsys.readouterr()))


PROCESS = """
import sys, threading
sys.path.insert(0, {root!r})
from service.logs import set_up_logs
set_up_logs()
def fail():
    raise ValueError({words!r})
class Odd:
    def __del__(self):
        fail()
thread = threading.Thread(target=fail); thread.start(); thread.join()
Odd()
import warnings; warnings.warn({words!r})
fail()
"""


def test_errors_that_nobody_caught_are_logged_without_their_words():
    code = PROCESS.format(root=str(ROOT), words=HER_WORDS)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [line["event"] for line in lines] == [
        "an error that nobody caught",
        "an error that could not be raised",
        "a library spoke",
        "an error that nobody caught",
    ]
    assert all("fail" in line["at"][-1] for line in (lines[0], lines[1], lines[3]))
    assert not leaks(done.stderr + done.stdout)


def test_a_process_that_never_set_up_its_logs_keeps_to_the_list_too():
    code = f"from service.logs import get_log; get_log().info('page sent', body={HER_WORDS!r}, lane='urgent')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    line = json.loads(done.stdout)
    assert (line["lane"], line["left_out"]) == ("urgent", 1)
    assert not leaks(done.stdout + done.stderr)


values = st.text() | st.integers() | st.floats() | st.none() | st.booleans() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(sorted(ALLOWED)) | st.text(), values))
def test_whatever_is_logged_no_long_number_and_no_sentence_comes_out(event):
    kept = keep_allowed(None, "info", dict(event))
    for key, value in kept.items():
        assert key in {*ALLOWED, "event", "left_out"}
        if isinstance(value, str) and key != "event":
            assert not (value.isdigit() and len(value) > 6)
            assert value.count(" ") <= 1


def calls_of_a_log(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            to = node.func.value
            named = isinstance(to, ast.Name | ast.Attribute) and ast.unparse(to).split(".")[-1].strip("_") == "log"
            fetched = isinstance(to, ast.Call) and ast.unparse(to.func).endswith("get_log")
            if (named or fetched) and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}:
                yield node


def test_every_event_of_ours_is_a_constant_and_its_keys_are_on_the_list():
    wrong = []
    for file in [*ROOT.glob("service/**/*.py"), *ROOT.glob("worker/**/*.py")]:
        for call in calls_of_a_log(ast.parse(file.read_text("utf-8"))):
            constant = call.args and isinstance(call.args[0], ast.Constant)
            keys = {keyword.arg for keyword in call.keywords if keyword.arg} - {"exc_info"}
            if not constant or keys - set(ALLOWED):
                wrong.append(f"{file.relative_to(ROOT)}:{call.lineno}: {sorted(keys - set(ALLOWED))}")
    assert not wrong, "log a constant event, and keys that service/logs.py allows"
