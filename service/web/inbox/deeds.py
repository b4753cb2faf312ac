"""What a worker does on a conversation's page. Each form answers with 303, so that a page never sends itself twice."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from service.usecases import escalations, inbox, replies
from service.usecases.errors import AlreadyResolved, NewWords, NotAllowed, NotHolder
from service.web.inbox.desk import Desk
from service.web.inbox.guard import LONGEST_WORDS
from service.web.inbox.pages import Pages


class Deeds:
    """Claim, pass on, reply, hand over, close."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = Pages(desk)

    def claim(self, escalation_id: str) -> Response:
        """I have it."""

        def take() -> str:
            taken = escalations.claim(self._desk.deps, escalation_id, self._me)
            return "claimed" if taken.mine else "closed-meanwhile" if taken.resolved else "taken-meanwhile"

        return self._done(escalation_id, "claim", take)

    def cannot_take(self, escalation_id: str) -> Response:
        """I can't take this one: the next is asked, and nobody asks why."""

        def pass_on() -> str:
            escalations.cannot_take(self._desk.deps, escalation_id, self._me)
            return "passed-on"

        return self._done(escalation_id, "pass on", pass_on)

    def reply(self, escalation_id: str) -> Response:
        """Send words to the person."""
        words = request.form.get("words", "").replace("\r\n", "\n").strip()
        if not words or len(words) > LONGEST_WORDS:
            return self._again(escalation_id, "words-missing" if not words else "words-too-long", {"words": words})

        def send() -> str:
            form = request.form.get("once", "")[:40] or None
            anyway = request.form.get("now") == "yes"
            sent = replies.reply(self._desk.deps, escalation_id, self._me, words, now_anyway=anyway, once=form)
            return "replied-later" if sent.goes_at else "replied"

        return self._done(escalation_id, "reply", send, {"words": words})

    def hand_over(self, escalation_id: str) -> Response:
        """Give it to a colleague."""
        to = request.form.get("to", "")
        if to not in self._desk.deps.releases.current().config.team:
            return self._again(escalation_id, "colleague-missing", {})

        def give() -> str:
            escalations.hand_over(self._desk.deps, escalation_id, self._me, to)
            return "handed-over"

        return self._done(escalation_id, "hand over", give)

    def resolve(self, escalation_id: str) -> Response:
        """Close it, with what was agreed."""
        agreed = request.form.get("agreed", "").replace("\r\n", "\n").strip()
        if not agreed or len(agreed) > LONGEST_WORDS:
            return self._again(escalation_id, "agreed-missing" if not agreed else "agreed-too-long", {"agreed": agreed})

        def close() -> str:
            escalations.resolve(self._desk.deps, escalation_id, self._me, agreed, seen=request.form.get("seen"))
            return "resolved"

        return self._done(escalation_id, "resolve", close, {"agreed": agreed})

    def nothing_needed(self, escalation_id: str) -> Response:
        """Read, nothing needed."""

        def close() -> str:
            escalations.read_nothing_needed(self._desk.deps, escalation_id, self._me, seen=request.form.get("seen"))
            return "resolved"

        return self._done(escalation_id, "close", close)

    @property
    def _me(self) -> str:
        return self._desk.reader.id

    def _done(self, escalation_id: str, what: str, deed: Callable[[], str], kept: dict[str, str] | None = None) -> Response:
        """Do it and go back to the page; what can't be done is said there, with what was written still in its form."""
        try:
            note = deed()
        except NotAllowed:
            inbox.refused(self._desk.deps, self._desk.reader, what, escalation_id)
            raise
        except replies.OptedOutNow:
            return self._again(escalation_id, "opted-out", kept or {})
        except NotHolder:
            return self._again(escalation_id, "not-yours", kept or {})
        except AlreadyResolved:
            return self._again(escalation_id, "closed-meanwhile", kept or {})
        except NewWords:
            return self._again(escalation_id, "new-words", kept or {})
        return redirect(url_for("inbox.conversation", escalation_id=escalation_id, note=note), 303)

    def _again(self, escalation_id: str, problem: str, kept: dict[str, str]) -> Response:
        status = 400 if problem.endswith(("-missing", "-too-long")) else 409
        return self._pages.show(escalation_id, status=status, kept=kept, problem=problem)
