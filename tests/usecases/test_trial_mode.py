"""Trial mode: words that nobody has reviewed reach the simulator and the numbers on the test list, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.usecases.deps import Sending
from tests.support.house import PARTICIPANT, STRANGER
from tests.usecases.homes import Village


def on_trial(house: Village, *numbers: str, reviewed: bool = False) -> None:
    """From now on the carrier is a real one."""
    current = house.deps.releases.current()
    house.deps.releases._loaded[current.id] = replace(current, reviewed=reviewed)
    house.deps = replace(house.deps, sending=Sending(test_numbers=frozenset(numbers)))


def test_texts_to_numbers_that_are_not_on_the_list_are_held_and_show_it(house: Village) -> None:
    on_trial(house)
    house.phone(STRANGER, "a stranger").texts("hello there").hears_nothing()
    assert house.states("receipt") == ["held"]
    assert len(house.open_escalations()) == 1


def test_numbers_on_the_test_list_are_written_to(house: Village) -> None:
    on_trial(house, PARTICIPANT)
    house.phone(PARTICIPANT, "Noor").texts("hello there").next()
    house.phone(STRANGER, "a stranger").texts("hello there").hears_nothing()


def test_a_reviewed_release_writes_to_everybody(house: Village) -> None:
    on_trial(house, reviewed=True)
    house.phone(STRANGER, "a stranger").texts("hello there").next()


def test_the_simulator_gets_everything(house: Village) -> None:
    assert not house.deps.releases.current().reviewed
    house.phone(STRANGER, "a stranger").texts("hello there").next()


@pytest.mark.parametrize("number", ["07700900100", "+44 7700 900100", "447700900100"])
def test_the_list_holds_whole_numbers_and_nothing_like_them(house: Village, number: str) -> None:
    on_trial(house, number)
    house.phone(PARTICIPANT, "Noor").texts("hello there").hears_nothing()


def test_a_question_that_was_held_is_not_answered_by_silence(house: Village) -> None:
    noor = house.participant()
    on_trial(house)
    house.check_in()
    house.passes(days=3)
    noor.hears_nothing()
    assert house.open_escalations() == []
