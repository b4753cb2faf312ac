"""The ladder is climbed until a human has it: nobody eligible is left out, and nobody else is ever alerted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.ladder import ON_DUTY, Ladder, Rung, Step, climb
from service.core.model import Duty
from service.core.rota import Rota
from service.core.routing import candidates
from service.core.schedule import local_day
from service.core.team import Member
from tests.core.rotas import (
    AMINA,
    BEN,
    LENA,
    PETRA,
    TEAM,
    any_moment,
    ladder,
    ladders,
    rota,
    rotas,
    shift,
    team_of,
    teams,
    utc,
)

NOW = utc("2026-07-06T10:00")
FIVE, TEN = timedelta(minutes=5), timedelta(minutes=10)
TWICE = ladder(ON_DUTY, ON_DUTY)
BOTH_ON = rota(shift("ben amina petra lena", "00:00", "24:00"))
AMINA_ON = rota(shift("amina", "00:00", "24:00"))
NOBODY_ON = rota()


def at(rung: int, asked: str = "", on: Rota = BOTH_ON, of: Ladder = TWICE, language: str = "ur") -> Step:
    return climb(of, TEAM, on, NOW, language, rung, frozenset(asked.split()))


def test_the_wave_goes_up_rung_by_rung_and_stays_at_the_top() -> None:
    assert at(0) == Step(("amina",), FIVE, 0, alarm=False)
    assert at(1, "amina") == Step(("ben",), FIVE, 1, alarm=False)
    assert at(2, "amina ben") == Step(("ben",), TEN, 2, alarm=True)
    assert at(3, "amina ben") == at(2, "amina ben")
    assert at(99, "amina ben") == at(2, "amina ben")


@pytest.mark.parametrize(
    ("case", "step", "page", "rung"),
    [
        ("nobody on duty: straight to the last", at(0, on=NOBODY_ON), ("ben",), 2),
        ("nobody left on duty", at(1, "amina", on=AMINA_ON), ("ben",), 2),
        ("only a peer on duty", at(0, on=rota(shift("petra", "00:00", "24:00"))), ("ben",), 2),
        ("only lapsed training on duty", at(0, on=rota(shift("lena", "00:00", "24:00"))), ("ben",), 2),
        ("the next named rung, before the last", at(0, on=NOBODY_ON, of=ladder(ON_DUTY, "amina")), ("amina",), 1),
        ("a named rung asked before is passed", at(1, "amina", of=ladder(ON_DUTY, "amina", ON_DUTY)), ("ben",), 2),
        ("a named peer is passed", at(0, of=ladder("petra")), ("ben", "amina"), 1),
        ("a named one whose training lapsed is passed", at(0, of=ladder("lena", ON_DUTY)), ("amina",), 1),
        ("somebody unknown is passed", at(0, of=ladder("stranger", ON_DUTY)), ("amina",), 1),
    ],
)
def test_a_rung_with_nobody_new_costs_no_time(case: str, step: Step, page: tuple[str, ...], rung: int) -> None:
    assert (step.page, step.rung) == (page, rung)


def test_at_the_top_somebody_who_came_on_duty_is_asked_too() -> None:
    assert at(2, "ben").page == ("ben", "amina")


def test_at_the_top_nobody_is_paged_twice_at_once() -> None:
    assert at(0, of=ladder(), on=rota(shift("ben", "00:00", "24:00"))).page == ("ben",)


def test_a_lapsed_duty_manager_wakes_everybody_who_may() -> None:
    lapsed = ladder(ON_DUTY, last="lena")
    assert at(1, "amina ben", of=lapsed) == Step(("amina", "ben"), TEN, 1, alarm=True)
    nobody = climb(lapsed, team_of(LENA, PETRA), NOBODY_ON, NOW, "en", 0, frozenset())
    assert nobody == Step((), TEN, 1, alarm=True)


def test_training_that_lapses_at_midnight_ends_the_pages_of_a_running_wave() -> None:
    team = team_of(replace(BEN, training_until=date(2026, 7, 6)), AMINA)
    last = ladder(ON_DUTY)
    before, after = utc("2026-07-06T22:59"), utc("2026-07-06T23:00")
    assert climb(last, team, NOBODY_ON, before, "en", 1, frozenset()).page == ("ben",)
    assert climb(last, team, NOBODY_ON, after, "en", 1, frozenset()).page == ("amina",)


@pytest.mark.parametrize(
    "rungs",
    [
        (),
        (Rung(ON_DUTY, FIVE, repeat=True),),
        (Rung("ben", FIVE),),
        (Rung("ben", FIVE, repeat=True), Rung("ben", FIVE, repeat=True)),
    ],
)
def test_a_ladder_ends_with_a_named_rung_that_repeats(rungs: tuple[Rung, ...]) -> None:
    with pytest.raises(ValueError, match="last rung"):
        Ladder(rungs, FIVE)


@settings(deadline=None)
@given(
    ladders,
    teams,
    rotas,
    any_moment,
    st.sampled_from(["en", "ur", "xx"]),
    st.integers(0, 5),
    st.frozensets(st.sampled_from("abcd")),
)
def test_i16_no_state_of_a_wave_alerts_a_peer_or_lapsed_training(
    any_ladder: Ladder,
    team: dict[str, Member],
    any_rota: Rota,
    now: datetime,
    language: str,
    rung: int,
    asked: frozenset[str],
) -> None:
    step = climb(any_ladder, team, any_rota, now, language, rung, asked)
    today = local_day(now, any_rota.zone)
    able = {
        member.id
        for member in team.values()
        if Duty.TRAINED_STAFF in member.duties and member.training_until and member.training_until >= today
    }
    assert set(step.page) <= able
    assert bool(step.page) == bool(able), "somebody is alerted whenever anybody may be"
    assert step.page or step.alarm, "where nobody may be, the operator hears of it"
    assert step.alarm == (step.rung == len(any_ladder.rungs) - 1)
    assert step.rung >= min(rung, len(any_ladder.rungs) - 1)
    assert len(set(step.page)) == len(step.page)


@settings(max_examples=50, deadline=None)
@given(ladders, teams, rotas, any_moment)
def test_every_wave_reaches_its_top_and_skips_nobody_it_has_room_for(
    any_ladder: Ladder, team: dict[str, Member], any_rota: Rota, now: datetime
) -> None:
    asked: frozenset[str] = frozenset()
    rung, steps = 0, []
    while not steps or not steps[-1].alarm:
        steps.append(climb(any_ladder, team, any_rota, now, "en", rung, asked))
        rung, asked = steps[-1].rung + 1, asked | set(steps[-1].page)
    assert len(steps) <= len(any_ladder.rungs)
    for one in range(len(steps) + 4):
        asked |= set(climb(any_ladder, team, any_rota, now, "en", rung + one, asked).page)
    assert set(candidates(team, any_rota, now, "en", frozenset())) <= asked, "in the end all on duty have been asked"
