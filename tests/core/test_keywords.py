"""Keywords are the whole text or nothing, and what is one word folds to one spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.keywords import CARRIER_WORDS, ChooseLanguage, Keyword, KeywordTable, fold, recognise

TABLE = KeywordTable(
    words={"basta": Keyword.STOP, "قف": Keyword.STOP, "ayuda": Keyword.HELP, "una persona": Keyword.PERSON},
    languages={"espanol": "es", "اردو": "ur", "english": "en"},
)

WHOLE_TEXTS = [
    ("STOP", Keyword.STOP),
    ("stop", Keyword.STOP),
    ("  Stop. ", Keyword.STOP),
    ("ＳＴＯＰ", Keyword.STOP),
    ("stopall", Keyword.STOP),
    ("Unsubscribe", Keyword.STOP),
    ("END", Keyword.STOP),
    ("quit", Keyword.STOP),
    ("Cancel!", Keyword.STOP),
    ("REVOKE", Keyword.STOP),
    ("optout", Keyword.STOP),
    ("START", Keyword.START),
    ("unstop", Keyword.START),
    ("HELP", Keyword.HELP),
    ("Info", Keyword.HELP),
    ("¡Basta!", Keyword.STOP),
    ("قِف", Keyword.STOP),
    ("Una  persona", Keyword.PERSON),
    ("0", Keyword.PERSON),
    ("0.", Keyword.PERSON),
    ("٠", Keyword.PERSON),
    ("۰", Keyword.PERSON),
    ("০", Keyword.PERSON),
    ("०", Keyword.PERSON),
    ("０", Keyword.PERSON),
    ("0️⃣", Keyword.PERSON),
    ("Español", ChooseLanguage("es")),
    ("espanol", ChooseLanguage("es")),
    ("أردو", ChooseLanguage("ur")),
]

NOT_KEYWORDS = [
    "stop he's hurting me",
    "please stop",
    "pls stop texting me",
    "the end",
    "I need help",
    "00",
    "10",
    "0 please",
    "o",
    "yes",
    "speak english",
    "st op",
    "",
    "...",
    "🛑",
]


@pytest.mark.parametrize(("text", "asked"), WHOLE_TEXTS)
def test_a_whole_text_is_a_keyword(text, asked):
    assert recognise(text, TABLE) == asked


@pytest.mark.parametrize("text", NOT_KEYWORDS)
def test_anything_more_than_the_word_is_for_a_person(text):
    assert recognise(text, TABLE) is None


@pytest.mark.parametrize("word", sorted(CARRIER_WORDS - {"yes"}))
def test_what_the_carrier_acts_on_is_always_known_whatever_the_languages_say(word):
    assert isinstance(recognise(word.upper(), KeywordTable({}, {})), Keyword)


def test_no_language_can_give_a_carriers_word_another_meaning():
    table = KeywordTable(words={"end": Keyword.PERSON, "help": Keyword.STOP}, languages={"info": "en"})
    assert recognise("END", table) is Keyword.STOP
    assert recognise("help", table) is Keyword.HELP
    assert recognise("info", table) is Keyword.HELP


SAME_WORD = [
    ("ARRÊT", "arret"),
    ("Łódź", "lodz"),
    ("İstanbul", "istanbul"),
    ("STRASSE", "straße"),
    ("can’t", "can't"),
    ("می\N{ZERO WIDTH NON-JOINER}خواهم", "ميخواهم"),
    ("کیا", "كيا"),
    ("مدرسة", "مدرسه"),
    ("أنا", "انا"),
    ("بـــس", "بس"),
    ("۱۲۳", "123"),
    ("١٢٣", "123"),
    ("Ａ\N{NO-BREAK SPACE}b", "a  b"),
    ("\N{LEFT-TO-RIGHT MARK}ok\N{POP DIRECTIONAL FORMATTING}", "ok"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORD)
def test_one_word_written_in_two_ways_folds_to_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कम", "काम"), ("কি", "কী"), ("good 🔪", "good"), ("3%5", "35"), ("bad", "bed")])
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_looked_up(text):
    recognise(text, TABLE)
