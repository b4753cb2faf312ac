"""What people have chosen for themselves: kept sealed, and read only when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from service.core.preferences import PREFERENCES
from service.keys import KeysError
from service.store import people
from service.store.prepared import Prepared
from service.store.queries import upsert
from service.store.schema import preferences
from service.usecases.deps import Deps

_SECRET = frozenset(name for name, one in PREFERENCES.items() if one.secret)
_ROWS = select(preferences, people.first_contact_of(preferences.c.participant_id).label("contact_id"))
_OF_ONE = Prepared(_ROWS.where(preferences.c.participant_id == bindparam("participant")))


def chosen_by(deps: Deps, tx: Connection, participant_id: str) -> dict[str, str]:
    """A participant's preferences by name; of a code only that there is one."""
    rows = _OF_ONE.all(tx, {"participant": participant_id})
    return {row.name: "kept" if row.name in _SECRET else _opened(deps, row) for row in rows}


def keep(deps: Deps, tx: Connection, participant_id: str, name: str, value: str, now: datetime) -> None:
    """Keep one, in place of what they chose before."""
    if name in _SECRET:
        value = deps.keys.hashed(f"preference {name} of {participant_id}", value)
    contact_id = people.first_contact(tx, participant_id)
    sealed = deps.keys.seal(contact_id, "preferences", name, participant_id, value)
    upsert(tx, preferences, {"participant_id": participant_id, "name": name}, {"value": sealed, "at": now})


def slower_ones(deps: Deps, tx: Connection, participant_ids: Sequence[str]) -> set[str]:
    """Who of these has chosen to be asked less often; nobody whose key is gone."""
    query = _ROWS.where(preferences.c.participant_id.in_(participant_ids), preferences.c.name == "pace")
    return {row.participant_id for row in tx.execute(query).all() if _or_nothing(deps, row) == "slower"}


def _or_nothing(deps: Deps, row: Any) -> str:
    try:
        return _opened(deps, row)
    except KeysError:
        return ""


def _opened(deps: Deps, row: Any) -> str:
    return deps.keys.open(row.contact_id, "preferences", row.name, row.participant_id, row.value)
