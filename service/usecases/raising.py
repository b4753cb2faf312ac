"""Puts something before a person: opens the one escalation that somebody has, or adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update

from service.core.model import Urgency
from service.core.urgency import Because
from service.store.ids import new_id
from service.store.prepared import Prepared
from service.store.schema import dues, escalations, events, promises
from service.usecases import waves
from service.usecases.outbox import due_row
from service.usecases.turn import Turn

_GIVEN = Prepared(
    select(promises.c.id).where(
        promises.c.escalation_id == bindparam("escalation"),
        promises.c.due_at == bindparam("when"),
        promises.c.state == literal_column("'given'"),
    )
)
_UNPROMISED = timedelta(days=1)  # looked at again although no time was promised
# Something that a person is to do: it stands beside why the escalation was opened, and is not lost among its texts.
_TO_DO = frozenset({"call", "person", "offer", "plan", "step", "unclear", "hung_up", "less_safe"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person must look, in ids and plain words of ours: never in words of theirs."""

    kind: str  # as in web/inbox/phrases.py, where each has its sentence
    because: Sequence[Because] = ()
    flow: str | None = None
    step: str | None = None
    choice: str | None = None
    ours: str = ""  # why, in the English words that the flow itself gives

    def as_json(self, message_id: str | None) -> dict[str, Any]:
        """What stands in the store and on the page."""
        return {
            "kind": self.kind,
            "message_id": message_id,
            "because": because_json(self.because),
            "flow": self.flow,
            "step": self.step,
            "choice": self.choice,
            "ours": self.ours,
        }


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of it: whether it is new to somebody, and when they may be told to expect an answer."""

    escalation_id: str
    urgency: Urgency
    opened: bool
    alerted: bool  # a wave was started
    rose: bool = False  # it is more urgent than they were told before


def because_json(because: Sequence[Because]) -> list[dict[str, Any]]:
    """Rule ids, plain reasons and spans of what raised; what only says that words are ordinary marks nothing."""
    raised = (b for b in because if b.urgency is not Urgency.ROUTINE)
    return [{"rule": b.rule, "reason": b.reason, "start": b.start, "end": b.end} for b in raised]


def raise_to_person(turn: Turn, urgency: Urgency, reason: Reason) -> Raised:
    """Open the person's escalation, or add to the open one; urgent things start a wave (I3)."""
    if turn.at.escalation_id is None:
        return _open(turn, urgency, reason)
    return _add(turn, urgency, reason)


def _open(turn: Turn, urgency: Urgency, reason: Reason) -> Raised:
    escalation_id = new_id()
    when = turn.promise(urgency).when
    turn.writes.add(
        escalations,
        {
            "id": escalation_id,
            "person_id": turn.person_id,
            "contact_id": turn.contact.id,
            "participant_id": turn.at.participant_id,
            "urgency": int(urgency),
            "state": "open",
            "reason": reason.as_json(turn.message_id),
            "language": turn.language,
            "opened_at": turn.now,
            "waiting_since": turn.now,
            "promised_for": when,
        },
    )
    _event(turn, escalation_id, "opened", _detail(urgency, reason))
    turn.opened = True
    turn.at.escalation_id, turn.at.escalation_state = escalation_id, "open"
    turn.at.urgency, turn.at.promised_for = int(urgency), when
    if urgency is Urgency.URGENT:
        _alert(turn, None)
    watch(turn, escalation_id, when or turn.now + _UNPROMISED, "open")
    return Raised(escalation_id, urgency, opened=True, alerted=urgency is Urgency.URGENT)


