"""Numbers are understood whole and in range, in digits of any script and in words, or a person reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers import Understood, Vocabulary, understand
from service.core.steps.shape import Range, Step, StepKind

LOAD = Step("load", StepKind.SCALE, 1, range=Range(1, 5))
PEOPLE = Step("people", StepKind.NUMBER, 1, range=Range(1, 40))
METER = Step("meter", StepKind.NUMBER, 1, range=Range(digits=4))
NUMBERED = Vocabulary(
    {"load": {"1": ("Light",), "5": ("Too much",)}},
    (),
    (),
    ("skip",),
    numbers=(("sifar", "ek/aik", "do"), ("zero", "one/a", "two", "three", "four", "five", "six", "seven")),
)

NUMBERS = [
    (LOAD, "4", "4"),
    (LOAD, "٤", "4"),
    (LOAD, "five", "5"),
    (LOAD, "too much", "5"),
    (LOAD, "LIGHT.", "1"),
    (LOAD, "ek", "1"),
    (LOAD, "6", None),
    (LOAD, "0", None),
    (LOAD, "45", None),
    (LOAD, "heavy", None),
    (PEOPLE, "12", "12"),
    (PEOPLE, "07", "7"),
    (PEOPLE, "४०", "40"),
    (PEOPLE, "(7)", "7"),
    (PEOPLE, "seven", "7"),
    (PEOPLE, "41", None),
    (PEOPLE, "-7", None),
    (PEOPLE, ".7", None),
    (PEOPLE, "−7", None),
    (PEOPLE, "7.5", None),
    (PEOPLE, "7/10", None),
    (PEOPLE, "7th", None),
    (PEOPLE, "1 2", None),
    (PEOPLE, "7 or 8", None),
    (PEOPLE, "7, maybe eight or two", None),
    (PEOPLE, "7 of us, 3 are small", None),
    (PEOPLE, "9" * 400, None),
    (PEOPLE, "½", None),
    (METER, "0417", "0417"),
    (METER, "0 4 1 7", "0417"),
    (METER, "04 17", "0417"),
    (METER, "٠٤١٧", "0417"),
    (METER, "zero four one seven", "0417"),
    (METER, "417", None),
    (METER, "04177", None),
    (METER, "0417 or 0418", None),
    (METER, "04-17", None),
]


@pytest.mark.parametrize(("step", "text", "value"), NUMBERS)
def test_numbers_are_understood_whole_and_in_range(step, text, value):
    assert understand(step, text, NUMBERED) == (Understood((value,)) if value else None)


@pytest.mark.parametrize("step", [LOAD, PEOPLE, METER])
def test_a_number_can_be_skipped(step):
    assert understand(step, "skip", NUMBERED) == Understood((), skipped=True)


@pytest.mark.parametrize(
    ("step", "text", "value", "rest"),
    [
        (LOAD, "5 I can't go on", "5", "I can't go on"),
        (LOAD, "Too much. He left", "5", "He left"),
        (PEOPLE, "7, all of us", "7", "all of us"),
        (METER, "0417 and it is cold", "0417", "and it is cold"),
    ],
)
def test_a_number_with_words_beside_it_is_both(step, text, value, rest):
    assert understand(step, text, NUMBERED) == Understood((value,), rest=rest)


@settings(deadline=None)
@given(st.text(alphabet="0123456789٣२ -.,/onetw", max_size=12), st.sampled_from([LOAD, PEOPLE, METER]))
def test_any_text_is_a_number_in_range_or_none(text, step):
    understood = understand(step, text, NUMBERED)
    if understood is not None and understood.values:
        (value,) = understood.values
        if step.range.digits:
            assert len(value) == step.range.digits
        else:
            assert step.range.low <= int(value) <= step.range.high
