"""Twilio's real client against a small server that misbehaves in each way: every send ends in one outcome."""

import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from service.telephony import twilio_http
from service.telephony.fake import FakeTelephony
from service.telephony.port import Accepted, BadNumber, OptedOut, Permanent, Retry, Telephony, Unknown
from service.telephony.twilio import Account, Twilio

HER_NUMBER, HER_WORDS = "+447700900123", "Canary: are you safe?"
TOKEN = "opaque-token"


@contextmanager
def twilio_at(address, sender="+15005550006", dice=0.5):
    account = Account("AC123", "SK456", "secret", sender)
    ours = Twilio(account, public_address="https://alongside.example/", api_address=address, dice=lambda: dice)
    try:
        yield ours
    finally:
        ours.close()


def send(telephony: Telephony, body=HER_WORDS, valid_for=timedelta(minutes=2)):
    return telephony.send_text(to=HER_NUMBER, body=body, token=TOKEN, valid_for=valid_for)


def test_an_accepted_text_keeps_the_carriers_id(server):
    with twilio_at(server.address) as telephony:
        assert send(telephony) == Accepted("SM123", "queued")
    assert server.requests == [
        (
            "/2010-04-01/Accounts/AC123/Messages.json",
            {
                "To": HER_NUMBER,
                "From": "+15005550006",
                "Body": HER_WORDS,
                "ValidityPeriod": "120",
                "StatusCallback": f"https://alongside.example/hooks/twilio/status/{TOKEN}#rc=5&rp=all&ct=2000&rt=3000",
            },
        )
    ]
    assert server.headers[0]["Authorization"].startswith("Basic ")


def test_a_messaging_service_takes_the_place_of_a_number(server):
    with twilio_at(server.address, sender="MG789") as telephony:
        send(telephony)
    [(_, form)] = server.requests
    assert form["MessagingServiceSid"] == "MG789"
    assert "From" not in form


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [
        (timedelta(seconds=-5), "1"),
        (timedelta(0), "1"),
        (timedelta(seconds=90.7), "90"),
        (timedelta(hours=10), "36000"),
        (timedelta(days=9), "36000"),
    ],
)
def test_the_validity_is_what_twilio_allows(server, valid_for, seconds):
    with twilio_at(server.address) as telephony:
        send(telephony, valid_for=valid_for)
    assert server.requests[0][1]["ValidityPeriod"] == seconds


def twilio_error(code, status):
    return {"code": code, "message": f"The 'To' number {HER_NUMBER} is odd", "status": status, "more_info": "x"}


def rfc_9457(code, status):
    return {"type": "https://x", "title": "Odd", "status": status, "code": code}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (429, twilio_error(20429, 429), Retry(20429, timedelta(seconds=2))),
        (429, b"", Retry(429, timedelta(seconds=2))),
        (429, rfc_9457(20429, 429), Retry(20429, timedelta(seconds=2))),
        (401, twilio_error(20003, 401), Retry(20003, timedelta(seconds=30), alarm=True)),
        (401, b"go away", Retry(401, timedelta(seconds=30), alarm=True)),
        (403, twilio_error(20005, 403), Retry(20005, timedelta(seconds=30), alarm=True)),
        (404, twilio_error(20404, 404), Retry(20404, timedelta(seconds=30), alarm=True)),
        (400, twilio_error(21606, 400), Retry(21606, timedelta(seconds=30), alarm=True)),
        (400, twilio_error(21610, 400), OptedOut(21610)),
        (400, rfc_9457(21610, 400), OptedOut(21610)),
        (400, twilio_error(21211, 400), BadNumber(21211)),
        (400, twilio_error(21614, 400), BadNumber(21614)),
        (400, twilio_error(21617, 400), Permanent(21617, alarm=True)),
        (400, twilio_error(98765, 400), Permanent(98765, alarm=True)),
        (400, twilio_error(None, 400), Permanent(400, alarm=True)),
        (400, twilio_error("21610", 400), Permanent(400, alarm=True)),
        (400, b"{}", Permanent(400, alarm=True)),
        (400, b"[1]", Permanent(400, alarm=True)),
        (500, twilio_error(20500, 500), Unknown("HTTP 500")),
        (502, b"<html>bad gateway</html>", Unknown("HTTP 502")),
        (503, twilio_error(21610, 503), Unknown("HTTP 503")),
        (302, b"", Unknown("HTTP 302")),
        (201, b"not JSON", Unknown("JSONDecodeError")),
        (201, b"", Unknown("an answer without a message id")),
        (201, b"{}", Unknown("an answer without a message id")),
        (201, b"[]", Unknown("AttributeError")),
        (201, {"sid": 7, "status": "queued"}, Unknown("an answer without a message id")),
    ],
)
def test_each_answer_has_its_outcome(server, status, body, outcome):
    server.answer = lambda handler: handler.reply(status, body)
    with twilio_at(server.address) as telephony:
        assert send(telephony) == outcome
    assert len(server.requests) == 1, "nothing is retried inside"


