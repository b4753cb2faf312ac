import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.phrases import Wording, fill, isolate, placeholders


@pytest.mark.parametrize(
    ("words", "without_a_name"),
    [
        ("How has your week been, {name}?", "How has your week been?"),
        ("Good morning, {name}. Are you all right?", "Good morning. Are you all right?"),
        ("Good morning {name}. All right?", "Good morning. All right?"),
        ("{name}, how are you?", "How are you?"),
        ("Hello. {name}, how are you?", "Hello. How are you?"),
        ("¿{name}, qué tal?", "¿Qué tal?"),
        ("Hello {name}, how are you?", "Hello, how are you?"),
        ("{name}، آپ کیسے ہیں؟", "آپ کیسے ہیں؟"),
        ("آپ کا ہفتہ کیسا رہا، {name}؟", "آپ کا ہفتہ کیسا رہا؟"),
        ("{name}", ""),
    ],
)
@pytest.mark.parametrize("name", [None, ""])
def test_a_missing_name_goes_with_its_comma(words, without_a_name, name):
    assert fill(words, {} if name is None else {"name": name}) == without_a_name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Hello from {service}. This is a machine.", "This is a machine."),
        ("Thank you. We read at {when}. Goodbye.", "Thank you. Goodbye."),
        ("Thank you.\nHere until {when}.\nGoodbye.", "Thank you.\nGoodbye."),
        ("شکریہ۔ ہم {when} پڑھیں گے۔ خدا حافظ۔", "شکریہ۔ خدا حافظ۔"),
        ("From {service}", ""),
    ],
)
def test_any_other_missing_value_takes_its_sentence_with_it(words, said):
    assert fill(words, {}) == said


def test_values_stand_where_their_braces_stood_and_are_not_read_again():
    assert fill("{name} and {a.b}", {"name": "{when}", "a.b": "{name}"}) == "{when} and {name}"


@pytest.mark.parametrize(
    ("value", "set_apart"),
    [
        ("116 123", True),
        ("Łukasz", True),
        ("14:20", True),
        ("علی Smith", True),
        ("علی", False),
        ("آج شام 5:00 بجے", False),
    ],
)
def test_what_runs_the_other_way_is_set_apart_among_right_to_left_words(value, set_apart):
    assert isolate(value) == (f"\u2068{value}\u2069" if set_apart else value)
    assert fill("{x}", {"x": value}) == value


@given(st.text(alphabet=st.sampled_from("ab {}name,.?؟ \nwhen"), max_size=60), st.sampled_from(["", "Ana"]))
def test_no_brace_of_ours_is_ever_left_to_be_read(words, name):
    assert not placeholders(fill(words, {"name": name}))


@pytest.mark.parametrize(
    ("full", "plain", "sent"),
    [
        ("é" * 10, "e" * 10, "é" * 10),
        ("í" * 70, "i" * 70, "í" * 70),
        ("í" * 71, "i" * 71, "i" * 71),
        ("í" * 71 + "Ł", "i" * 71 + "Ł", "í" * 71 + "Ł"),
    ],
)
def test_plain_spelling_is_sent_only_where_it_saves_a_part(full, plain, sent):
    assert Wording(full, plain).text == sent
