"""Coming in and going out: sign-in, the one-time sign-up address, sign-out, and how long a session still lasts."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.core.model import Duty
from service.usecases.passwords import SHORTEST, TooBusy, WeakPassword
from service.usecases.signin import Attempt, InvitationOver, MustWait, SignedIn, WrongSignIn
from service.web.inbox import phrases
from service.web.inbox.desk import KNOWN_COOKIE, SESSION_COOKIE, Desk, real_now
from service.web.inbox.guard import LONGEST_WORDS
from service.web.inbox.pages import Pages
from service.web.security import client_address, own_path

_KNOWN_FOR = 180 * 24 * 3600
_AN_ID = re.compile(r"[0-9a-f]{32}")


class Entrance:
    """The pages that need no duty."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    def home(self) -> AnyResponse:
        """To where this member's work is, or what they may not see here."""
        reader = self._desk.reader
        for duty, endpoint in (
            (Duty.TRAINED_STAFF, "inbox.queue"),
            (Duty.COORDINATOR, "inbox.counts"),
            (Duty.AUDITOR, "inbox.audit"),
        ):
            if reader.has(duty):
                return redirect(url_for(endpoint), 303)
        return self._desk.page("home.html")

    def help(self) -> Response:
        """How this works, in one place."""
        return self._desk.page("help.html", operator=self._operator())

    def sign_in(self) -> AnyResponse:
        """Ask for name and password, and begin a session."""
        if request.method == "GET":
            if self._desk.session is not None:
                return redirect(url_for("inbox.home"), 303)
            return self._ask(200, next=own_path(request.args.get("next")) or "", note=request.args.get("note", ""))
        try:
            signed = self._desk.signin.sign_in(self._attempt(), real_now())
        except WrongSignIn:
            return self._ask(401, problem="wrong")
        except MustWait as wait:
            response = self._ask(429, problem="wait", wait=phrases.seconds(wait.seconds))
            response.headers["Retry-After"] = str(wait.seconds)
            return response
        except TooBusy:
            return self._ask(503, problem="busy")
        return self._go_in(signed)

    def sign_out(self) -> AnyResponse:
        """End the session here."""
        if self._desk.session is not None:
            self._desk.signin.sign_out(self._desk.session, real_now())
        response = redirect(url_for("inbox.sign_in", note="signed-out-by-you"), 303)
        self._desk.address.drop_cookie(response, SESSION_COOKIE)
        return response

    def session(self) -> Response:
        """For the page's own script: whose session this is and for how many more seconds."""
        session = self._desk.session
        if session is None:
            return jsonify(who=None, seconds=0)
        left = int((session.ends_at - real_now()).total_seconds())
        return jsonify(who=session.member.id, seconds=max(0, left))

    def stay(self) -> Response:
        """Somebody is still at work here; the guard has noted it."""
        return self.session()

    def join(self, token: str) -> AnyResponse:
        """Choose the password, once."""
        now = real_now()
        try:
            staff_id = self._desk.signin.invited(token, now)
            if request.method == "GET":
                return self._desk.page("join.html", staff_id=staff_id, problem="", shortest=SHORTEST)
            self._desk.signin.accept(token, request.form.get("password", ""), now)
        except InvitationOver:
            return self._desk.page("join_over.html", 410)
        except WeakPassword as weak:
            return self._desk.page("join.html", 400, staff_id=staff_id, problem=str(weak), shortest=SHORTEST)
        except TooBusy:
            busy = "Many people sign in just now. Please send it again in a few seconds."
            return self._desk.page("join.html", 503, staff_id=staff_id, problem=busy, shortest=SHORTEST)
        return redirect(url_for("inbox.sign_in", note="password-set"), 303)

    def _attempt(self) -> Attempt:
        return Attempt(
            staff_id=request.form.get("staff_id", ""),
            password=request.form.get("password", ""),
            address=client_address(request, self._desk.options.proxies),
            known=request.cookies.get(self._desk.address.cookie(KNOWN_COOKIE)),
        )

    def _ask(self, status: int, **more: Any) -> Response:
        form = request.form
        values = {
            "problem": "",
            "wait": "",
            "note": "",
            "staff_id": form.get("staff_id", "")[:60],
            "next": own_path(form.get("next")) or "",
            "draft": {
                "field": form.get("draft_field", "")[:10],
                "words": form.get("draft_words", "")[:LONGEST_WORDS],
                "escalation_id": form.get("draft_for", "")[:32],
            },
        }
        return self._desk.page("sign_in.html", status, **{**values, **more})

    def _go_in(self, signed: SignedIn) -> AnyResponse:
        response = self._with_draft(signed) or redirect(own_path(request.form.get("next")) or url_for("inbox.home"), 303)
        address = self._desk.address
        address.set_cookie(response, SESSION_COOKIE, signed.token)
        address.set_cookie(response, KNOWN_COOKIE, signed.known, seconds=_KNOWN_FOR)
        return response

    def _with_draft(self, signed: SignedIn) -> Response | None:
        """Back to the conversation with what they wrote before they were signed out; nothing of it was sent."""
        words, escalation_id = request.form.get("draft_words", ""), request.form.get("draft_for", "")
        session = self._desk.signin.find(signed.token, real_now(), active=False)
        if not words or not _AN_ID.fullmatch(escalation_id) or session is None:
            return None
        self._desk.enter(session)
        kept = {request.form.get("draft_field", ""): words[:LONGEST_WORDS]}
        return self._pages.show(escalation_id, note="draft-kept", kept=kept)

    def _operator(self) -> str:
        config = self._desk.deps.releases.current().config
        member = config.team.get(config.operator)
        return member.name if member else config.operator
