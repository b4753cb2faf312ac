"""The simulator's Flask application, and the server that runs it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .carrier import Account, Carrier
from .control import control
from .errors import ApiError
from .ledger import LedgerClosed
from .messages import API
from .page import page
from .rest import rest


def create_simulator(
    ledger_path: str | Path,
    account_sid: str,
    auth_token: str,
    service_number: str,
    sms_url: str,
    fallback_url: str | None = None,
    inbox_url: str | None = None,
    sign_fragment: bool = False,
) -> Flask:
    """A stand-in carrier for one account. `app.extensions["simulator"].close()` ends its threads.

    `sms_url` may end in connection overrides (`#rc=5&rp=all`); `sign_fragment` counts them into the signature.
    """
    account = Account(account_sid, auth_token, service_number, sms_url, fallback_url, inbox_url, sign_fragment)
    app = Flask(__name__)
    app.extensions["simulator"] = Carrier(account, ledger_path)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(rest)
    app.register_blueprint(control)
    app.register_blueprint(page)
    app.before_request(_refuse_strangers)
    app.after_request(_harden(inbox_url))
    app.register_error_handler(404, _not_found)
    app.register_error_handler(LedgerClosed, _stopping)
    return app


def make_carrier_server(app: Flask, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A threaded server, not yet serving; port 0 takes a free one (`.port`). One process, so that kill -9 ends it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server(host, port, app, threaded=True, request_handler=_QuietHandler)


class _QuietHandler(WSGIRequestHandler):
    """Writes no log lines: paths here hold phone numbers."""

    # Headers and body leave in separate packets; without this the second may wait 40 ms for the first's ACK.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _refuse_strangers() -> None:
    # Another site in the same browser must not be able to text as one of these phones.
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _harden(inbox_url: str | None) -> Callable[[Response], Response]:
    frames = "'none'"
    if inbox_url:
        inbox = urlsplit(inbox_url)
        frames = f"{inbox.scheme}://{inbox.netloc}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src {frames}"
    )

    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return add_headers


def _stopping(error: LedgerClosed) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), 503


def _not_found(error: NotFound) -> ResponseReturnValue:
    if request.path.startswith(API):
        twilios = ApiError(20404)
        return jsonify(twilios.body()), twilios.status
    return error
