"""What happened is on disk: it survives kill -9 and restarts, and what was left undone is gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException

from service.simulator.ledger import Ledger, LedgerInUse
from service.simulator.segments import segments

AMINA = "+447700900101"
ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "the-token-of-this-account"


def test_a_restart_keeps_phones_threads_and_stops(start, service, eventually):
    first = start()
    first.control("POST", "/phones", number=AMINA, name="Amina", language="ur", kind="participant")
    first.send("How are you?")
    eventually(lambda: len(first.thread_of()) == 1)
    first.text("STOP")
    eventually(lambda: len(first.thread_of()) == 3)
    before = (first.thread_of(), first.control("GET", "/phones"), first.events())
    first.close()

    second = start()
    assert (second.thread_of(), second.control("GET", "/phones"), second.events()) == before
    assert second.http.post(f"{second.base}/simulator/phones/{AMINA}/texts", json={"body": "START"}).ok


def test_what_was_under_way_is_gone_on_with_after_a_restart(start, service, eventually):
    first = start()
    first.fault("inbound", "delay", seconds=60)
    first.fault("delivery", "delay", seconds=60)
    sid = first.text("Hello")
    sent = first.send(status_callback=f"{service.base}/status/1").sid
    assert service.seen == []
    first.close()

    second = start()
    eventually(lambda: len(service.seen) == 3)
    assert service.at("/sms")[0]["params"]["MessageSid"] == sid
    assert second.twilio().messages(sent).fetch().status == "delivered"


def test_what_was_finished_is_not_done_again_after_a_restart(start, service, eventually):
    first = start()
    first.text("Hello")
    first.send(status_callback=f"{service.base}/status/1")
    eventually(lambda: len(first.events("webhook")) == 3)
    first.close()

    second = start()
    second.text("Another")
    eventually(lambda: len(service.at("/sms")) == 2)
    assert len(service.at("/status/1")) == 2


def test_half_a_line_left_by_a_kill_is_as_if_it_never_happened(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"seq":1,"at_ms":1,"kind":"one"}\n{"seq":2,"at_')

    ledger = Ledger(path)
    ledger.append("two", words="نہ")
    ledger.close()

    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert kinds == ["one", "two"]


def test_a_new_ledger_is_for_its_owner_only(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.close()
    assert (tmp_path / "ledger.jsonl").stat().st_mode & 0o777 == 0o600


def test_one_ledger_serves_one_simulator(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with pytest.raises(LedgerInUse):
        Ledger(tmp_path / "ledger.jsonl")
    ledger.close()
    Ledger(tmp_path / "ledger.jsonl").close()


def test_a_stopped_simulator_lets_its_held_callers_go(start, eventually):
    carrier = start()
    carrier.fault("rest", "hold")
    outcome = []

    def send() -> None:
        try:
            carrier.send()
        except TwilioRestException as error:
            outcome.append(error.status)

    caller = threading.Thread(target=send)
    caller.start()
    eventually(lambda: carrier.control("GET", "/held"))
    carrier.app.extensions["simulator"].close()
    caller.join(5)
    assert outcome == [503]


def test_a_text_that_no_phone_could_send_is_refused(carrier):
    address = f"{carrier.base}/simulator/phones/{AMINA}/texts"
    for body in (r'{"body": "\ud800"}', '{"body": 3}', "[]", '{"media": [{"content_type": "image/png", "data": "?"}]}'):
        answer = carrier.http.post(address, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
    assert carrier.events("text") == []


def test_a_reader_can_wait_for_the_next_event(carrier):
    last = carrier.control("GET", "/ledger")["last"]
    timer = threading.Timer(0.1, carrier.text, ("Hello",))
    timer.start()
    answer = carrier.control("GET", f"/ledger?since={last}&wait=5")
    timer.join()
    assert answer["events"][0]["kind"] == "text"


def test_the_summary_counts_and_shows_what_was_sent_twice(carrier, eventually):
    sids = [carrier.send("Hello").sid for _ in range(2)]
    carrier.send("Something else")
    carrier.text("Hi")
    eventually(lambda: carrier.control("GET", "/ledger/summary")["pending"] == 0)

    summary = carrier.control("GET", "/ledger/summary")
    assert (summary["accepted"], summary["texts"], summary["webhooks"]) == (3, 1, {"inbound delivered": 1})
    assert summary["repeats"] == [{"to": AMINA, "body": "Hello", "sids": sids}]


def test_the_process_survives_kill_9_with_everything_it_answered_for(tmp_path, service, eventually):
    def run() -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-W", "error", "-m", "service.simulator", "--port", "0"]
        command += ["--ledger", str(tmp_path / "ledger.jsonl"), "--account-sid", ACCOUNT]
        command += ["--service-number", "+447700900000", "--sms-url", f"{service.base}/sms"]
        environment = {**os.environ, "SIMULATOR_AUTH_TOKEN": TOKEN}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout
        return process, process.stdout.readline().split()[-1].rstrip("/")

    def ended(process: subprocess.Popen[str], by: signal.Signals) -> int:
        process.send_signal(by)
        process.communicate(timeout=10)
        return process.returncode

    process, base = run()
    assert requests.get(f"{base}/simulator/health", timeout=5).json() == {"status": "ok"}
    texts = [
        requests.post(f"{base}/simulator/phones/{AMINA}/texts", json={"body": str(number)}, timeout=5).json()["sid"]
        for number in range(20)
    ]
    assert ended(process, signal.SIGKILL) == -signal.SIGKILL

    process, base = run()
    thread = requests.get(f"{base}/simulator/phones/{AMINA}/messages", timeout=5).json()
    assert [one["sid"] for one in thread] == texts
    eventually(lambda: {one["params"]["MessageSid"] for one in service.at("/sms")} == set(texts))
    assert ended(process, signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ż" * 70, 1),
        ("ż" * 71, 2),
        ("👍" * 36, 2),
    ],
)
def test_parts_are_counted_as_they_are_billed(body, parts):
    assert segments(body) == parts


@given(st.text(max_size=700))
def test_a_longer_text_never_has_fewer_parts(body):
    assert 1 <= segments(body) <= segments(body + "ż")
