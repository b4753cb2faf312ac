"""Webhooks signed by hand, as the carrier signs them, for what the simulator would never send."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import quote_plus

import requests
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from service.cli._stage import SERVICE_NUMBER, Stage
from service.simulator.signing import SIGNATURE

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def new_sid() -> str:
    """An id in the carrier's form."""
    return "SM" + uuid.uuid4().hex


def text_params(number: str, words: str, sid: str) -> dict[str, str]:
    """The fields of a text that the service reads, and two that it does not."""
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "From": number,
        "To": SERVICE_NUMBER,
        "Body": words,
        "NumMedia": "0",
    }


class _Form(MultiDict[str, str]):
    """A form as the carrier's own validator reads one."""

    getall = MultiDict.getlist


class CarrierHand:
    """Posts to the service's webhooks with a signature of the account's token. Safe in one thread only."""

    def __init__(self, stage: Stage, *, timeout: float = 5.0) -> None:
        self._public, self._token, self._timeout = stage.settings.public_address, stage.settings.auth_tokens[0], timeout
        self._http = requests.Session()
        self._http.trust_env = False

    def texts(self, number: str, words: str, sid: str) -> int:
        """Bring a text; the HTTP status."""
        return self.posts(list(text_params(number, words, sid).items()))

    def posts(
        self,
        fields: Sequence[tuple[str, str]],
        *,
        body: bytes | None = None,
        signature: str | None = None,
        content_type: str = FORM,
        path: str = "/hooks/twilio/sms",
    ) -> int:
        """Post a form, `body` in its place if that is given; signed over `fields` unless a signature is given."""
        raw = body if body is not None else encoded(fields)
        signature = self.signature(fields, path) if signature is None else signature
        headers = {SIGNATURE: signature, "Content-Type": content_type}
        headers = {name: value for name, value in headers.items() if value}
        answer = self._http.post(f"{self._public}{path}", data=raw, headers=headers, timeout=self._timeout)
        return answer.status_code

    def signature(self, fields: Sequence[tuple[str, str]], path: str = "/hooks/twilio/sms") -> str:
        """What the carrier would put beside these fields."""
        form = _Form((name, _as_read(value)) for name, value in fields)
        return str(RequestValidator(self._token).compute_signature(f"{self._public}{path}", form))

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def encoded(fields: Sequence[tuple[str, str]]) -> bytes:
    """A form body; lone surrogates stand for bytes that are no UTF-8."""
    pieces = (quote_plus(name) + "=" + quote_plus(value.encode("utf-8", "surrogateescape")) for name, value in fields)
    return "&".join(pieces).encode()


def _as_read(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
