"""I17: what people are told about who reads, and when, is what the rota gives; by day, by night, and with nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.store.schema import promises
from tests.support.house import AMINA, PARTICIPANT, STRANGER, TUESDAY
from tests.usecases.homes import ALWAYS, DAYS, NOBODY, Village, home

Build = Callable[..., Village]
EVENING, NIGHT = TUESDAY.replace(hour=16, minute=50), TUESDAY.replace(hour=23)

TOLD = [
    (ALWAYS, TUESDAY, "I am not safe", "being told now and should answer you by 11:15 today", 1),
    (ALWAYS, NIGHT, "I am not safe", "being told now and should answer you by 23:15 today", 1),
    (DAYS, TUESDAY, "I am not safe", "being told now and should answer you by 11:15 today", 1),
    (DAYS, EVENING, "I am not safe", "being told now and should answer you by 09:15 tomorrow", 1),
    (DAYS, NIGHT, "I am not safe", "No trained worker is here right now. The next one is here at 09:00 tomorrow", 0),
    (NOBODY, TUESDAY, "I am not safe", "We cannot say when a trained worker will see this", 0),
    (ALWAYS, TUESDAY, "the boiler broke", "A person will read them by 11:00 tomorrow", 1),
    (DAYS, TUESDAY, "the boiler broke", "A person will read them by 11:00 on Friday", 1),
    (NOBODY, TUESDAY, "the boiler broke", "A person will read them. We cannot say when", 0),
    (ALWAYS, TUESDAY, "thank you", "We have kept your answer", 0),
]


@pytest.mark.parametrize(("rota", "now", "words", "told", "promised"), TOLD)
def test_i17_a_receipt_says_what_the_rota_gives(
    build_house: Build, rota: str, now: object, words: str, told: str, promised: int
) -> None:
    house = build_house(home=home(rota=rota))
    house.participant()
    house.clock.move(now - house.clock.now())  # type: ignore[operator]
    house.text(PARTICIPANT, words)
    assert told in house.carrier.accepted_by(PARTICIPANT)[-1]
    assert len(house.rows(select(promises))) == promised
    house.phones.clear()


@pytest.mark.parametrize("sender", [STRANGER, PARTICIPANT])
def test_i17_a_receipt_that_names_no_time_promises_none(house: Village, sender: str) -> None:
    if sender == PARTICIPANT:
        house.participant()
        house.text(sender, "", media=1)
    else:
        house.text(sender, "hello there")
    assert " by " not in house.carrier.accepted_by(sender)[-1]
    assert house.rows(select(promises)) == []
    house.phones.clear()


@pytest.mark.parametrize(
    ("rota", "told"),
    [(ALWAYS, "by 11:00 tomorrow"), (NOBODY, "we cannot say when")],
)
def test_i17_help_says_what_the_rota_gives(build_house: Build, rota: str, told: str) -> None:
    house = build_house(home=home(rota=rota))
    noor = house.participant()
    noor.texts("HELP").hears(told)


def test_i17_a_new_rota_counts_at_once(house: Village) -> None:
    house.staff("amina", AMINA)
    noor = house.participant()
    house.publish(home(rota=NOBODY))
    noor.texts("I am not safe").hears("We cannot say when")


def test_i17_no_crisis_line_is_shown_that_nobody_has_verified(house: Village) -> None:
    noor = house.participant()
    noor.texts("I am not safe").hears("ring the emergency number where you are")
