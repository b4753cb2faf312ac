"""Brings in what the carrier took while we were down: it keeps a list, and holds a text for us no longer than seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from service.keys import KeysError
from service.store import operator
from service.store.errors import StoreError
from service.store.schema import messages
from service.telephony.port import Listed
from service.usecases.deps import Deps
from service.usecases.receive import Inbound, receive_text

LOOK_BACK = timedelta(hours=24)
_CHUNK = 400


def catch_up(deps: Deps, since: datetime | None = None) -> int:
    """Receive every listed text that was never stored, oldest first; how many there were.

    CarrierUnreachable or StoreError leave the rest to the next look. `since` is real time: the carrier's own.
    """
    real_now = datetime.now(UTC)
    listed = deps.telephony.texts_since(since or real_now - LOOK_BACK)
    missed = _unknown(deps, listed)
    for text in missed:
        try:
            receive_text(deps, _late(deps, text, real_now))
        except (StoreError, KeysError):
            raise
        except Exception as error:  # one that nobody can handle must not stand in the way of all that came after it
            with deps.database.write() as tx:
                operator.alarm(tx, f"could not bring in a text: {type(error).__name__}", deps.clock.now())
    return len(missed)


def _late(deps: Deps, text: Listed, real_now: datetime) -> Inbound:
    """With the moment it was sent: it must not answer, or agree to, a question that was asked only later (H9)."""
    sent_at = None if text.sent_at is None else deps.clock.now() - (real_now - text.sent_at)
    return Inbound(deps.sending.provider, text.provider_id, text.sender, text.body, text.media, sent_at=sent_at)


def _unknown(deps: Deps, texts: Sequence[Listed]) -> list[Listed]:
    known: set[str] = set()
    with deps.database.read() as connection:
        for start in range(0, len(texts), _CHUNK):
            ids = [text.provider_id for text in texts[start : start + _CHUNK]]
            query = select(messages.c.provider_id).where(
                messages.c.provider == deps.sending.provider, messages.c.provider_id.in_(ids)
            )
            known.update(connection.execute(query).scalars())
    return [text for text in texts if text.provider_id not in known]
