"""What is remembered between texts is what the rule says without remembering."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.core import phone, phrases, schedule
from service.core.phone import BadPhone
from tests.core import rotas

DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))


@given(DAYS, st.integers(0, 2 * 1440), st.sampled_from(rotas.ZONES))
def test_a_wall_clock_moment_is_the_same_each_time_it_is_asked_for(day: date, minute: int, zone: str) -> None:
    fresh: datetime = schedule.moment_at.__wrapped__(day, minute, zone)
    assert schedule.moment_at(day, minute, zone) == schedule.moment_at(day, minute, zone) == fresh


@given(st.text(st.sampled_from("ab {}._1é"), max_size=20))
def test_the_ids_in_braces_are_the_same_each_time(text: str) -> None:
    assert phrases.placeholders(text) == phrases.placeholders(text) == phrases.placeholders.__wrapped__(text)


@given(st.from_regex(r"\+?[0-9 ]{5,16}", fullmatch=True), st.sampled_from(["GB", "US", "PK", "ES"]))
def test_a_number_is_read_the_same_each_time_also_one_that_is_none(raw: str, country: str) -> None:
    def asked(normalise: Any) -> str:
        try:
            return str(normalise(raw, country))
        except BadPhone as bad:
            return f"bad: {bad}"

    assert asked(phone.normalise) == asked(phone.normalise) == asked(phone.normalise.__wrapped__)
