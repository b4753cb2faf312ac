"""A crisis line is shown only while somebody has lately rung it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service.core.config_file import CrisisNumber, usable_numbers
from tests.core.config_texts import TODAY, load


def number(name: str, verified_on: date | None, *languages: str) -> CrisisNumber:
    return CrisisNumber(name, "116 123", "", True, languages, "day and night", verified_on, "Carol", "example.org")


def usable(language: str, *numbers: CrisisNumber) -> list[str]:
    service = load().service
    some = type(service)("Alongside", "GB", "Europe/London", "en", numbers, service.promises)
    return [one.name for one in usable_numbers(some, TODAY, language)]


@pytest.mark.parametrize(("days_ago", "shown"), [(0, True), (180, True), (181, False), (-1, False)])
def test_a_crisis_line_is_shown_for_180_days_after_it_was_rung(days_ago: int, shown: bool) -> None:
    assert bool(usable("en", number("line", TODAY - timedelta(days=days_ago), "en"))) is shown


def test_a_crisis_line_that_nobody_verified_is_never_shown() -> None:
    assert usable("en", number("line", None, "en")) == []


def test_lines_in_the_persons_language_come_first_then_those_in_the_services() -> None:
    lines = number("english", TODAY, "en"), number("welsh", TODAY, "cy"), number("both", TODAY, "en", "cy")
    assert usable("cy", *lines) == ["welsh", "both", "english"]
    assert usable("en", *lines) == ["english", "both"]
    assert usable("ur", *lines) == ["english", "both"]
    assert usable("cy-Latn", *lines) == ["welsh", "both", "english"]  # speech has no script


def test_the_number_to_show_is_the_call_or_else_the_text() -> None:
    line = number("line", TODAY, "en")
    assert line.number == "116 123"
    assert CrisisNumber("Shout", "", "text SHOUT to 85258", True, (), "", None, "", "").number == "text SHOUT to 85258"
