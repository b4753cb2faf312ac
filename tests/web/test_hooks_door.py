"""The door for the carrier: only what is signed comes in, whatever comes never gets a 500, and a refusal keeps nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from service.store.errors import StoreRefused
from service.store.schema import callbacks, contacts, messages
from service.telephony.signature import Signatures
from service.web.hooks import forms
from service.web.hooks.door import EMPTY_TWIML, SMS, STATUS, Door
from tests.support.house import PARTICIPANT, House
from tests.usecases.homes import Village

ADDRESS = "https://alongside.example"
TOKEN, OLD_TOKEN = "t" * 32, "o" * 32
FORM = {"MessageSid": "SM" + "1" * 32, "From": PARTICIPANT, "To": "+447700900999", "Body": "I can't go on", "NumMedia": "0"}


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = int(status.split()[0]), dict(headers), body


class Street:
    """What stands before the door."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.door = Door(house.deps, Signatures((TOKEN, OLD_TOKEN), ADDRESS))

    def knock(self, path: str = SMS, body: bytes = b"", method: str = "POST", **environ: Any) -> Answer:
        """One request; a name given as None is not there at all."""
        told: list[Any] = []
        whole = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": ""}
        whole |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)} | environ
        pieces = self.door({k: v for k, v in whole.items() if v is not None}, lambda *how: told.extend(how))
        return Answer(told[0], told[1], b"".join(pieces))

    def signed(self, form: dict[str, str] = FORM, path: str = SMS, token: str = TOKEN, **environ: Any) -> Answer:
        signature = RequestValidator(token).compute_signature(ADDRESS + path, form)
        body = urlencode(form).encode()
        return self.knock(path, body, **{"HTTP_X_TWILIO_SIGNATURE": signature, **environ})

    def kept(self) -> tuple[int, ...]:
        """How many contacts, messages and callbacks there are."""
        with self.house.database.read() as connection:
            return tuple(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (contacts, messages, callbacks)
            )


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    house = Village(f"sqlite:///{tmp_path / 'door.sqlite'}", tmp_path)
    yield Street(house)
    house.close()


def words(street: Street) -> list[str]:
    keys = street.house.deps.keys
    with street.house.database.read() as connection:
        rows = connection.execute(messages.select().where(messages.c.direction == "in").order_by(messages.c.id)).all()
    return [keys.open(row.contact_id, "messages", "body", row.id, row.body) for row in rows]


