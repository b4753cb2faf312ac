"""An answer is understood whole, or a person reads it: tables of what people write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers import Understood, Vocabulary, understand
from service.core.steps.shape import MORE, Choice, Step, StepKind, language_page


def choices(*ids):
    return tuple(Choice(each, each, 1) for each in ids)


WEEK = Step("week", StepKind.CHOICES, 1, choices=choices("good", "mixed", "hard"))
HELP = Step("help", StepKind.CHOICES, 1, choices=choices("food", "home", "company", "none"), many=True)
SAFE = Step("safe", StepKind.YES_NO, 1, choices=choices("yes", "no"))
OWN_WORDS = Step("words", StepKind.OPEN, 1)
LANGUAGE = Step("language", StepKind.LANGUAGES, 1)

VOCABULARY = Vocabulary(
    choices={
        "week": {
            "good": ("Good", "جيد", "ठीक"),
            "mixed": ("Up and down",),
            "hard": ("Hard", "bad", "awful", "Trudny"),
        },
        "help": {
            "food": ("Food or money", "food", "Comida"),
            "home": ("Home or heating", "home"),
            "company": ("Someone to talk to",),
            "none": ("Not now", "no"),
        },
        "language": {"en": ("English",), "ur": ("اردو", "Urdu"), "pl": ("Polski",), "so": ("Soomaali",)},
    },
    yes=("Yes", "ok", "sí"),
    no=("No", "nope"),
    skip=("skip", "pass"),
)

ONE_OF_THREE = [
    ("3", "hard"),
    (" 3 ", "hard"),
    ("3.", "hard"),
    ("3)", "hard"),
    ("(3)", "hard"),
    ("3\n", "hard"),
    ("٣", "hard"),
    ("۲", "mixed"),
    ("২", "mixed"),
    ("२", "mixed"),
    ("３", "hard"),
    ("①", "good"),
    ("3️⃣", "hard"),
    ("Good", "good"),
    ("GOOD!", "good"),
    ("up  and DOWN", "mixed"),
    ("awful", "hard"),
    ("جيّد", "good"),
    ("ठीक", "good"),
    ("1 Good", "good"),
    ("3. hard", "hard"),
    ("Hard, 3", None),
    ("4", None),
    ("0", None),
    ("13", None),
    ("31", None),
    ("3 1", None),
    ("33", None),
    ("-", None),
    ("", None),
    ("   ", None),
    ("?", None),
    ("meh", None),
    ("no", None),
    ("yes", None),
    ("3rd", None),
    ("3:30", None),
    ("1-2", None),
    ("10/10", None),
    ("3.5", None),
    ("£3", None),
    ("1 hard", None),
    ("Good or Hard", None),
    ("Good. Bad.", None),
    ("Hard to say", None),
    ("good grief", None),
    ("not good", None),
    ("goood", None),
    ("999", None),
    ("x" * 5000, None),
]


@pytest.mark.parametrize(("text", "choice"), ONE_OF_THREE)
def test_one_of_three_choices(text, choice):
    assert understand(WEEK, text, VOCABULARY) == (Understood((choice,)) if choice else None)


BOTH = [
    ("3 but I can't go on", "hard", "but I can't go on"),
    ("٣ لكن لا أستطيع", "hard", "لكن لا أستطيع"),
    ("3, he is here", "hard", "he is here"),
    ("3\nI can't go on", "hard", "I can't go on"),
    ("1 🙂", "good", "🙂"),
    ("Good 🔪", "good", "🔪"),
    ("Hard. He left", "hard", "He left"),
    ("good… I suppose", "good", "I suppose"),
]


@pytest.mark.parametrize(("text", "choice", "rest"), BOTH)
def test_an_answer_with_words_after_it_is_both(text, choice, rest):
    assert understand(WEEK, text, VOCABULARY) == Understood((choice,), rest=rest)


@pytest.mark.parametrize("text", ["skip", "Skip.", "PASS"])
@pytest.mark.parametrize("step", [WEEK, HELP, SAFE, OWN_WORDS, LANGUAGE], ids=lambda step: step.id)
def test_every_question_can_be_skipped(step, text):
    assert understand(step, text, VOCABULARY) == Understood((), skipped=True)


YES_OR_NO = [
    ("1", "yes", ""),
    ("2", "no", ""),
    ("٢", "no", ""),
    ("yes", "yes", ""),
    ("OK.", "yes", ""),
    ("Si", "yes", ""),
    ("Nope", "no", ""),
    ("1 yes", "yes", ""),
    ("no, he's here", "no", "he's here"),
    ("yes, but come", "yes", "but come"),
    ("2 I'm not", "no", "I'm not"),
]


@pytest.mark.parametrize(("text", "choice", "rest"), YES_OR_NO)
def test_yes_and_no(text, choice, rest):
    assert understand(SAFE, text, VOCABULARY) == Understood((choice,), rest=rest)


@pytest.mark.parametrize("text", ["3", "12", "no problem", "yes and no", "no. yes", "maybe", "1 no", "nobody"])
def test_what_may_be_yes_or_no_is_neither(text):
    assert understand(SAFE, text, VOCABULARY) is None


SEVERAL = [
    ("1", ("food",)),
    ("1 3", ("food", "company")),
    ("3 1", ("food", "company")),
    ("1,3", ("food", "company")),
    ("1, 3.", ("food", "company")),
    ("1، ٣", ("food", "company")),
    ("13", ("food", "company")),
    ("۱۳", ("food", "company")),
    ("123", ("food", "home", "company")),
    ("1+2", ("food", "home")),
    ("1 and 3", ("food", "company")),
    ("1 & 3", ("food", "company")),
    ("food, home", ("food", "home")),
    ("food home", ("food", "home")),
    ("Food or money\nSomeone to talk to", ("food", "company")),
    ("comida and 2", ("food", "home")),
    ("1 Food or money", ("food",)),
    ("4", ("none",)),
    ("not now", ("none",)),
    ("no", ("none",)),
]


@pytest.mark.parametrize(("text", "several"), SEVERAL)
def test_several_choices(text, several):
    assert understand(HELP, text, VOCABULARY) == Understood(several)


def test_several_digits_with_words_after_them_are_both():
    assert understand(HELP, "1 3 but please come", VOCABULARY) == Understood(("food", "company"), "but please come")


NOT_SEVERAL = [
    "14",
    "1 4",
    "food, not now",
    "no food",
    "112",
    "1 1",
    "15",
    "19",
    "999",
    "food please",
    "and",
    "1-3",
    "",
    ",",
]


@pytest.mark.parametrize("text", NOT_SEVERAL)
def test_none_stands_alone_and_what_is_doubtful_is_not_understood(text):
    assert understand(HELP, text, VOCABULARY) is None


@pytest.mark.parametrize("text", ["1", "I want the old number back", "yes", "...", "🙂", "x" * 5000])
def test_an_open_question_takes_whatever_is_said_for_a_person_to_read(text):
    assert understand(OWN_WORDS, f" {text}\n", VOCABULARY) == Understood((), rest=text)


def test_a_text_without_words_answers_no_open_question():
    assert understand(OWN_WORDS, " \n", VOCABULARY) is None


LANGUAGES = ("en", "ur", "pl", "so")


@pytest.mark.parametrize(
    ("page", "text", "value"),
    [(0, "1", "en"), (0, "4", MORE), (1, "1", "so"), (1, "2", MORE), (0, "اردو", "ur"), (1, "polski", "pl")],
)
def test_languages_come_in_threes_and_any_can_be_named(page, text, value):
    assert understand(LANGUAGE, text, VOCABULARY, language_page(LANGUAGES, page)) == Understood((value,))


def test_pages_of_languages():
    assert language_page(LANGUAGES[:3], 0) == ("en", "ur", "pl")
    assert language_page(LANGUAGES, 0) == ("en", "ur", "pl", MORE)
    assert language_page(LANGUAGES, 1) == ("so", MORE)
    assert language_page(LANGUAGES, 2) == language_page(LANGUAGES, 0)


def test_a_word_that_means_two_choices_means_neither():
    vocabulary = Vocabulary({"week": {"good": ("fine",), "hard": ("Fine",)}}, (), (), ())
    assert understand(WEEK, "fine", vocabulary) is None


@settings(deadline=None)
@given(st.text(), st.sampled_from([WEEK, HELP, SAFE, OWN_WORDS, LANGUAGE]))
def test_any_text_is_understood_in_range_or_not_at_all(text, step):
    understood = understand(step, text, VOCABULARY, LANGUAGES if step is LANGUAGE else None)
    if understood is not None:
        assert set(understood.values) <= {*step.choice_ids, *LANGUAGES}
        assert understood.values or understood.skipped or understood.rest


@settings(deadline=None)
@given(st.text(alphabet="0123456789 ,.٣২andgoodhr'\n", max_size=12))
def test_what_looks_like_an_answer_keeps_every_word_beside_it(text):
    understood = understand(WEEK, text, VOCABULARY)
    if understood is not None and understood.rest:
        assert understood.rest in text
