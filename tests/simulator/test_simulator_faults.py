"""Each thing that can be made to go wrong goes wrong as asked, for whom and as often as asked."""

from __future__ import annotations

import threading
import time

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

AMINA = "+447700900101"
TOMASZ = "+447700900102"


def refusal(carrier, **sent) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        carrier.send(**sent)
    return refused.value.status, refused.value.code


def bodies(carrier, number=AMINA) -> list[str]:
    return [one["body"] for one in carrier.thread_of(number)]


def test_a_delayed_answer_comes_late(carrier):
    carrier.fault("rest", "delay", seconds=0.3)
    started = time.monotonic()
    carrier.send()
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(("code", "status"), [(20429, 429), (21611, 429), (20500, 500), (21211, 400), (20003, 401)])
def test_a_refused_message_is_not_accepted(carrier, code, status):
    carrier.fault("rest", "refuse", code=code)
    assert refusal(carrier) == (status, code)
    assert carrier.events("accepted") == []


def test_a_message_can_be_accepted_and_yet_answered_with_an_error(carrier, eventually):
    carrier.fault("rest", "refuse", code=20500, status=503, when="after")
    assert refusal(carrier, body="Hello") == (503, 20500)
    [accepted] = carrier.events("accepted")
    assert carrier.events("refused")[0]["sid"] == accepted["sid"]
    eventually(lambda: bodies(carrier) == ["Hello"])


@pytest.mark.parametrize(("when", "accepted"), [("before", 0), ("after", 1)])
def test_a_connection_can_be_cut_before_and_after_accepting(carrier, when, accepted):
    carrier.fault("rest", "drop", when=when)
    with pytest.raises(requests.ConnectionError):
        carrier.send()
    assert len(carrier.events("accepted")) == accepted


@pytest.mark.parametrize(("when", "accepted"), [("before", 0), ("after", 1)])
def test_a_held_request_hangs_while_its_caller_gives_up_or_dies(carrier, when, accepted):
    carrier.fault("rest", "hold", when=when)
    with pytest.raises(requests.Timeout):
        carrier.twilio(timeout=0.2).messages.create(to=AMINA, from_="+447700900000", body="Hello")

    [held] = carrier.control("GET", "/held")
    assert (held["when"], held["phone"], held["held_ms"] >= 100) == (when, AMINA, True)
    assert [event["hold"] for event in carrier.events("held")] == [held["id"]]
    assert len(carrier.events("accepted")) == accepted

    assert carrier.control("POST", "/release") == {"released": 1}
    assert carrier.control("GET", "/held") == []


def test_a_released_request_goes_on_and_a_discarded_one_does_not(carrier, eventually):
    carrier.fault("rest", "hold")
    outcomes = {}

    def send(body: str) -> None:
        try:
            outcomes[body] = carrier.send(body).status
        except TwilioRestException as error:
            outcomes[body] = error.status

    callers = []
    for number, body in enumerate(("first", "second"), start=1):
        callers.append(threading.Thread(target=send, args=(body,)))
        callers[-1].start()
        eventually(lambda number=number: len(carrier.control("GET", "/held")) == number)
    first, second = carrier.control("GET", "/held")

    assert carrier.control("POST", "/release", id=first["id"]) == {"released": 1}
    assert carrier.control("POST", "/release", id=second["id"], discard=True) == {"released": 1}
    for caller in callers:
        caller.join()
    assert outcomes == {"first": "queued", "second": 503}
    assert [event["body"] for event in carrier.events("accepted")] == ["first"]


def test_a_fault_ends_after_its_count(carrier):
    carrier.fault("rest", "refuse", code=20429, count=2)
    assert refusal(carrier) == refusal(carrier) == (429, 20429)
    carrier.send()
    assert carrier.control("GET", "/faults") == []


def test_a_fault_of_one_phone_leaves_the_others_alone(carrier):
    fault = carrier.fault("rest", "refuse", code=20429, phone=TOMASZ)
    carrier.send(to=AMINA)
    assert refusal(carrier, to=TOMASZ) == (429, 20429)

    carrier.control("DELETE", f"/faults/{fault['id']}")
    carrier.send(to=TOMASZ)


def test_a_share_of_the_requests_is_drawn_by_its_seed(carrier):
    def run() -> list[bool]:
        carrier.control("DELETE", "/faults")
        carrier.fault("rest", "refuse", code=20429, share=0.5, seed=7)
        outcome = []
        for _ in range(20):
            try:
                carrier.send()
                outcome.append(True)
            except TwilioRestException:
                outcome.append(False)
        return outcome

    first = run()
    assert first == run()
    assert 4 <= sum(first) <= 16


def test_reading_can_fail_while_sending_works(carrier):
    carrier.fault("read", "refuse", code=20003)
    sid = carrier.send().sid
    with pytest.raises(TwilioRestException) as refused:
        carrier.twilio().messages(sid).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)
    with pytest.raises(TwilioException):
        carrier.twilio().messages.list()


@pytest.mark.parametrize("end", ["undelivered", "failed"])
def test_a_message_can_fail_on_its_way(carrier, service, eventually, end):
    carrier.fault("delivery", end, code=30005)
    carrier.send(status_callback=f"{service.base}/status/1")
    last = eventually(lambda: [one for one in service.at("/status/1") if one["params"]["MessageStatus"] == end])[0]
    assert last["params"]["ErrorCode"] == "30005"
    assert [one["arrived"] for one in carrier.thread_of()] == [False]