def refuse(street: Street, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    @contextmanager
    def write() -> Iterator[None]:
        raise error
        yield

    monkeypatch.setattr(street.house.database, "write", write)
    monkeypatch.setattr(street.house.database.gathering, "_write", write)


def test_a_signed_text_is_kept_and_answered_with_empty_twiml(street: Street) -> None:
    answer = street.signed()
    assert (answer.status, answer.body) == (200, EMPTY_TWIML)
    assert answer.headers == {
        "Content-Type": "text/xml; charset=utf-8",
        "Content-Length": str(len(EMPTY_TWIML)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert words(street) == ["I can't go on"]
    assert street.house.bell.rung


def test_a_repeated_text_is_answered_alike_and_kept_once(street: Street) -> None:
    assert [street.signed().status for _ in range(3)] == [200, 200, 200]
    assert words(street) == ["I can't go on"]


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_both_tokens_open_while_one_replaces_the_other(street: Street, token: str) -> None:
    assert street.signed(token=token).status == 200
    assert len(words(street)) == 1


@pytest.mark.parametrize("signature", [None, "", "wrong", "ключ", "a" * 10_000])
def test_without_the_right_signature_nothing_is_kept(street: Street, signature: str | None) -> None:
    answer = street.signed(HTTP_X_TWILIO_SIGNATURE=signature)
    assert (answer.status, answer.body) == (403, b"")
    assert street.kept() == (0, 0, 0)


def test_a_stranger_s_token_opens_nothing(street: Street) -> None:
    assert street.signed(token="s" * 32).status == 403
    assert street.kept() == (0, 0, 0)


def test_a_signature_for_one_path_opens_no_other(street: Street) -> None:
    signature = RequestValidator(TOKEN).compute_signature(ADDRESS + SMS, FORM)
    answer = street.signed(path=STATUS + "token", HTTP_X_TWILIO_SIGNATURE=signature)
    assert answer.status == 403
    assert street.kept() == (0, 0, 0)


@pytest.mark.parametrize("raw", ["RAW_URI", "REQUEST_URI"])
def test_the_path_is_checked_as_it_stood_on_the_wire(street: Street, raw: str) -> None:
    path = STATUS + "a%7Eb"
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    signature = RequestValidator(TOKEN).compute_signature(ADDRESS + path, form)
    environ = {"HTTP_X_TWILIO_SIGNATURE": signature, raw: path}
    assert street.knock(STATUS + "a~b", urlencode(form).encode(), **environ).status == 200
    assert street.kept() == (0, 0, 1)


def test_a_query_is_part_of_what_is_signed(street: Street) -> None:
    signature = RequestValidator(TOKEN).compute_signature(ADDRESS + SMS + "?a=1", FORM)
    assert street.signed(HTTP_X_TWILIO_SIGNATURE=signature, QUERY_STRING="a=2").status == 403
    assert street.signed(HTTP_X_TWILIO_SIGNATURE=signature, QUERY_STRING="a=1").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
@pytest.mark.parametrize("path", [SMS, STATUS + "token"])
def test_only_post_is_a_method_here(street: Street, method: str, path: str) -> None:
    assert street.knock(path, method=method).status == 405


@pytest.mark.parametrize(
    "path", ["/hooks/twilio/", "/hooks/twilio/voice", SMS + "/", "/hooks/twilio/status", STATUS + "a/b", "", "/hooks//sms"]
)
def test_any_other_path_is_unknown_also_when_signed(street: Street, path: str) -> None:
    answer = street.signed(path=path)
    assert (answer.status, answer.body) == (404, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("length", [None, "", "-1", "1e3", "0x10", " 12", "²", "٣", "many", "9" * 30, "9" * 5000, "0"])
def test_a_body_of_unknown_length_is_not_read_and_so_not_signed(street: Street, length: str | None) -> None:
    body = io.BytesIO(urlencode(FORM).encode())
    assert street.signed(CONTENT_LENGTH=length, **{"wsgi.input": body}).status == 403
    assert body.tell() == 0
    assert street.kept() == (0, 0, 0)


def test_chunks_without_a_length_are_not_read(street: Street) -> None:
    answer = street.signed(CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True})
    assert answer.status == 403
    assert street.kept() == (0, 0, 0)


def test_a_body_of_five_megabytes_is_not_read(street: Street) -> None:
    form = {**FORM, "Body": "a" * (5 * 1024 * 1024)}
    body = io.BytesIO(urlencode(form).encode())
    assert street.signed(form, **{"wsgi.input": body}).status == 403
    assert body.tell() == 0
    assert street.kept() == (0, 0, 0)


def test_the_longest_body_is_still_heard(street: Street) -> None:
    form = {**FORM, "Body": ""}
    form["Body"] = "a" * (forms.MAX_BODY - len(urlencode(form)))
    assert len(urlencode(form)) == forms.MAX_BODY
    assert street.signed(form).status == 200
    assert words(street) == [form["Body"]]


def test_a_body_shorter_than_it_claims_is_not_what_was_signed(street: Street) -> None:
    short = io.BytesIO(urlencode(FORM).encode()[:-1])
    assert street.signed(**{"wsgi.input": short}).status == 403
    assert street.kept() == (0, 0, 0)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Body": "help"},
        {**FORM, "From": ""},
        {**FORM, "From": "ALONGSIDE"},
        {**FORM, "MessageSid": "x" * 500},
        {**FORM, "MessageSid": "é"},
        {**FORM, "MessageSid": "a\x00b"},
        {**FORM, "From": "+44\x007700900100"},
        {**FORM, "Body": "a\x00b"},
        {**FORM, "Body": "\ufffd"},
        {**FORM, "Body": ""},
        {**FORM, "NumMedia": "-1"},
        {**FORM, "NumMedia": "9" * 400},
    ],
    ids=str,
)
def test_whatever_is_signed_is_kept_however_odd(street: Street, form: dict[str, str]) -> None:
    assert street.signed(form).status == 200
    assert len(words(street)) == 1


def test_a_store_that_refuses_is_a_503_with_twiml(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as refused:
        refuse(street, refused, StoreRefused("busy"))
        answer = street.signed()
    assert (answer.status, answer.body) == (503, EMPTY_TWIML)
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert street.kept()[1:] == (0, 0)
    assert street.signed().status == 200, "and when it is asked again, it is kept"
    assert words(street) == ["I can't go on"]


@pytest.mark.parametrize("path", [SMS, STATUS + "token"])
@pytest.mark.parametrize("error", [RuntimeError("unexpected"), MemoryError(), StoreRefused("busy")], ids=repr)
def test_what_nobody_expected_is_a_503_and_never_a_500(
    street: Street, monkeypatch: pytest.MonkeyPatch, path: str, error: Exception
) -> None:
    refuse(street, monkeypatch, error)
    answer = street.signed({**FORM, "MessageStatus": "sent"}, path)
    assert (answer.status, answer.body) == (503, EMPTY_TWIML)
    assert street.kept()[1:] == (0, 0)


def test_a_body_that_breaks_off_is_a_503(street: Street) -> None:
    class Breaks:
        def read(self, _size: int) -> bytes:
            raise OSError("the carrier hung up")

    assert street.signed(**{"wsgi.input": Breaks()}).status == 503
    assert street.kept() == (0, 0, 0)


def test_before_anything_is_published_it_is_a_503(tmp_path: Path) -> None:
    from service.usecases.releases import Releases

    house = Village(f"sqlite:///{tmp_path / 'door.sqlite'}", tmp_path)
    street = Street(house)
    with house.database.write() as tx:
        for table in ("releases", "service_state"):
            tx.exec_driver_sql(f"DELETE FROM {table}")
    from dataclasses import replace

    street.door = Door(replace(house.deps, releases=Releases(house.database)), Signatures((TOKEN,), ADDRESS))
    assert street.signed().status == 503
    assert street.kept() == (0, 0, 0)
    house.close()


def test_a_status_is_kept_with_its_token_and_code(street: Street) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert street.signed(form, STATUS + "token").status == 200
    with street.house.database.read() as connection:
        [row] = connection.execute(callbacks.select()).all()
    assert (row.provider_id, row.status, row.token, row.code) == ("SM1", "undelivered", "token", 30003)


@pytest.mark.parametrize(
    ("token", "form"),
    [
        ("", {"MessageSid": "SM1", "MessageStatus": "sent"}),
        ("t" * 44, {"MessageSid": "SM1", "MessageStatus": "sent"}),
        ("é", {"MessageSid": "SM1", "MessageStatus": "sent"}),
        ("a\x00b", {"MessageSid": "SM1", "MessageStatus": "sent"}),
        ("token", {"MessageSid": "SM1"}),
        ("token", {"MessageStatus": "sent"}),
        ("token", {"MessageSid": "S" * 65, "MessageStatus": "sent"}),
        ("token", {"MessageSid": "SM1", "MessageStatus": "s" * 25}),
        ("token", {"MessageSid": "SM1", "MessageStatus": "a\nb"}),
        ("token", {}),
    ],
)
def test_an_odd_status_is_answered_and_ignored(street: Street, token: str, form: dict[str, str]) -> None:
    assert street.signed(form, STATUS + token).status == 200
    assert street.kept() == (0, 0, 0)


def test_an_odd_error_code_is_no_code(street: Street) -> None:
    assert street.signed({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "9" * 30}, STATUS + "t").status == 200
    with street.house.database.read() as connection:
        assert connection.execute(select(callbacks.c.code)).scalars().all() == [None]
