"""The door that Twilio knocks at: the signature first, then one use case, then TwiML.

Plain WSGI beside the Flask pages, because what the carrier calls needs no sessions, forms, cookies or templates, and a
third of the time that a text took went into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from service.keys import KeysError
from service.logs import get_log
from service.store.errors import StoreError
from service.telephony.signature import SETTINGS_HEADER, SIGNATURE_HEADER, Signatures
from service.usecases.deps import Deps
from service.usecases.receive import receive_text
from service.usecases.releases import NothingPublished
from service.usecases.statuses import hear_status
from service.web.hooks import forms

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
SMS = "/hooks/twilio/sms"
STATUS = "/hooks/twilio/status/"

_SIGNATURE = "HTTP_" + SIGNATURE_HEADER.upper().replace("-", "_")
_SETTINGS = "HTTP_" + SETTINGS_HEADER.upper().replace("-", "_")
_WORDS = {200: "200 OK", 403: "403 Forbidden", 404: "404 Not Found", 405: "405 Method Not Allowed",
          503: "503 Service Unavailable"}  # fmt: skip
_log = get_log()

Deed = Callable[[forms.Pairs, bytes], None]


class Door:
    """`/hooks/twilio/…`: whatever is not signed gets 403 and leaves nothing behind; nothing at all gives a 500."""

    def __init__(self, deps: Deps, signatures: Signatures) -> None:
        self._deps, self._signatures = deps, signatures

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        status = self._answer(environ)
        # Twilio takes an answer without a body or content type for a failure (12300).
        body = EMPTY_TWIML if status in (200, 503) else b""
        kind = "text/xml; charset=utf-8" if body else "text/plain; charset=utf-8"
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(_WORDS[status], [*headers, ("X-Content-Type-Options", "nosniff")])
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> int:
        deed = self._deed(environ.get("PATH_INFO", ""))
        if deed is None:
            return 404
        if environ.get("REQUEST_METHOD") != "POST":
            return 405
        try:
            raw = _body(environ)
            pairs = forms.parse(raw)
            signature = environ.get(_SIGNATURE)
            if not self._signatures.valid(_raw_path(environ), pairs, signature, environ.get(_SETTINGS)):
                return 403
            deed(pairs, raw)
        except (StoreError, KeysError, NothingPublished) as error:
            # The carrier tries again, or its fallback does: nothing was half-written.
            _log.warning("webhook refused", outcome=type(error).__name__)
            return 503
        except Exception:
            _log.exception("webhook failed")
            return 503
        return 200

    def _deed(self, path: str) -> Deed | None:
        if path == SMS:
            return self._text
        if path.startswith(STATUS) and "/" not in path[len(STATUS) :]:
            return lambda pairs, _raw: self._status(path[len(STATUS) :], pairs)
        return None

    def _text(self, pairs: forms.Pairs, raw: bytes) -> None:
        receive_text(self._deps, forms.inbound(pairs, raw))

    def _status(self, token: str, pairs: forms.Pairs) -> None:
        provider_id, state = forms.first(pairs, "MessageSid"), forms.first(pairs, "MessageStatus")
        plain = all(one.isascii() and one.isprintable() for one in (provider_id, state, token))
        if plain and 0 < len(provider_id) <= 64 and 0 < len(state) <= 24 and 0 < len(token) <= 43:
            hear_status(self._deps, token, provider_id, state, forms.number(pairs, "ErrorCode"))


def _body(environ: WSGIEnvironment) -> bytes:
    """The body as it came; one that is too long or has no length is nothing, and so is not signed."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) < 10) or int(length) > forms.MAX_BODY:
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _raw_path(environ: WSGIEnvironment) -> str:
    """The path and query as they stood on the wire: a re-encoded one has another signature."""
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = environ.get(name)
        if isinstance(raw, str) and raw.startswith("/"):
            return raw
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
