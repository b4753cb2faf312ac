"""A text comes in, a trained person answers it: the main job, in one process."""

from __future__ import annotations

from sqlalchemy import func, select

from service.store.schema import dues, escalations, promises
from service.usecases.escalations import resolve
from service.usecases.replies import reply
from service.usecases.starting import begin_now
from tests.support.house import AMINA, BEN, House


def _check_in(house: House) -> None:
    from service.store.schema import participants

    with house.database.read() as connection:
        participant_id = connection.execute(select(participants.c.id)).scalar_one()
    assert begin_now(house.deps, participant_id, "weekly-check-in") is None
    house.settle()


def test_an_urgent_answer_pages_the_worker_on_duty_who_claims_it_and_answers(house: House) -> None:
    amina, ben = house.staff("amina", AMINA), house.staff("ben", BEN)
    noor = house.participant()
    _check_in(house)
    noor.hears("How was your week?", "3 Hard")
    noor.texts("٣").hears("Would any of this help?")
    noor.texts("4").hears("Are you all right where you are now?")
    noor.texts("2").hears("A trained worker is being told now")
    amina.hears("Someone needs a trained worker", "4101")
    house.passes(minutes=5)
    ben.hears("4101")
    ben.texts("4101").hears("You have it")
    amina.texts("4101").hears("Ben has it")
    with house.database.read() as connection:
        escalation_id = connection.execute(select(escalations.c.id)).scalar_one()
    reply(house.deps, escalation_id, "ben", "I am ringing you now. Are you alone?")
    house.settle()
    noor.hears("I am ringing you now")
    resolve(house.deps, escalation_id, "ben", "Staying at her sister's; we speak tomorrow at ten.")
    with house.database.read() as connection:
        assert connection.execute(select(escalations.c.state)).scalar_one() == "resolved"
        assert set(connection.execute(select(promises.c.state)).scalars()) == {"kept"}
        waiting = select(func.count()).where(dues.c.state == "waiting", dues.c.kind != "begin")
        assert connection.execute(waiting).scalar_one() == 0


def test_words_that_mean_danger_only_as_an_answer_page_somebody(house: House) -> None:
    amina = house.staff("amina", AMINA)
    noor = house.participant()
    _check_in(house)
    noor.next()
    noor.texts("3").next()
    noor.texts("4").hears("Are you all right where you are now?")
    noor.texts("not really").hears("A trained worker is being told now")
    amina.hears("Someone needs a trained worker")
