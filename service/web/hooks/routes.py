"""The routes that Twilio calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, g, request

from service.keys import KeysError
from service.logs import get_log
from service.store.errors import StoreError
from service.telephony.signature import Signatures
from service.usecases.deps import Deps
from service.usecases.receive import receive_text
from service.usecases.releases import NothingPublished
from service.usecases.statuses import hear_status
from service.web.hooks import forms

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_log = get_log()

View = Callable[..., Response]


def hooks_blueprint(deps: Deps, signatures: Signatures) -> Blueprint:
    """`/hooks/twilio/…`: whatever is not signed gets 403 and leaves nothing behind."""
    hooks = Blueprint("hooks", __name__, url_prefix="/hooks/twilio")

    @hooks.post("/sms")
    @_signed(signatures)
    def text_in() -> Response:
        received = receive_text(deps, forms.inbound(g.pairs, g.raw))
        _log.info("text received", message=received.message_id, again=received.again)
        return twiml()

    @hooks.post("/status/<token>")
    @_signed(signatures)
    def status(token: str) -> Response:
        provider_id, state = forms.first(g.pairs, "MessageSid"), forms.first(g.pairs, "MessageStatus")
        plain = all(one.isascii() and one.isprintable() for one in (provider_id, state, token))
        if plain and 0 < len(provider_id) <= 64 and 0 < len(state) <= 24 and len(token) <= 43:
            hear_status(deps, token, provider_id, state, forms.number(g.pairs, "ErrorCode"))
        return twiml()

    return hooks


def twiml(body: str = EMPTY_TWIML, status: int = 200) -> Response:
    """Twilio takes an answer without a body or content type for a failure (12300)."""
    return Response(body, status=status, content_type="text/xml; charset=utf-8")


def _signed(signatures: Signatures) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**path: str) -> Response:
            raw = request.get_data(cache=False) if (request.content_length or 0) <= forms.MAX_BODY else b""
            g.raw, g.pairs = raw, forms.parse(raw)
            if not signatures.valid(_raw_path(), g.pairs, request.headers.get("X-Twilio-Signature")):
                return Response("", status=403, content_type="text/plain")
            try:
                return view(**path)
            except (StoreError, KeysError, NothingPublished) as error:
                # The carrier tries again, or its fallback does: nothing was half-written.
                _log.warning("webhook refused", outcome=type(error).__name__)
                return twiml(status=503)

        return checked

    return decorate


def _raw_path() -> str:
    """The path and query as they stood on the wire: a re-encoded one has another signature."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if isinstance(raw, str) and raw.startswith("/"):
        return raw
    query = request.query_string.decode("latin-1")
    path = request.environ.get("SCRIPT_NAME", "") + request.environ.get("PATH_INFO", "")
    return f"{path}?{query}" if query else path
