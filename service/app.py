"""The web process: `granian --interface wsgi --factory service.app:create`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from service.bell import Ringer
from service.logs import set_up_logs
from service.settings import Settings, load
from service.store.migrate import check_revision
from service.telephony.signature import Signatures
from service.usecases.deps import Deps
from service.usecases.health import health
from service.usecases.releases import NothingPublished
from service.web.hooks import Door
from service.web.inbox.blueprint import inbox_blueprint
from service.web.inbox.desk import InboxOptions
from service.web.metrics import metrics_blueprint
from service.web.security import Address, secure
from service.wiring import build_deps, signatures

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SWITCH_SECONDS = 0.0005


def create() -> Flask:
    """The application of this environment; SettingsError or WrongSchema when it can't run."""
    set_up_logs()
    # Whoever holds the writer lock gives up the interpreter at every statement; usually they would get it back 5 ms late.
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = load(os.environ)
    deps = build_deps(settings)
    deps = replace(deps, bell=Ringer(deps.bell))  # a webhook does not wait for Redis
    check_revision(deps.database)
    with suppress(NothingPublished):
        _ = deps.releases.current().rules  # a release takes a second to read: not while the first text waits
    return build_app(deps, signatures(settings), settings)


def build_app(deps: Deps, signed_by: Signatures, settings: Settings) -> Flask:
    """The pages and webhooks over these dependencies."""
    app = Flask(__name__, static_folder=None)
    simulator = settings.api_address if settings.simulated else None
    app.register_blueprint(inbox_blueprint(deps, InboxOptions(settings.public_address, proxies=settings.proxies)))
    app.register_blueprint(metrics_blueprint(deps))
    secure(app, Address(settings.public_address), deps.secret, frame_ancestors=simulator or "'none'")

    @app.get("/health")
    def tell_health() -> tuple[Response, int]:
        """200 `ok` or `degraded` with reasons; 503 only when nothing can be written."""
        found = health(deps)
        return jsonify(status=found.status, reasons=found.reasons), 503 if found.status == "failing" else 200

    app.wsgi_app = _Fork(app.wsgi_app, Door(deps, signed_by))  # type: ignore[method-assign]
    return app


class _Fork:
    """Sends what the carrier calls one way and everything else the other."""

    def __init__(self, pages: WSGIApplication, hooks: WSGIApplication) -> None:
        self._pages, self._hooks = pages, hooks

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        way = self._hooks if environ.get("PATH_INFO", "").startswith("/hooks/") else self._pages
        return way(environ, start_response)
