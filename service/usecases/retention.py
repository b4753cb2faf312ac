"""What is kept no longer than a flow said: its answers go after their time, or at once where somebody said no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, literal, select, update

from service.core.model import Urgency
from service.store.schema import answers, checkins, consents, escalations, messages
from service.usecases.deps import Deps
from service.usecases.releases import Release

BATCH = 200
_UNKNOWN_FLOW = timedelta(days=90)
_PURPOSE = "answers"


def let_go_of_answers(deps: Deps) -> Iterator[int]:
    """Batches of check-ins whose answers were deleted, until none is left; each number is how many.

    Kept on: whatever is open with the person, and a check-in that led to something urgent (a record of safeguarding).
    """
    release, now, after = deps.releases.current(), deps.clock.now(), ""
    while True:
        with deps.database.write() as tx:
            rows = _finished(tx, after)
            gone = [row.id for row in rows if _is_over(row, release, now)]
            if gone:
                _delete(tx, gone)
        if not rows:
            return
        after = rows[-1].id
        yield len(gone)


def _finished(tx: Connection, after: str) -> Sequence[Any]:
    """Check-ins that ended and still hold answers, with what their person last said to keeping them."""
    newest = (
        select(consents.c.granted)
        .where(consents.c.participant_id == checkins.c.participant_id, consents.c.purpose == _PURPOSE)
        .order_by(consents.c.at.desc(), consents.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    somebody_waits = exists().where(escalations.c.person_id == checkins.c.participant_id, escalations.c.state != "resolved")
    was_urgent = exists().where(
        messages.c.checkin_id == checkins.c.id, messages.c.urgency == int(Urgency.URGENT), messages.c.direction == "in"
    )
    found = (
        select(checkins.c.id, checkins.c.flow, checkins.c.changed_at, newest.label("granted"))
        .where(checkins.c.id > after, checkins.c.status.in_(("done", "closed")), func.length(checkins.c.state) > 0)
        .where(~somebody_waits, ~was_urgent)
        .order_by(checkins.c.id)
        .limit(BATCH)
    )
    return tx.execute(found).all()


def _is_over(row: Any, release: Release, now: datetime) -> bool:
    """Whether the answers of a check-in are to go. Nobody who was never asked has said no."""
    flow = release.flows.get(row.flow)
    kept_for = _UNKNOWN_FLOW if flow is None else flow.keep_answers
    return row.granted is False or now - row.changed_at > kept_for


def _delete(tx: Connection, gone: Sequence[str]) -> None:
    """The answers, the check-in's state, and the person's own words in it; that there was a check-in stays."""
    tx.execute(delete(answers).where(answers.c.checkin_id.in_(gone)))
    tx.execute(update(checkins).where(checkins.c.id.in_(gone)).values(state=literal(b"")))
    theirs = and_(messages.c.checkin_id.in_(gone), messages.c.direction == "in")
    tx.execute(update(messages).where(theirs).values(body=None, because=None))