def test_a_message_that_outlives_its_validity_fails_with_30036(carrier, eventually):
    carrier.fault("delivery", "delay", seconds=60)
    sid = carrier.send(validity_period=1).sid
    eventually(lambda: carrier.twilio().messages(sid).fetch().status == "failed")
    assert carrier.twilio().messages(sid).fetch().error_code == 30036


def test_a_late_message_is_overtaken(carrier, eventually):
    carrier.fault("delivery", "delay", seconds=0.3, count=1)
    carrier.send("first")
    carrier.send("second")
    eventually(lambda: bodies(carrier) == ["second", "first"])


def test_a_message_can_vanish_without_a_trace(carrier, service):
    carrier.fault("delivery", "drop")
    sid = carrier.send(status_callback=f"{service.base}/status/1").sid
    time.sleep(0.2)
    assert carrier.twilio().messages(sid).fetch().status == "queued"
    assert (bodies(carrier), service.seen) == ([], [])


def test_a_dropped_text_is_never_brought_but_can_be_listed(carrier, service, eventually):
    carrier.fault("inbound", "drop")
    sid = carrier.text("Hello")
    eventually(lambda: carrier.events("webhook")[0]["outcome"] == "dropped")
    assert service.seen == []
    assert [one.sid for one in carrier.twilio().messages.list(to="+447700900000")] == [sid]


def test_status_callbacks_can_be_dropped_while_the_message_arrives(carrier, service, eventually):
    carrier.fault("status", "drop")
    carrier.send("Hello", status_callback=f"{service.base}/status/1")
    eventually(lambda: bodies(carrier) == ["Hello"])
    assert service.seen == []


@pytest.mark.parametrize("together", [False, True])
def test_a_text_is_brought_several_times_with_one_token(carrier, service, eventually, together):
    service.pause_s = 0.2
    carrier.fault("inbound", "duplicate", times=4, together=together)
    carrier.text("Hello")
    eventually(lambda: len(service.at("/sms")) == 5)

    assert len({(one["token"], one["params"]["MessageSid"]) for one in service.seen}) == 1
    times = [one["at"] for one in service.seen]
    # One after another, five answers of 0.2 s take 0.8 s to the start of the last.
    assert (max(times) - min(times) < 0.2) == together


def test_status_callbacks_can_be_repeated(carrier, service, eventually):
    carrier.fault("status", "duplicate", times=1)
    carrier.send(status_callback=f"{service.base}/status/1")
    eventually(lambda: len(service.seen) == 4)
    assert [one["params"]["MessageStatus"] for one in service.seen] == ["sent", "sent", "delivered", "delivered"]


def test_texts_can_overtake_each_other(carrier, service, eventually):
    carrier.fault("inbound", "reorder", seconds=0.3)
    carrier.text("first")
    carrier.text("second")
    eventually(lambda: [one["params"]["Body"] for one in service.at("/sms")] == ["second", "first"])


def test_the_end_of_a_message_can_be_told_before_its_beginning(carrier, service, eventually):
    carrier.fault("status", "reorder", seconds=0.3)
    carrier.send(status_callback=f"{service.base}/status/1")
    eventually(lambda: [one["params"]["MessageStatus"] for one in service.seen] == ["delivered", "sent"])


def test_frozen_webhooks_wait_and_then_come_in_order(carrier, service, eventually):
    carrier.fault("inbound", "freeze")
    for body in ("one", "two", "three"):
        carrier.text(body)
    eventually(lambda: len(carrier.control("GET", "/held")) == 3)
    assert service.seen == []

    assert carrier.control("POST", "/release", phone=AMINA) == {"released": 3}
    eventually(lambda: len(service.seen) == 3)
    assert [one["params"]["Body"] for one in service.seen] == ["one", "two", "three"]


def test_a_late_text_comes_late_and_holds_its_successors_back(carrier, service, eventually):
    carrier.fault("inbound", "delay", seconds=0.3, count=1)
    started = time.monotonic()
    carrier.text("first")
    carrier.text("second")
    eventually(lambda: [one["params"]["Body"] for one in service.seen] == ["first", "second"])
    assert service.seen[0]["at"] - started >= 0.3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "where: write one of rest, read, delivery, inbound, status"),
        ({"where": "rest", "action": "freeze"}, "action: at rest, write one of delay, drop, refuse, hold"),
        ({"where": "rest", "action": "hold", "when": "never"}, "when: write before or after"),
        ({"where": "rest", "action": "delay", "seconds": "soon"}, "seconds: write a number from 0 to 3600"),
        ({"where": "rest", "action": "delay", "share": 2}, "share: write a number from 0 to 1"),
        ({"where": "rest", "action": "delay", "sort": 1}, "unknown: sort"),
        ({"where": "rest", "action": "delay", "count": 0}, "count: write a number from 1 to"),
        ({"where": "rest", "action": "delay", "phone": "Amina"}, "phone: write its number in full"),
        ({"where": "inbound", "action": "duplicate", "together": "yes"}, "together: write true or false"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_in_words(carrier, wrong, words):
    answer = carrier.http.post(f"{carrier.base}/simulator/faults", json=wrong)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
