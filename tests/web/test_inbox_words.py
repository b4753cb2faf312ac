"""Marks in messages and the plain words of the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.inbox.marks import direction, pieces
from service.web.inbox.phrases import clock_time, delivery, first_name, happening, language, lasting, where_asked, why

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
LONDON = "Europe/London"

spans = st.fixed_dictionaries(
    {"start": st.integers(-5, 60), "end": st.integers(-5, 60), "reason": st.sampled_from(["a", "b", "c"])}
)


@given(st.text(max_size=40), st.lists(spans, max_size=6))
def test_a_marked_message_is_the_message(words: str, because: list[dict[str, object]]) -> None:
    assert "".join(piece.words for piece in pieces(words, because)) == words


@given(st.text(min_size=1, max_size=40), st.lists(spans, max_size=6))
def test_every_character_of_every_span_is_marked_and_no_other(words: str, because: list[dict[str, object]]) -> None:
    wanted = {at for one in because for at in range(max(0, int(str(one["start"]))), min(len(words), int(str(one["end"]))))}
    at, marked = 0, set()
    for piece in pieces(words, because):
        if piece.reasons:
            marked |= set(range(at, at + len(piece.words)))
        at += len(piece.words)
    assert marked == wanted


def test_spans_that_overlap_are_one_mark_with_both_reasons() -> None:
    because = [{"start": 0, "end": 6, "reason": "one"}, {"start": 4, "end": 9, "reason": "two"}]
    first, rest = pieces("abcdefghijk", because)
    assert (first.words, first.reasons, rest.words) == ("abcdefghi", ("one", "two"), "jk")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("میں", "rtl"),
        ("hello", "ltr"),
        ("123 میں", "rtl"),
        ("۳", "otherwise"),
        ("", "otherwise"),
        ("🙂!", "otherwise"),
        ("שלום", "rtl"),
    ],
)
def test_a_message_runs_the_way_its_first_letter_runs(words: str, found: str) -> None:
    assert direction(words, "otherwise") == found


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(minutes=-20), "13:40"),
        (timedelta(hours=20), "tomorrow, 10:00"),
        (timedelta(hours=-20), "yesterday, 18:00"),
        (timedelta(days=3), "Friday, 14:00"),
        (timedelta(days=-6), "Wednesday, 14:00"),
        (timedelta(days=-30), "25 October, 14:00"),
        (timedelta(days=60), "23 January 2027, 14:00"),
    ],
)
def test_moments_as_staff_say_them(away: timedelta, said: str) -> None:
    assert clock_time(NOW + away, NOW, LONDON) == said


def test_a_moment_is_told_in_the_services_own_zone() -> None:
    assert clock_time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 1, 20, tzinfo=UTC), LONDON) == "23:30"
    assert clock_time(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 1, 20, tzinfo=UTC), LONDON) == (
        "tomorrow, 00:30"
    )


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-3, "less than a minute"),
        (0.9, "less than a minute"),
        (1, "1 minute"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (24 * 60, "1 day"),
        (24 * 60 + 5, "1 day"),
        (50 * 60 + 7, "2 days 2 hours"),
    ],
)
def test_how_long_in_the_two_largest_units(minutes: float, said: str) -> None:
    assert lasting(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ({"kind": "help"}, "Asked for help"),
        ({"kind": "words", "because": [{"reason": "no food"}, {"reason": "no food"}]}, "No food"),
        ({"kind": "words", "because": [{"reason": "no food"}, {"reason": "cold"}]}, "No food; cold"),
        ({"kind": "something new"}, "Somebody must look at this"),
        ({}, "Somebody must look at this"),
    ],
)
def test_why_in_words_of_ours(reason: dict[str, object], said: str) -> None:
    assert why(reason) == said


def test_small_phrases() -> None:
    assert where_asked({"flow": "weekly", "step": "safe", "choice": "no"}) == (
        "Check-in “weekly”, question “safe”, answer “no”"
    )
    assert where_asked({}) == ""
    assert happening("handed_over", "Amina", "Ben") == "Amina handed it over to Ben"
    assert happening("something_new", "", "") == "Something new"
    assert delivery("delivered", "ignored") == "delivered"
    assert language("ur") == "Urdu"
    assert language(None) == "language not known"
    assert language("not a code") == "not a code"
    assert first_name("Amina Khan") == "Amina"
