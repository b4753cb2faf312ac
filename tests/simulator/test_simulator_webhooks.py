"""The simulator calls the service as Twilio does: signed, in order, again when asked to, then the fallback."""

from __future__ import annotations

import socket
import time

import pytest
from twilio.request_validator import RequestValidator

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "the-token-of-this-account"
SERVICE_NUMBER = "+447700900000"
AMINA = "+447700900101"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def states(service, path="/status/1") -> list[str]:
    return [one["params"]["MessageStatus"] for one in service.at(path)]


def test_a_text_is_brought_with_every_parameter_of_twilios(carrier, service, eventually):
    sid = carrier.text("۳ مجھے")
    told = eventually(lambda: service.at("/sms"))[0]["params"]

    assert told == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "۳ مجھے",
        "From": AMINA,
        "FromCity": "",
        "FromCountry": "GB",
        "FromState": "",
        "FromZip": "",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": SERVICE_NUMBER,
        "ToCity": "",
        "ToCountry": "GB",
        "ToState": "",
        "ToZip": "",
    }


def test_twilios_own_validator_accepts_every_signature(carrier, service, eventually):
    carrier.text("é + & = % 👍\nnew line")
    carrier.send("Hello", status_callback=f"{service.base}/status/1#rc=2")
    eventually(lambda: len(service.seen) == 3)

    for one in service.seen:
        assert RequestValidator(TOKEN).validate(one["url"], one["params"], one["signature"])
        assert not RequestValidator("another").validate(one["url"], one["params"], one["signature"])


def test_the_fragment_is_signed_only_where_that_is_asked(start, service, eventually):
    start(sms_url=f"{service.base}/sms#rc=1", sign_fragment=True).text("Hello")
    one = eventually(lambda: service.at("/sms"))[0]

    assert RequestValidator(TOKEN).validate(f"{one['url']}#rc=1", one["params"], one["signature"])
    assert not RequestValidator(TOKEN).validate(one["url"], one["params"], one["signature"])


def test_status_callbacks_follow_a_message_to_its_end(carrier, service, eventually):
    sid = carrier.send("Hello", status_callback=f"{service.base}/status/1").sid
    eventually(lambda: states(service) == ["sent", "delivered"])

    last = service.at("/status/1")[-1]["params"]
    assert len(last.pop("RawDlrDoneDate")) == 10
    assert last == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": SERVICE_NUMBER,
        "MessageSid": sid,
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": AMINA,
    }
    assert len({one["token"] for one in service.at("/status/1")}) == 2


def test_a_messaging_service_also_tells_that_it_queued(carrier, service, eventually):
    group = "MG" + "a" * 32
    carrier.twilio().messages.create(
        to=AMINA, messaging_service_sid=group, body="Hello", status_callback=f"{service.base}/status/1"
    )
    eventually(lambda: states(service) == ["queued", "sent", "delivered"])
    assert {one["params"]["MessagingServiceSid"] for one in service.at("/status/1")} == {group}


def test_a_failing_webhook_is_tried_again_with_the_same_token_as_its_fragment_asks(carrier, service, eventually):
    service.answers = [(503, "text/plain", "")] * 5
    carrier.text("Hello")
    eventually(lambda: carrier.events("webhook"))

    assert len(service.at("/sms")) == 6
    assert len({one["token"] for one in service.at("/sms")}) == 1
    assert [event["attempt"] for event in carrier.events("attempt")] == [1, 2, 3, 4, 5, 6]
    assert [event["http_status"] for event in carrier.events("attempt")] == [503] * 5 + [200]
    assert carrier.events("webhook")[0]["outcome"] == "delivered"


