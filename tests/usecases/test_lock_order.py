"""Everybody takes locks in one order: people who do things to one escalation at the same moment never block each other."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from sqlalchemy import select, update

from service.store import people
from service.store.schema import dues
from service.store.schema import waves as waves_table
from service.usecases import waves
from service.usecases.due_work import drain
from service.usecases.errors import UseCaseError
from service.usecases.escalations import cannot_take, claim
from tests.support.house import AMINA, BEN, PARTICIPANT, STRANGER
from tests.usecases.homes import Village, at_once


def test_codes_texts_climbs_callbacks_and_claims_at_the_same_moment_never_lock_each_other_out(house: Village) -> None:
    """On PostgreSQL a deadlock would end one of them with StoreRefused, which `at_once` raises here."""
    house.staff("amina", AMINA), house.staff("ben", BEN)
    house.participant()
    house.phones.clear()
    for turn in range(8):
        house.text(PARTICIPANT, "I am not safe")
        house.text(STRANGER, "I want to die")
        page = next(one for one in reversed(house.carrier.sent) if "Reply" in one.body)
        code = page.body.split("Reply ")[1][:4]
        mine = house.escalation().id
        house.clock.move(house.deps.releases.current().config.ladder.rungs[0].wait)

        def tries(what: Callable[[], object]) -> None:
            with contextlib.suppress(UseCaseError):
                what()

        at_once(
            lambda: house.receive(AMINA, code),  # noqa: B023
            lambda: house.receive(PARTICIPANT, "he is hurting me"),
            lambda: drain(house.deps, "urgent"),
            lambda: drain(house.deps, "reply"),
            lambda: house.callback(page, "undelivered", 30003),  # noqa: B023
            lambda: tries(lambda: claim(house.deps, mine, "ben")),  # noqa: B023
            lambda: tries(lambda: cannot_take(house.deps, mine, "ben")),  # noqa: B023
        )
        house.really_passes(20)
        waiting = set(house.values(select(dues.c.escalation_id).where(dues.c.state == "waiting")))
        assert {one.id for one in house.open_escalations()} <= waiting, turn


def test_a_climb_waits_for_the_person_before_it_holds_its_own_row(house: Village) -> None:
    """Somebody who ends the wave holds person and wave, and then wants the climb's row: it must not be held meanwhile."""
    house.staff("amina", AMINA)
    house.text(PARTICIPANT, "I am not safe")
    row = house.escalation()
    house.clock.move(house.deps.releases.current().config.ladder.rungs[0].wait)
    with house.database.write() as tx:
        people.lock(tx, row.contact_id)
        tx.execute(update(waves_table).where(waves_table.c.escalation_id == row.id).values(rung=1))
        climbing = threading.Thread(target=drain, args=(house.deps, "urgent"))
        climbing.start()
        time.sleep(0.4)
        waves.end(tx, row.id, "acknowledged", house.clock.now(), by="amina")
    climbing.join()
    kinds = select(dues.c.kind, dues.c.state).where(dues.c.kind == "climb")
    assert set(house.rows(kinds)) == {("climb", "cancelled")}
    house.phones.clear()