def _add(turn: Turn, urgency: Urgency, reason: Reason) -> Raised:
    if turn.opened:
        turn.writes.flush()  # what this turn opened must stand before it can be changed
    at = turn.at
    escalation_id, before = str(at.escalation_id), Urgency(at.urgency or 0)
    after = max(before, urgency)
    values: dict[str, Any] = {}
    if after > before:
        values |= {"urgency": int(after), "reason": reason.as_json(turn.message_id)}
        values |= {"promised_for": turn.promise(after).when}
    newly_urgent = urgency is Urgency.URGENT and (before < urgency or at.escalation_state == "claimed")
    if newly_urgent:
        values |= {"state": "open", "claimed_by": None, "claimed_at": None, "promised_for": turn.promise(urgency).when}
        values |= {"reason": reason.as_json(turn.message_id), "waiting_since": turn.now, "answered_at": None}
    elif after == before and reason.kind in _TO_DO and (whole := _beside(turn, escalation_id, reason)):
        values |= {"reason": whole}
    if at.answered_at is not None and not newly_urgent:
        values |= {"waiting_since": turn.now}  # they wrote again after the answer: somebody waits once more
    if values:
        turn.tx.execute(update(escalations).where(escalations.c.id == escalation_id).values(values))
    _event(turn, escalation_id, "raised" if after > before else "text", _detail(urgency, reason))
    if newly_urgent:
        _alert(turn, at.claimed_by)
        at.escalation_state = "open"
    if "promised_for" in values:
        at.promised_for = values["promised_for"]
        watch(turn, escalation_id, at.promised_for or turn.now + _UNPROMISED, "raised")
    at.urgency = int(after)
    return Raised(escalation_id, after, opened=False, alerted=newly_urgent, rose=after > before)


def _beside(turn: Turn, escalation_id: str, reason: Reason) -> dict[str, Any] | None:
    """Why the escalation is open, and this too; None if it says so already."""
    query = select(escalations.c.reason).where(escalations.c.id == escalation_id)
    known: dict[str, Any] = turn.tx.execute(query).scalar_one()
    new, also = reason.as_json(turn.message_id), known.get("also", [])
    said = {(one["kind"], one["choice"], one["step"]) for one in (known, *also)}
    return None if (reason.kind, reason.choice, reason.step) in said else {**known, "also": [*also, new]}


def _alert(turn: Turn, first: str | None) -> None:
    alert = waves.Alert(str(turn.at.escalation_id), turn.language, first, without=themselves(turn))
    waves.start(turn.deps, turn.writes, turn.release, alert, turn.now)
    turn.lanes.add("urgent")


def themselves(turn: Turn) -> frozenset[str]:
    """A member of staff may need help too: nobody is paged about what they wrote themselves."""
    return frozenset({turn.at.staff_id} if turn.at.staff_id else ())


def _detail(urgency: Urgency, reason: Reason) -> dict[str, Any]:
    detail = {"urgency": urgency.label, "kind": reason.kind}
    return detail if reason.choice is None else {**detail, "choice": reason.choice}


def _event(turn: Turn, escalation_id: str, kind: str, detail: dict[str, Any]) -> None:
    row = waves.event_row(escalation_id, kind, turn.now, message_id=turn.message_id, detail=detail)
    turn.writes.add(events, row)


def watch(turn: Turn, escalation_id: str, at: datetime, what: str) -> None:
    """Look at the escalation again then: no open one is ever without a due row (I5)."""
    turn.writes.add(dues, watch_row(escalation_id, at, what, turn.now))


def watch_row(escalation_id: str, at: datetime, what: str, now: datetime) -> dict[str, object]:
    """The due row of a look at an open escalation."""
    return due_row(
        lane="reply",
        kind="watch",
        unique_key=f"watch:{escalation_id}:{what}:{new_id()}",
        run_at=at,
        made_at=now,
        escalation_id=escalation_id,
        detail={"what": what},
    )


def give_promise(turn: Turn, escalation_id: str, when: datetime, message_id: str) -> None:
    """Keep what we told them, so that it is kept or, looked at in that minute, seen to be broken.

    The same time said once more is the same promise.
    """
    if when in turn.given:
        return
    if not turn.opened and _GIVEN.first(turn.tx, {"escalation": escalation_id, "when": when}) is not None:
        return
    turn.given.add(when)
    watch(turn, escalation_id, when, "promise")
    turn.writes.add(
        promises,
        {
            "id": new_id(),
            "escalation_id": escalation_id,
            "message_id": message_id,
            "made_at": turn.now,
            "due_at": when,
            "state": "given",
        },
    )
