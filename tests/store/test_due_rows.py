"""Claims: one UPDATE, one winner; leases, fences, and the order of one person's sends."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from service.store import due_rows
from tests.store.conftest import NOW, Store

LEASE = (due_rows.LEASE + due_rows.GRACE) / 1_000_000


def claim(store: Store, lane: str = "reply", now: Any = NOW) -> Any:
    with store.database.write() as tx:
        return due_rows.claim(tx, store.database, lane, now)


def test_an_empty_lane_gives_nothing(store: Store) -> None:
    store.add(lane="bulk")
    assert claim(store) is None


def test_a_row_is_not_claimed_before_its_time(store: Store) -> None:
    store.add(run_at=NOW + timedelta(seconds=1))
    assert claim(store) is None
    assert claim(store, now=NOW + timedelta(seconds=1)) is not None


def test_whoever_claims_first_holds_it_until_the_lease_is_over(store: Store) -> None:
    due_id = store.add()
    first = claim(store)
    assert (first.id, first.fence, first.tries) == (due_id, 1, 1)
    assert claim(store) is None
    store.really_passes(LEASE - 0.5)
    assert claim(store) is None
    store.really_passes(0.6)
    again = claim(store)
    assert (again.id, again.fence, again.tries) == (due_id, 2, 2)


def test_the_movable_clock_never_ends_a_lease(store: Store) -> None:
    store.add()
    claim(store)
    assert claim(store, now=NOW + timedelta(days=30)) is None


def test_a_lease_of_a_colleague_whose_look_at_the_clock_was_later_is_a_lease(store: Store) -> None:
    store.add()
    claim(store)
    store.really_passes(-1)
    assert claim(store) is None


def test_a_lease_that_a_wrong_clock_gave_ends_when_the_clock_is_put_back(store: Store) -> None:
    store.add()
    store.really_passes(3600)
    claim(store)
    store.really_passes(-3600)
    assert claim(store) is not None


def test_a_fence_keeps_out_whoever_held_it_before(store: Store) -> None:
    due_id = store.add()
    first = claim(store)
    store.really_passes(LEASE + 1)
    second = claim(store)
    with store.database.write() as tx:
        assert not due_rows.hold(tx, due_id, first.fence)
        assert not due_rows.finish(tx, due_id, first.fence, "done", "late", NOW)
        assert not due_rows.put_off(tx, due_id, first.fence, NOW, "late")
        assert due_rows.hold(tx, due_id, second.fence)
        assert due_rows.finish(tx, due_id, second.fence, "done", "done", NOW)
        assert not due_rows.finish_whoever_holds_it(tx, due_id, "done", "again", NOW)
    assert (store.row(due_id).state, store.row(due_id).outcome) == ("done", "done")


def test_a_row_that_was_cancelled_is_held_by_nobody(store: Store) -> None:
    due_id = store.add(escalation_id="e" * 32)
    row = claim(store)
    with store.database.write() as tx:
        assert due_rows.cancel(tx, NOW, "resolved", escalation_id="e" * 32) == 1
        assert not due_rows.hold(tx, due_id, row.fence)


def test_i10_only_the_oldest_unsent_row_of_a_person_can_be_claimed(store: Store) -> None:
    first, second = store.add(queue_key="noor"), store.add(queue_key="noor")
    other = store.add(queue_key="zara")
    assert claim(store).id == first
    assert claim(store).id == other
    assert claim(store) is None
    with store.database.write() as tx:
        due_rows.finish(tx, first, 1, "done", "done", NOW)
    assert claim(store).id == second


def test_i10_the_order_holds_across_lanes(store: Store) -> None:
    first, second = store.add(queue_key="noor", lane="bulk"), store.add(queue_key="noor", lane="reply")
    assert claim(store, "reply") is None
    assert claim(store, "bulk").id == first
    assert claim(store, "reply") is None
    with store.database.write() as tx:
        due_rows.finish(tx, first, 1, "done", "done", NOW)
    assert claim(store, "reply").id == second


def test_i10_a_row_put_off_for_another_try_keeps_its_place(store: Store) -> None:
    first, _ = store.add(queue_key="noor"), store.add(queue_key="noor")
    with store.database.write() as tx:
        row = due_rows.claim(tx, store.database, "reply", NOW)
        due_rows.put_off(tx, first, row.fence, NOW + timedelta(seconds=8), "retry")
    assert claim(store) is None
    assert claim(store, now=NOW + timedelta(seconds=8)).id == first


def test_a_row_deferred_untried_holds_back_nothing(store: Store) -> None:
    first, second = store.add(queue_key="noor"), store.add(queue_key="noor")
    with store.database.write() as tx:
        row = due_rows.claim(tx, store.database, "reply", NOW)
        due_rows.put_off(tx, first, row.fence, NOW + timedelta(hours=8), "safe hours", untried=True)
    assert claim(store).id == second


def test_pages_overtake_each_other(store: Store) -> None:
    first, second = store.add(lane="urgent"), store.add(lane="urgent")
    assert [claim(store, "urgent").id, claim(store, "urgent").id] == [first, second]


def test_what_fell_due_first_is_claimed_first(store: Store) -> None:
    later = store.add(run_at=NOW - timedelta(seconds=1))
    earlier = store.add(run_at=NOW - timedelta(seconds=5))
    assert [claim(store).id, claim(store).id] == [earlier, later]


@pytest.mark.parametrize("threads", [6])
def test_many_who_claim_at_once_each_get_rows_of_their_own(store: Store, threads: int) -> None:
    made = [store.add(queue_key=f"person {n % 8}") for n in range(24)]
    taken: list[int] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                with store.database.write() as tx:
                    row = due_rows.claim(tx, store.database, "reply", NOW)
                if row is None:
                    return
                taken.append(row.id)
                with store.database.write() as tx:
                    assert due_rows.finish(tx, row.id, row.fence, "done", "done", NOW)
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while (row := claim(store)) is not None:  # whoever came last may have found every person busy
        taken.append(row.id)
        with store.database.write() as tx:
            due_rows.finish(tx, row.id, row.fence, "done", "done", NOW)
    assert errors == []
    assert sorted(taken) == made
    for person in range(8):
        mine = [due_id for due_id in taken if due_id in made[person::8]]
        assert mine == sorted(mine)


def test_i7_the_same_cause_is_never_queued_twice(store: Store) -> None:
    store.add(unique_key="in:1:1:contact:sms")
    with pytest.raises(IntegrityError):
        store.add(unique_key="in:1:1:contact:sms")


def test_hastening_brings_a_climb_forward_and_never_back(store: Store) -> None:
    wave = "w" * 32
    late = store.add(kind="climb", lane="urgent", wave_id=wave, run_at=NOW + timedelta(minutes=5))
    overdue = store.add(kind="climb", lane="urgent", wave_id=wave, run_at=NOW - timedelta(minutes=1))
    other = store.add(kind="climb", lane="urgent", wave_id="x" * 32, run_at=NOW + timedelta(minutes=5))
    with store.database.write() as tx:
        due_rows.hasten(tx, wave, NOW)
    assert store.row(late).run_at == NOW
    assert store.row(overdue).run_at == NOW - timedelta(minutes=1)
    assert store.row(other).run_at == NOW + timedelta(minutes=5)


def test_what_waits_and_how_late_it_is_can_be_asked_without_claiming(store: Store) -> None:
    store.add(run_at=NOW - timedelta(seconds=9))
    with store.database.read() as connection:
        assert due_rows.waiting(connection, store.database, "reply", NOW) == NOW - timedelta(seconds=9)
        assert due_rows.waiting(connection, store.database, "urgent", NOW) is None
        assert due_rows.oldest_overdue(connection, NOW) == {"reply": 9.0}
    claim(store)
    with store.database.read() as connection:
        assert due_rows.waiting(connection, store.database, "reply", NOW) is None


def test_an_outcome_that_is_unknown_leaves_the_lease_and_marks_no_finished_row(store: Store) -> None:
    due_id = store.add()
    row = claim(store)
    with store.database.write() as tx:
        due_rows.wait_for_callback(tx, due_id, row.fence)
    assert store.row(due_id).lease_until > 0
    with store.database.write() as tx:
        due_rows.finish_whoever_holds_it(tx, due_id, "done", "accepted", NOW)
        due_rows.wait_for_callback(tx, due_id, row.fence)
    assert store.row(due_id).outcome == "accepted"