@pytest.mark.parametrize(
    ("fragment", "status", "attempts"),
    [
        ("", 503, 1),
        ("#rc=3", 503, 1),
        ("#rc=3&rp=5xx", 503, 4),
        ("#rc=3&rp=5xx", 404, 1),
        ("#rc=3&rp=4xx,5xx", 404, 4),
        ("#rc=0&rp=all", 503, 1),
        ("#rc=9&rp=all", 503, 2),
        ("#rc=3&rp=sometimes", 503, 1),
    ],
)
def test_only_what_the_policy_names_is_tried_again(start, service, eventually, fragment, status, attempts):
    service.answers = [(status, "text/plain", "")] * 10
    carrier = start(sms_url=f"{service.base}/sms{fragment}")
    carrier.text("Hello")
    eventually(lambda: carrier.events("webhook"))

    assert len(service.at("/sms")) == attempts
    assert carrier.events("webhook")[0]["outcome"] == "failed"
    assert carrier.events("warning")[0]["code"] == 11200


def test_without_a_fragment_a_refused_connection_is_tried_once_more(start, eventually):
    carrier = start(sms_url=f"http://127.0.0.1:{free_port()}/sms")
    carrier.text("Hello")
    eventually(lambda: carrier.events("webhook"))
    assert [event["failure"] for event in carrier.events("attempt")] == ["ct", "ct"]


def test_a_service_that_answers_too_late_is_given_up_in_time(start, service, eventually):
    service.pause_s = 0.4
    carrier = start(sms_url=f"{service.base}/sms#rt=100&rc=5&rp=rt&tt=350")
    started = time.monotonic()
    carrier.text("Hello")
    eventually(lambda: carrier.events("webhook"))

    assert time.monotonic() - started < 2
    assert 2 <= len(carrier.events("attempt")) <= 4
    assert {event["failure"] for event in carrier.events("attempt")} == {"rt"}


def test_the_fallback_is_called_when_every_attempt_has_failed(start, service, eventually):
    service.answers = [(500, "text/plain", "")] * 3
    carrier = start(sms_url=f"{service.base}/sms#rc=2&rp=all", fallback_url=f"{service.base}/fallback")
    sid = carrier.text("Hello")
    [fallback] = eventually(lambda: service.at("/fallback"))

    assert (len(service.at("/sms")), fallback["params"]["MessageSid"]) == (3, sid)
    eventually(lambda: carrier.events("webhook"))
    assert carrier.events("webhook")[0]["outcome"] == "delivered"
    assert [event["fallback"] for event in carrier.events("attempt")] == [False, False, False, True]


def test_the_texts_of_one_phone_keep_their_order(carrier, service, eventually):
    service.pause_s = 0.3
    carrier.text("0")
    eventually(lambda: service.seen)
    service.pause_s = 0.0
    for number in range(1, 20):
        carrier.text(str(number))
    eventually(lambda: len(carrier.events("webhook")) == 20)
    assert [one["params"]["Body"] for one in service.at("/sms")] == [str(number) for number in range(20)]
    assert service.at("/sms")[1]["at"] - service.at("/sms")[0]["at"] >= 0.3


def test_a_slow_service_holds_up_neither_senders_nor_the_texts_of_others(carrier, service, eventually):
    service.pause_s = 0.3
    started = time.monotonic()
    for last in range(1, 6):
        carrier.text("Hello", f"+44770090010{last}")
    carrier.send()
    assert time.monotonic() - started < 0.3
    eventually(lambda: len(carrier.events("webhook")) == 5)
    times = [one["at"] for one in service.at("/sms")]
    assert max(times) - min(times) < 0.3


def test_twiml_that_asks_for_a_text_is_heeded(carrier, service, eventually):
    service.answers = [(200, "text/xml", "<Response><Message>One</Message><Message><Body>Two</Body></Message></Response>")]
    carrier.text("Hello")
    eventually(lambda: len(carrier.thread_of()) == 3)
    assert [one["body"] for one in carrier.thread_of()] == ["Hello", "One", "Two"]
    assert carrier.twilio().messages.list()[0].direction == "outbound-reply"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/xml", "<Response>"), 12100),
        ((200, "text/xml", "<Reply/>"), 12100),
        ((200, "application/json", "{}"), 12300),
        ((200, "", ""), 12300),
    ],
)
def test_an_answer_that_is_not_twiml_raises_twilios_warning(carrier, service, eventually, answer, code):
    service.answers = [answer]
    carrier.text("Hello")
    [warning] = eventually(lambda: carrier.events("warning"))
    assert warning["code"] == code
