"""What the carrier's own ledger says, against what the service has written down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from service.cli._stage import Stage
from service.store.schema import attempts


@dataclass(frozen=True, slots=True)
class Repeated:
    """One text of the service that the carrier accepted more than once."""

    message_id: str
    to: str
    begun: tuple[datetime, ...]  # when each accepted attempt was begun, by the service's clock


def sent_more_than_once(stage: Stage) -> list[Repeated]:
    """Every message of which the carrier accepted more than one attempt: known by the token of its callback."""
    with stage.deps.database.read() as connection:
        rows = connection.execute(select(attempts.c.token, attempts.c.message_id, attempts.c.started_at)).all()
    known = {row.token: row for row in rows}
    accepted = defaultdict(list)
    for event in stage.carrier.ledger():
        if event["kind"] == "accepted":
            row = known[token_of(event["status_callback"])]
            accepted[row.message_id, event["to"]].append(row.started_at)
    return [Repeated(message, to, tuple(sorted(at))) for (message, to), at in accepted.items() if len(at) > 1]


def accepted_sids(stage: Stage) -> set[str]:
    """The carrier's ids of everything that it took from the service."""
    return {str(event["sid"]) for event in stage.carrier.ledger() if event["kind"] == "accepted"}


def token_of(status_callback: str) -> str:
    """The attempt's opaque token in the path of a callback."""
    return urlsplit(status_callback).path.rpartition("/")[2]
