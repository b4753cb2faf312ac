"""What holds of the urgency rules whatever anybody writes."""

from __future__ import annotations

import time
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.model import Urgency
from service.core.urgency import Assessment, assess
from tests.core.urgency_texts import all_cases, found, shipped, trusted, urgency

TEXTS = [case.text for case in all_cases()]
URGENT = [case.text for case in all_cases() if case.label == "urgent" and urgency(case.text) is Urgency.URGENT]
ODD = [
    "\x00",
    "\ud83d",
    "\udfff",
    "\ufffd",
    "👩‍👩‍👧‍👦",
    "\u202e",
    "\u200d",
    "ﷺ",
    "İ",
    "ß",
    "𝕜𝕚𝕝𝕝",
    "'",
    "…",
    "\r\n",
    "9" * 40,
    "a" * 300,
]
ANYTHING = st.lists(st.text(st.characters(), max_size=30) | st.sampled_from(ODD) | st.sampled_from(TEXTS), max_size=8)
BREAKS = st.sampled_from([". ", "\n", "! ", "? ", "۔ "])


def sound(text: str, assessment: Assessment) -> bool:
    """Whether there is a reason, it says why the urgency, and every span lies inside the text."""
    reasons = assessment.because
    inside = all(0 <= reason.start <= reason.end <= len(text) for reason in reasons)
    return inside and bool(reasons) and assessment.urgency == max(reason.urgency for reason in reasons)


@given(ANYTHING, st.sampled_from(["", " ", "\n"]))
@settings(deadline=None, max_examples=50)
def test_any_text_is_read_and_every_span_lies_inside_it(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assessment = found(text)
    assert sound(text, assessment)
    assert "failed" not in {reason.rule for reason in assessment.because}


@pytest.mark.parametrize("piece", ["🔪😢", "\ud800", "\x00 ", "i want to die ", "ا", "1", "\u0301", "..", "!!", "k i l l "])
def test_a_text_of_five_thousand_characters_is_read(piece: str) -> None:
    text = (piece * 5000)[:5000]
    assessment = found(text)
    assert sound(text, assessment)
    assert assessment.urgency > Urgency.ROUTINE
    assert "failed" not in {reason.rule for reason in assessment.because}


@pytest.mark.parametrize("place", [0, 1199, 1590, 2500, 4900])
def test_an_urgent_sentence_is_seen_wherever_it_stands_in_a_long_text(place: int) -> None:
    before, after = ("lovely day " * 500)[:place], ("had a nice walk " * 400)[: 4900 - place]
    assert urgency(f"{before} i want to kill myself {after}") is Urgency.URGENT


@given(st.sampled_from(URGENT), st.sampled_from(TEXTS), BREAKS, st.booleans())
@settings(deadline=None, max_examples=50)
def test_an_urgent_text_stays_urgent_beside_any_other(urgent: str, other: str, between: str, first: bool) -> None:
    text = urgent + between + other if first else other + between + urgent
    assert urgency(text) is Urgency.URGENT


UNSAID = [
    "I tried to hang myself. Years ago I was a nurse.",
    "i overdosed\nwhen i was at school i liked maths",
    "خود کشی کرنے لگا ہوں. پچھلے سال خودکشی کا سوچا تھا، اب نہیں",
]


@pytest.mark.parametrize("text", UNSAID)
def test_what_one_sentence_says_is_not_unsaid_by_the_next(text: str) -> None:
    assert urgency(text) is Urgency.URGENT


ASKED = sorted({step for rules in shipped().languages for step in rules.asked})
QUESTIONS = [None, "", "no_such_step", *ASKED]


@given(st.sampled_from(TEXTS) | ANYTHING.map(" ".join), st.sampled_from(QUESTIONS))
@settings(deadline=None, max_examples=50)
def test_the_question_that_was_asked_only_raises(text: str, question: str | None) -> None:
    assert assess(text, shipped(), question=question).urgency >= assess(text, shipped()).urgency
    assert found(text, question=question).urgency >= found(text).urgency


@given(st.sampled_from(TEXTS) | ANYTHING.map(" ".join))
@settings(deadline=None, max_examples=50)
def test_rules_that_nobody_has_checked_raise_as_others_do_and_close_nothing(text: str) -> None:
    unchecked, checked = assess(text, shipped()), assess(text, trusted())
    assert unchecked.urgency >= checked.urgency
    assert (unchecked.urgency is Urgency.URGENT) == (checked.urgency is Urgency.URGENT)
    if unchecked.urgency is Urgency.ROUTINE:
        assert {reason.rule for reason in unchecked.because} == {"routine/any_language"}


def test_a_text_that_the_rules_fail_on_gets_a_reader() -> None:
    assessment = assess(None, trusted())  # type: ignore[arg-type]
    assert (assessment.urgency, assessment.because[0].rule) == (Urgency.SOON, "failed")


HOSTILE = [
    "i want to ",
    "die ",
    "want ",
    "not not ",
    "a",
    "k i l l ",
    "😢👊",
    "|",
    "!",
    "'",
    "tablets took ",
    "كل ",
    "mar ",
    "me ",
    "\n",
    "i ",
    "the ",
    "ok ",
    "had my pills ",
    "kill my",
    "\u0301",
    "pizza ",
    "a. ",
    "die! ",
]


def seconds(text: str) -> float:
    """The least of a few readings of the time that one text takes."""
    readings = []
    for _ in range(3):
        begun = time.process_time()
        found(text)
        readings.append(time.process_time() - begun)
    return min(readings)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_about_as_the_text_does(piece: str) -> None:
    lengths = (400, 800, 1600, 3200)
    times = [seconds((piece * length)[:length]) for length in lengths]
    eightfold = times[-1] / max(times[0], 0.0005)
    assert eightfold < 8 * 4, list(zip(lengths, islice(times, 4), strict=True))


def test_far_longer_texts_cost_no_more_than_their_ends() -> None:
    assert seconds("i want to die " * 40_000) < 12 * seconds("i want to die " * 2_000)
