"""A status callback: what the carrier says became of a text. It may come early, late, twice or in any order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from service.store import deliveries, due_rows, people
from service.store.ids import new_id
from service.store.queries import insert_once
from service.store.schema import attempts, callbacks, messages
from service.usecases.deps import Deps
from service.usecases.failing import not_delivered
from service.usecases.sending import accepted, count_silence_from


def hear_status(deps: Deps, token: str, provider_id: str, status: str, code: int | None) -> None:
    """Store the callback and move the message's state; one that nothing of ours matches is kept and joined later."""
    now = deps.clock.now()
    with deps.database.write() as tx:
        row = {"id": new_id(), "provider_id": provider_id, "status": status, "token": token, "code": code, "at": now}
        new = insert_once(tx, callbacks, row)
        if new:
            _apply(deps, tx, token, provider_id, status, code, now)
    if new and deliveries.RANKS.get(status) == deliveries.FAILED_RANK:
        deps.bell.ring("urgent")


def _apply(deps: Deps, tx: Connection, token: str, provider_id: str, status: str, code: int | None, now: datetime) -> None:
    query = select(attempts.c.id, attempts.c.due_id, attempts.c.message_id, messages.c.contact_id).join(
        messages, messages.c.id == attempts.c.message_id
    )
    attempt = tx.execute(query.where(attempts.c.token == token)).first()
    if attempt is None:
        return
    people.lock(tx, attempt.contact_id)  # before its due rows: contact → escalation → due
    # The callback names an attempt whose answer may have been lost: it adopts it, and nothing is sent again.
    deliveries.finish_attempt(tx, attempt.id, now, "accepted", None, provider_id)
    due_rows.finish_whoever_holds_it(tx, attempt.due_id, "done", "accepted", now)
    failed = deliveries.RANKS.get(status) == deliveries.FAILED_RANK
    if not failed:
        accepted(tx, attempt.message_id, provider_id, "queued", now)
    if not deliveries.rise(tx, attempt.message_id, status, code):
        return
    if failed:
        not_delivered(deps, tx, attempt.message_id, code, now)
    elif status == "delivered":
        count_silence_from(tx, attempt.message_id, now)
