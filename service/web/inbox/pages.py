"""The pages that show: queue, conversation, counts, audit; and the parts of them that refresh by themselves."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, make_response, render_template, request

from service.core.model import Urgency
from service.usecases import conversations, inbox, replies
from service.usecases.conversations import Conversation
from service.usecases.errors import NotAllowed, NotFound
from service.usecases.health import Health
from service.usecases.inbox import Queue
from service.web.inbox import marks, phrases
from service.web.inbox.access import ACCESS, may
from service.web.inbox.desk import Desk

_AN_ID = re.compile(r"[0-9a-f]{32}")
_URGENCIES = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)


class Pages:
    """What may be read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def queue(self) -> Response:
        """Everything that waits, most urgent and longest waiting first."""
        found = inbox.queue(self._desk.deps, self._desk.reader)
        return self._desk.page("queue.html", **self._queue_values(found))

    def queue_part(self) -> Response:
        """The same, without its frame; 304 while nothing changed in this minute."""
        found = inbox.queue(self._desk.deps, self._desk.reader)
        checked = self._desk.health()
        minute = self._desk.deps.clock.now().replace(second=0, microsecond=0)
        tag = inbox.stamp(found.stamp, checked, minute, self._desk.duty_line())
        return self._part(tag, "_queue.html", checked, self._queue_values(found))

    def conversation(self, escalation_id: str) -> Response:
        """One person's conversation."""
        return self.show(escalation_id, note=request.args.get("note", ""))

    def conversation_part(self, escalation_id: str) -> Response:
        """The same, without its frame; 304, and no look in the audit, while nothing changed."""
        checked = self._desk.health()
        asked = request.headers.get("If-None-Match", "").strip('"')
        unless = asked.partition("-")[0] if asked.endswith(f"-{checked.status}") else None
        found = conversations.conversation(self._desk.deps, self._desk.reader, escalation_id, unless=unless)
        if found is None:
            return Response(status=304, headers={"ETag": f'"{asked}"'})
        return self._part(f"{found.stamp}-{checked.status}", "_conversation.html", checked, self._values(found, {}))

    def show(
        self,
        escalation_id: str,
        *,
        status: int = 200,
        note: str = "",
        kept: dict[str, str] | None = None,
        problem: str = "",
    ) -> Response:
        """The whole page. `kept`: what stood in its forms; `problem`: which form needs another look."""
        before = request.args.get("before")
        before = before if before and _AN_ID.fullmatch(before) else None
        if not may(ACCESS["inbox.conversation"], self._desk.reader.member.duties):
            raise NotAllowed(self._desk.reader.id, "read conversations")
        found = conversations.conversation(self._desk.deps, self._desk.reader, escalation_id, before=before)
        if found is None:
            raise NotFound(escalation_id)
        values = self._values(found, kept or {})
        return self._desk.page("conversation.html", status, note=note, problem=problem, before=before, **values)

    def counts(self) -> Response:
        """Numbers, and of people only which colleague asks for less work."""
        deps = self._desk.deps
        raised = inbox.raised_in_the_team(deps)
        return self._desk.page("counts.html", counts=inbox.counts(deps), urgencies=_URGENCIES, raised=raised)

    def audit(self) -> Response:
        """Who looked at what, newest first."""
        before = request.args.get("before")
        before = before if before and _AN_ID.fullmatch(before) else None
        rows = inbox.audit_list(self._desk.deps, self._desk.reader, before)
        return self._desk.page("audit.html", rows=rows, before=before)

    def _part(self, tag: str, template: str, checked: Health, values: dict[str, Any]) -> Response:
        if request.headers.get("If-None-Match") == f'"{tag}"':
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        frame = {"desk": self._desk, "phrases": phrases, "health": checked, "me": self._desk.reader.member}
        response = make_response(render_template(f"inbox/{template}", **frame, **values))
        response.headers["ETag"] = f'"{tag}"'
        return response

    def _queue_values(self, found: Queue) -> dict[str, Any]:
        return {
            "queue": found,
            "urgencies": _URGENCIES,
            "now": self._desk.deps.clock.now(),
            "duty": self._desk.duty_line(),
            "lapsed": self._desk.reader.lapsed,
            "languages": self._languages(),
        }

    def _values(self, found: Conversation, kept: dict[str, str]) -> dict[str, Any]:
        one, reader = found.entry, self._desk.reader
        mine = one.state == "claimed" and one.held_by == reader.id
        team = self._desk.deps.releases.current().config.team
        next_ones = conversations.may_have_it_next(self._desk.deps, reader, one) if mine else ()
        return {
            "talk": found,
            "one": one,
            "mine": mine,
            "kept": kept,
            "tag": f"{found.stamp}-{self._desk.health().status}",
            "now": self._desk.deps.clock.now(),
            "goes_at": replies.goes_at(self._desk.deps, one.id) if mine else None,
            "colleagues": [team[who] for who in next_ones],
            "on_duty": {duty.name for duty in inbox.duty_now(self._desk.deps)},
            "languages": self._languages(),
            "marks": marks,
            "actions_version": inbox.stamp(one.state, one.held_by, one.urgency, one.opted_out_at),
        }

    def _languages(self) -> Any:
        return self._desk.deps.releases.current().languages
