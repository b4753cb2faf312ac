"""Who may be asked: I16, an urgent page never reaches a peer or somebody whose training has lapsed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.model import Duty
from service.core.rota import Rota, on_duty
from service.core.routing import all_who_may, candidates, may_take_urgent
from service.core.schedule import local_day
from service.core.team import Member
from tests.core.rotas import AMINA, BEN, LENA, PETRA, SAM, TEAM, any_moment, rota, rotas, shift, teams, utc

NOW = utc("2026-07-06T10:00")
ALL_ON = rota(shift("petra lena ben amina sam stranger", "00:00", "24:00"))


@pytest.mark.parametrize(("member", "may"), [(AMINA, True), (BEN, True), (LENA, False), (PETRA, False), (SAM, False)])
def test_urgent_is_for_trained_staff_whose_training_holds(member: Member, may: bool) -> None:
    assert may_take_urgent(member, date(2026, 7, 6)) is may


@pytest.mark.parametrize(("today", "may"), [("2026-06-29", True), ("2026-06-30", True), ("2026-07-01", False)])
def test_training_counts_to_the_end_of_its_last_day(today: str, may: bool) -> None:
    assert may_take_urgent(LENA, date.fromisoformat(today)) is may


def test_the_last_day_ends_at_midnight_where_the_rota_is() -> None:
    on = rota(shift("lena", "00:00", "24:00"))
    assert candidates(TEAM, on, utc("2026-06-30T22:59:59"), "en", frozenset()) == ("lena",)
    assert candidates(TEAM, on, utc("2026-06-30T23:00"), "en", frozenset()) == ()


def test_a_peer_who_is_trained_staff_too_may() -> None:
    both = Member("both", "Both", frozenset({Duty.PEER, Duty.TRAINED_STAFF}), training_until=date(2099, 1, 1))
    assert may_take_urgent(both, date(2026, 7, 6))


def test_without_an_end_date_there_is_no_training() -> None:
    assert not may_take_urgent(Member("new", "New", frozenset({Duty.TRAINED_STAFF})), date(2026, 7, 6))


@pytest.mark.parametrize(
    ("language", "exclude", "order"),
    [
        ("ur", (), ("amina", "ben")),
        ("ur-Latn", (), ("amina", "ben")),  # speech has no script
        ("es", (), ("ben", "amina")),
        ("en", (), ("ben", "amina")),
        ("pl", (), ("ben", "amina")),
        ("ur", ("amina",), ("ben",)),
        ("ur", ("amina", "ben"), ()),
    ],
)
def test_the_language_comes_first_and_then_the_rotas_order(
    language: str, exclude: tuple[str, ...], order: tuple[str, ...]
) -> None:
    assert candidates(TEAM, ALL_ON, NOW, language, frozenset(exclude)) == order


def test_only_those_on_duty_are_candidates() -> None:
    assert candidates(TEAM, rota(shift("amina", "22:00", "23:00")), NOW, "ur", frozenset()) == ()
    assert all_who_may(TEAM, rota(), NOW, "es") == ("ben", "amina")


@settings(deadline=None)
@given(teams, rotas, any_moment, st.sampled_from(["en", "ur", "xx"]), st.frozensets(st.sampled_from("abcd")))
def test_i16_no_candidate_is_a_peer_or_lapsed_or_off_duty(
    team: dict[str, Member], any_rota: Rota, now: datetime, language: str, exclude: frozenset[str]
) -> None:
    found = candidates(team, any_rota, now, language, exclude)
    today = local_day(now, any_rota.zone)
    for who in found:
        assert Duty.TRAINED_STAFF in team[who].duties
        assert (team[who].training_until or date.min) >= today
        assert who in on_duty(any_rota, now)
        assert who not in exclude
    speaking = [language in team[who].languages for who in found]
    assert speaking == sorted(speaking, reverse=True)
