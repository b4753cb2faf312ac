"""Rows of a turn are written together, what is there already is known, and a number's people are found."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.store import people
from service.store.ids import new_id
from service.store.queries import insert_all_once
from service.store.schema import (
    checkins,
    contacts,
    dues,
    escalations,
    events,
    messages,
    participant_contacts,
    participants,
    releases,
    staff,
)
from service.store.writes import Writes
from service.usecases.outbox import due_row
from tests.store.conftest import NOW, Store

NEPAL = datetime(2026, 11, 24, 13, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=45)))


def contact(name: str, index: str | None = None) -> dict[str, Any]:
    return {"id": name, "phone_index": index or f"index of {name}", "language_chosen": False, "created_at": NOW}


def message(of: str, provider_id: str, **how: Any) -> dict[str, Any]:
    row = {"id": new_id(), "contact_id": of, "direction": "in", "kind": "text", "provider": "twilio", "body": b"\x00"}
    return {**row, "provider_id": provider_id, "because": {"a": 1}, "state": "received", "state_rank": 0, "at": NOW, **how}


def escalation(name: str, of: str) -> dict[str, Any]:
    row = {"id": name, "person_id": of, "contact_id": of, "urgency": 2, "state": "open", "reason": {"kind": "words"}}
    return {**row, "opened_at": NOW, "waiting_since": NOW}


def event(name: str, of: str) -> dict[str, Any]:
    return {"id": name, "escalation_id": of, "at": NOW, "kind": "opened", "detail": {"é": [1]}}


@pytest.fixture
def known(store: Store) -> Store:
    """Three contacts."""
    with store.database.write() as tx:
        for name in ("ann", "ben", "cat"):
            tx.execute(contacts.insert(), [contact(name)])
    return store


def test_a_flush_writes_several_tables_and_changes_together(known: Store) -> None:
    with known.database.write() as tx:
        tx.execute(escalations.insert(), [escalation("old", "ann")])
    with known.database.write() as tx:
        writes = Writes(tx)
        # Children before parents: the flush knows the order.
        writes.add(events, event("e1", "new"))
        writes.add(events, event("e2", "old"))
        writes.add(dues, due_row(lane="urgent", kind="climb", unique_key="k", run_at=NOW, made_at=NOW, detail={"n": 1}))
        writes.add(escalations, escalation("new", "ben"))
        writes.add(messages, message("ben", "SM1", because=None, urgency=2))
        writes.change(escalations, "old", {"state": "claimed", "claimed_by": "amina", "claimed_at": NEPAL})
        writes.change(contacts, "cat", {"last_in_at": NEPAL, "language_chosen": True})
        writes.flush()
        writes.flush()  # nothing is left
    with known.database.read() as connection:
        old, new = connection.execute(escalations.select().order_by(escalations.c.id.desc())).all()
        assert (old.state, old.claimed_by, old.claimed_at, old.urgency) == ("claimed", "amina", NEPAL, 2)
        assert (new.id, new.reason, new.opened_at) == ("new", {"kind": "words"}, NOW)
        kept = connection.execute(events.select().order_by(events.c.id)).all()
        assert [(row.id, row.escalation_id) for row in kept] == [("e1", "new"), ("e2", "old")]
        assert all(row.detail == {"é": [1]} for row in kept)
        [text_row] = connection.execute(messages.select()).all()
        assert (text_row.body, text_row.because, text_row.urgency) == (b"\x00", None, 2)
        [due] = connection.execute(dues.select()).all()
        assert (due.detail, due.run_at, due.state, due.fence) == ({"n": 1}, NOW, "waiting", 0)
        cat = connection.execute(contacts.select().where(contacts.c.id == "cat")).one()
        assert (cat.last_in_at, cat.language_chosen, cat.phone_index) == (NEPAL, True, "index of cat")


def test_a_flush_of_changes_alone_or_of_nothing(known: Store) -> None:
    with known.database.write() as tx:
        writes = Writes(tx)
        writes.flush()
        writes.change(contacts, "ann", {"language": "pl"})
        writes.change(contacts, "ben", {"language": None, "opted_out_at": NOW})
        writes.flush()
        found = {row.id: (row.language, row.opted_out_at) for row in tx.execute(contacts.select())}
    assert found == {"ann": ("pl", None), "ben": (None, NOW), "cat": (None, None)}


def test_columns_in_another_order_still_come_to_their_place(known: Store) -> None:
    with known.database.write() as tx:
        tx.execute(escalations.insert(), [escalation("old", "ann")])
        writes = Writes(tx)
        writes.add(events, {**event("e1", "old"), "staff_id": "amina", "message_id": "m1"})
        writes.add(events, dict(reversed({**event("e2", "old"), "staff_id": "ben", "message_id": "m2"}.items())))
        writes.flush()
        kept = tx.execute(events.select().order_by(events.c.id)).all()
    assert [(row.id, row.staff_id, row.message_id) for row in kept] == [("e1", "amina", "m1"), ("e2", "ben", "m2")]


@pytest.mark.parametrize("longer", [0, 1])
def test_rows_of_one_table_that_name_other_columns_are_refused_whole(known: Store, longer: int) -> None:
    with known.database.write() as tx:
        tx.execute(escalations.insert(), [escalation("old", "ann")])
    rows = [event("e1", "old"), event("e2", "old")]
    rows[longer]["staff_id"] = "amina"
    with pytest.raises(KeyError), known.database.write() as tx:
        writes = Writes(tx)
        writes.add(events, rows[0])
        writes.add(events, rows[1])
        writes.flush()
    with known.database.read() as connection:
        assert connection.execute(events.select()).all() == []


def test_a_table_without_a_place_is_a_key_error_at_once(known: Store) -> None:
    with known.database.write() as tx, pytest.raises(KeyError, match="staff"):
        Writes(tx).add(staff, {"id": "amina"})


def test_a_flush_that_the_database_refuses_keeps_nothing_of_it(known: Store) -> None:
    with pytest.raises(IntegrityError), known.database.write() as tx:
        writes = Writes(tx)
        writes.add(messages, message("ann", "SM1"))
        writes.add(events, event("e1", "no such escalation"))
        writes.flush()
    with known.database.read() as connection:
        assert connection.execute(messages.select()).all() == []


def test_only_the_new_ids_come_back(known: Store) -> None:
    first, second = message("ann", "SM1"), message("ben", "SM2")
    again, third = message("ann", "SM1"), message("cat", "SM3")
    with known.database.write() as tx:
        assert insert_all_once(tx, messages, [first, second]) == {first["id"], second["id"]}
        assert insert_all_once(tx, messages, [again, third]) == {third["id"]}
        assert insert_all_once(tx, messages, [again]) == set()
    with known.database.read() as connection:
        kept = connection.execute(messages.select().order_by(messages.c.provider_id)).all()
    assert [row.id for row in kept] == [first["id"], second["id"], third["id"]]
    assert (kept[0].body, kept[0].because, kept[0].at) == (b"\x00", {"a": 1}, NOW)


def test_of_two_alike_in_one_call_the_first_is_kept(known: Store) -> None:
    first, again, other = message("ann", "SM1"), message("ann", "SM1"), message("ann", "SM2")
    with known.database.write() as tx:
        new = insert_all_once(tx, messages, [first, dict(reversed(again.items())), other])
        assert new == {first["id"], other["id"]}
        assert set(tx.execute(select(messages.c.id)).scalars()) == new


def test_locking_by_index_finds_the_known_and_notes_that_they_wrote(known: Store) -> None:
    with known.database.write() as tx:
        found = people.lock_by_indexes(tx, ["index of cat", "index of nobody", "index of ann"], NEPAL)
        assert {index: row.id for index, row in found.items()} == {"index of cat": "cat", "index of ann": "ann"}
        assert all(row.last_in_at == NEPAL and row.language_chosen is False for row in found.values())
        assert people.lock_by_indexes(tx, ["index of nobody"], NEPAL) == {}
    with known.database.read() as connection:
        wrote = {row.id: row.last_in_at for row in connection.execute(contacts.select())}
    assert wrote == {"ann": NEPAL, "ben": None, "cat": NEPAL}


def test_at_contacts_gives_each_its_own_rows(known: Store) -> None:
    with known.database.write() as tx:
        tx.execute(staff.insert(), [{"id": "amina", "contact_id": "ben", "made_at": NOW}])
        tx.execute(releases.insert(), [{"id": "r", "number": 1, "digest": "d", "snapshot": b"s", "reviewed": False,
                                        "made_at": NOW, "made_by": "a test"}])  # fmt: skip
        for place, name in enumerate(("p1", "p2")):
            row = {"id": name, "state": "joined", "zone": "Europe/London", "safe_from": 480, "safe_to": 1200}
            tx.execute(participants.insert(), [{**row, "invited_at": NOW, "name": name.encode()}])
            tx.execute(participant_contacts.insert(), [{"participant_id": name, "contact_id": "ann", "position": 1 - place}])
        for name, status in (("c1", "done"), ("c2", "open")):
            row = {"id": name, "participant_id": "p2", "contact_id": "ann", "release_id": "r", "flow": "f", "language": "en"}
            tx.execute(checkins.insert(), [{**row, "state": b"x", "status": status, "opened_at": NOW, "changed_at": NOW}])
        tx.execute(escalations.insert(), [{**escalation("e0", "ann"), "person_id": "p1", "state": "resolved"}])
        tx.execute(escalations.insert(), [{**escalation("e1", "ann"), "person_id": "p1"}])
        tx.execute(escalations.insert(), [escalation("e2", "cat")])
    with known.database.read() as connection:
        found = people.at_contacts(connection, ["ann", "ben", "cat"])
        assert people.at_contacts(connection, ["nobody"]) == {"nobody": []}
        assert people.at_contacts(connection, []) == {}
        assert people.at_contact(connection, "ann") == found["ann"]
    assert [(row.participant_id, row.name, row.checkin_id, row.escalation_id) for row in found["ann"]] == [
        ("p2", b"p2", "c2", None), ("p1", b"p1", None, "e1"),
    ]  # fmt: skip
    assert [(row.staff_id, row.participant_id, row.escalation_id) for row in found["ben"]] == [("amina", None, None)]
    assert [(row.staff_id, row.participant_id, row.escalation_id) for row in found["cat"]] == [(None, None, "e2")]


def test_a_contact_is_found_by_its_index_or_not_at_all(known: Store) -> None:
    with known.database.write() as tx:
        assert people.by_index(tx, "index of ann") == "ann"
        assert people.by_index(tx, "index of nobody") is None
        assert people.lock(tx, "ann").phone_index == "index of ann"
        assert people.escalation_of(tx, "ann") is None
        assert people.staff_contact(tx, "amina") is None