def hang_up(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def half_an_answer(handler):
    handler.send_response(201)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"sid": "SM1')
    handler.close_connection = True


def no_http(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    handler.close_connection = True


@pytest.mark.parametrize("how", [hang_up, half_an_answer, no_http])
def test_a_lost_answer_is_unknown_and_not_tried_again_here(server, how):
    server.answer = how
    with twilio_at(server.address) as telephony:
        assert isinstance(send(telephony), Unknown)
    assert len(server.requests) == 1


def test_an_answer_that_does_not_come_in_time_is_unknown(server, monkeypatch):
    monkeypatch.setattr(twilio_http, "READ_SECONDS", 0.2)
    server.answer = lambda _handler: time.sleep(1)
    with twilio_at(server.address) as telephony:
        started = time.monotonic()
        assert send(telephony) == Unknown("ReadTimeout")
        assert time.monotonic() - started < 0.9


def test_a_carrier_that_refuses_the_connection_may_be_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with twilio_at(f"http://127.0.0.1:{port}") as telephony:
        assert send(telephony) == Retry(None, timedelta(seconds=2))


def test_a_carrier_that_never_takes_the_connection_may_be_tried_again(monkeypatch):
    monkeypatch.setattr(twilio_http, "CONNECT_SECONDS", 0.2)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with twilio_at(f"http://127.0.0.1:{full.getsockname()[1]}") as telephony:
            assert send(telephony) == Retry(None, timedelta(seconds=2))
        for one in waiting:
            one.close()


def test_a_name_that_nobody_knows_may_be_tried_again(monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with twilio_at("http://carrier.invalid") as telephony:
        assert send(telephony) == Retry(None, timedelta(seconds=2))


@pytest.mark.parametrize("address", ["carrier", "ftp://carrier", "http://"])
def test_a_wrong_address_of_the_carrier_is_the_operators_and_loses_nothing(address):
    with twilio_at(address) as telephony:
        assert send(telephony) == Retry(None, timedelta(seconds=30), alarm=True)


def untrusted_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file


def test_a_carrier_whose_certificate_nobody_trusts_is_the_operators_and_loses_nothing(server, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(untrusted_certificate(tmp_path))
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with twilio_at(f"https://localhost:{server.server_port}") as telephony:
        assert send(telephony) == Retry(None, timedelta(seconds=30), alarm=True)
    assert server.requests == []


def test_words_that_cannot_be_written_are_given_up_and_told(server):
    with twilio_at(server.address) as telephony:
        assert send(telephony, body="half a \ud83d") == Permanent(None, alarm=True)
    assert server.requests == []


def test_callers_that_were_refused_together_do_not_come_back_together(server):
    server.answer = lambda handler: handler.reply(429, b"")
    with twilio_at(server.address, dice=0.0) as first, twilio_at(server.address, dice=1.0) as second:
        assert send(first) == Retry(429, timedelta(seconds=1))
        assert send(second) == Retry(429, timedelta(seconds=3))


def test_texts_one_after_another_share_a_connection(server):
    with twilio_at(server.address) as telephony:
        for _ in range(3):
            send(telephony)
    assert len(server.connections) == 1


def test_threads_may_send_at_the_same_moment(server):
    outcomes = []
    with twilio_at(server.address) as telephony:
        threads = [threading.Thread(target=lambda: outcomes.append(send(telephony))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == [Accepted("SM123", "queued")] * 8


def test_a_stand_in_carrier_is_not_reached_through_a_proxy(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with twilio_at(server.address) as telephony:
        assert isinstance(send(telephony), Accepted)


@pytest.mark.parametrize("status", [201, 400, 500])
def test_nothing_that_is_sent_or_refused_reaches_a_log_or_an_outcome(server, caplog, status):
    caplog.set_level(logging.DEBUG)
    server.answer = lambda handler: handler.reply(status, {**twilio_error(21211, status), "sid": "SM1"})
    with twilio_at(server.address) as telephony:
        outcome = repr(send(telephony)) + repr(telephony._account)
    for secret in (HER_NUMBER, HER_NUMBER[1:], "Canary", "secret"):
        assert secret not in caplog.text + outcome


def test_the_fake_answers_by_script_and_keeps_what_was_sent():
    fake: Telephony = FakeTelephony()
    fake.answers_next(Unknown("lost"))
    assert send(fake) == Unknown("lost")
    assert isinstance(send(fake), Accepted)
    fake.answers_to(HER_NUMBER, OptedOut(21610))
    assert send(fake) == OptedOut(21610)
    fake.answers_to(HER_NUMBER, None)
    assert isinstance(send(fake, body="Second"), Accepted)
    assert fake.accepted_by(HER_NUMBER) == [HER_WORDS, "Second"]
    assert len({sent.outcome.provider_id for sent in fake.sent if isinstance(sent.outcome, Accepted)}) == 2


def test_the_client_is_imported_only_where_something_is_sent():
    code = "import sys, service.telephony.twilio; print({'twilio.rest', 'requests'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout == "set()\n"
