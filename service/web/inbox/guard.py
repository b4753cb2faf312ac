"""Stands before every page: who asks, whether this page is for them, and what is kept of a refusal."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as AnyResponse

from service.core.model import Duty
from service.store.errors import StoreRefused
from service.usecases import inbox
from service.usecases.errors import NotAllowed, NotFound
from service.usecases.releases import NothingPublished
from service.web.inbox.access import ACCESS, Anybody, may
from service.web.inbox.desk import SESSION_COOKIE, Desk, real_now

_AN_ID = re.compile(r"[0-9a-f]{32}")
_BY_SCRIPT = frozenset({"inbox.queue_part", "inbox.conversation_part", "inbox.stay", "inbox.session"})
# A page that refreshes by itself is not a person at work.
_PASSIVE = frozenset({"inbox.queue_part", "inbox.conversation_part", "inbox.session"})
LONGEST_WORDS = 5_000  # characters; a text of ten parts has 1,530
_DRAFTS = ("words", "agreed")


def stand_before(blueprint: Blueprint, desk: Desk) -> None:
    """Check every request of the blueprint, and answer refusals with a page."""
    blueprint.before_request(lambda: _check(desk))
    blueprint.register_error_handler(NotAllowed, lambda _: desk.page("refused.html", 403, lapsed=_lapsed(desk)))
    blueprint.register_error_handler(NotFound, lambda _: desk.page("missing.html", 404))
    blueprint.register_error_handler(StoreRefused, lambda _: _plain("Nothing could be saved or read just now."))
    blueprint.register_error_handler(NothingPublished, lambda _: _plain("Nothing is published yet."))
    blueprint.register_error_handler(CSRFError, lambda _: desk.page("old_form.html", 400, draft=draft()["words"]))
    blueprint.register_error_handler(Forbidden, lambda _: desk.page("refused.html", 403, lapsed=False))


def draft() -> dict[str, str]:
    """What somebody wrote in the form that they sent, so that it is not lost with a refusal."""
    field = next((name for name in _DRAFTS if request.form.get(name)), "")
    return {
        "field": field,
        "words": request.form.get(field, "")[:LONGEST_WORDS],
        "escalation_id": _escalation_id() or "",
    }


def _check(desk: Desk) -> AnyResponse | None:
    endpoint = request.endpoint or ""
    who = ACCESS.get(endpoint, frozenset[Duty]())
    if endpoint == "inbox.static":
        return None
    token = request.cookies.get(desk.address.cookie(SESSION_COOKIE))
    g.staff_session = desk.signin.find(token, real_now(), active=endpoint not in _PASSIVE)
    if desk.session is None:
        return None if who is Anybody.VISITOR else _signed_out(desk, endpoint)
    desk.enter(desk.session)
    if may(who, desk.session.member.duties):
        return None
    inbox.refused(desk.deps, desk.reader, endpoint.removeprefix("inbox."), _escalation_id())
    return desk.page("refused.html", 403, lapsed=False)


def _signed_out(desk: Desk, endpoint: str) -> AnyResponse:
    if endpoint in _BY_SCRIPT:
        return Response(status=401)
    if request.method == "POST":
        empty = {"problem": "", "wait": "", "staff_id": "", "next": ""}
        return desk.page("sign_in.html", 401, draft=draft(), note="signed-out", **empty)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("inbox.sign_in", next=None if wanted == "/" else wanted), 303)


def _escalation_id() -> str | None:
    found = (request.view_args or {}).get("escalation_id")
    return found if isinstance(found, str) and _AN_ID.fullmatch(found) else None


def _lapsed(desk: Desk) -> bool:
    return "reader" in g and desk.reader.lapsed


def _plain(problem: str) -> Response:
    """No template: the frame itself would ask the store."""
    headers = {"Retry-After": "5", "Content-Type": "text/plain; charset=utf-8"}
    return Response(f"{problem} Please try again in a few seconds.\n", 503, headers)
