import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.core.answers import understand
from service.core.flow_file import load_flow
from service.core.keywords import CARRIER_WORDS, ChooseLanguage, Keyword, fold, recognise
from service.core.phrases import placeholders
from service.core.text import parts
from service.core.words import MISSING, SERVICE_WORDS
from service.languages import Languages, catalog_problems, read_home, unfinished

HOME = Path(__file__).parent.parent
SHIPPED = read_home(HOME)
LANGUAGES = Languages.from_snapshot(SHIPPED)
FLOWS = {file: load_flow(text, file) for file, text in SHIPPED["flows"].items()}
WEEKLY = FLOWS["flows/weekly-check-in.yml"]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday

# The longest that each brace has to hold.
LONGEST = {
    "name": "Łukasz",
    "when": datetime(2026, 9, 30, 22, 45, tzinfo=UTC),
    "numbers": "999 (emergencies), 116 123 (to talk)",
    "code": "4821",
    "service": "Alongside",
}


def longest(language, **values):
    said = {**LONGEST, **values}
    return {**said, "when": LANGUAGES.when(said["when"], language, "Europe/London", NOON)}


def sources():
    for key, english in SERVICE_WORDS.items():
        yield f"service/{key}", english
    for flow in FLOWS.values():
        for text in flow.texts():
            yield text.context, text.english


# What ships


def test_nothing_is_wrong_with_what_ships():
    assert [str(one) for one in catalog_problems(SHIPPED)] == []


@pytest.mark.parametrize("code", ["es", "ur"])
def test_every_word_that_ships_is_translated_and_says_itself_unchecked(code):
    messages = SHIPPED["languages"][code]["messages"]
    for context, english in sources():
        assert messages[context]["text"], context
        assert messages[context]["english"] == english, context
        assert messages[context]["fuzzy"], context
        assert placeholders(messages[context]["text"]) == placeholders(english), context


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_no_language_calls_itself_reviewed_before_somebody_has_read_it(code):
    assert not LANGUAGES.reviewed(code)
    assert any(f"locales/{code}/" in one.file for one in unfinished(SHIPPED))


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("key", SERVICE_WORDS)
def test_every_word_of_the_service_may_be_sent(code, key):
    said = LANGUAGES.say(code, key, **longest(code))
    assert 1 <= parts(said).segments <= 2
    assert not re.search(r"https?:|www\.|\.(com|org|net)\b|[!{}]|confidential|confidencial", said, re.IGNORECASE)
    assert not set(re.findall(r"\b[A-Z]{3,}\b", said)) & {word.upper() for word in CARRIER_WORDS}
    assert "Alongside" not in said


@pytest.mark.parametrize("key", SERVICE_WORDS)
def test_english_takes_one_part(key):
    said = LANGUAGES.say("en", key, **longest("en", name="Lukas"), languages="English, Spanish, Urdu")
    assert parts(said).one, said


@pytest.mark.parametrize("key", SERVICE_WORDS)
def test_no_sentence_is_too_long_to_take_in(key):
    for sentence in re.split(r"[.?]", SERVICE_WORDS[key]):
        assert len(sentence.split()) <= 16, sentence


def test_a_page_tells_nothing_of_whom_it_is_about():
    for key in SERVICE_WORDS:
        if key.startswith("page"):
            assert placeholders(SERVICE_WORDS[key]) <= {"code", "name"}


# Saying


def test_words_come_in_the_persons_language():
    assert LANGUAGES.say("es", "yes") == "Sí"
    assert LANGUAGES.say("ur", "yes") == "جی ہاں"
    assert LANGUAGES.flow_text("ur", "weekly-check-in/week/choices.hard", "Hard") == "مشکل"


@pytest.mark.parametrize(("asked", "spoken"), [("es-MX", "Sí"), ("ur_PK", "جی ہاں"), ("so", "Yes"), ("", "Yes")])
def test_a_language_we_lack_is_said_in_the_nearest_or_in_english(asked, spoken):
    assert LANGUAGES.say(asked, "yes") == spoken


def test_what_has_no_translation_is_said_in_english():
    assert LANGUAGES.flow_text("ur", "no-such/flow/ask", "Hello, {name}.", name="علی") == "Hello, علی."


def test_a_translation_of_other_words_is_not_used():
    said = LANGUAGES.flow_text("ur", "weekly-check-in/week/choices.hard", "Very hard")
    assert said == "Very hard"


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("key", [key for key in SERVICE_WORDS if f"{key}.unknown_time" in SERVICE_WORDS])
def test_a_time_that_nobody_knows_is_never_promised(code, key):
    unknown = LANGUAGES.say(code, f"{key}.unknown_time")
    assert LANGUAGES.say(code, key) == unknown
    assert LANGUAGES.say(code, key, when=None) == unknown
    assert LANGUAGES.say(code, key, when="") == unknown


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("variable", MISSING)
def test_a_variable_that_nobody_filled_has_words_of_its_own(code, variable):
    said = LANGUAGES.flow_text(code, "", f"Thank you. {{{variable}}}")
    assert said == f"Thank you. {LANGUAGES.say(code, MISSING[variable])}"


def test_an_accent_is_left_out_where_it_would_cost_a_second_text():
    said = LANGUAGES.say("es", "person", when="hoy a las 14:20")
    assert "responderá" not in said
    assert parts(said).one
    assert LANGUAGES.say("es", "language.more") == "Más idiomas"


def test_a_name_is_written_as_its_owner_writes_it():
    assert "José Ángel" in LANGUAGES.say("es", "staff.invite", name="José Ángel")


def test_values_are_set_apart_in_urdu_only():
    assert "\u2068116 123\u2069" in LANGUAGES.say("ur", "crisis.numbers", numbers="116 123")
    assert "\u2068" not in LANGUAGES.say("es", "crisis.numbers", numbers="116 123")


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("es", "ltr"), ("ur", "rtl"), ("xx", "ltr")])
def test_a_language_knows_its_direction(code, direction):
    assert LANGUAGES.direction(code) == direction


def test_without_any_home_the_service_still_speaks_english():
    bare = Languages.from_snapshot({})
    assert bare.codes == ("en",)
    assert bare.say("ur", "receipt.routine") == SERVICE_WORDS["receipt.routine"]
    assert bare.when(NOON, "ur", "UTC", NOON) == "12:00 today"
    assert not bare.reviewed("en")


# Moments


@pytest.mark.parametrize(
    ("after", "en", "es", "ur"),
    [
        (timedelta(hours=2, minutes=20), "14:20 today", "hoy a las 14:20", "آج دوپہر 2:20 بجے"),
        (timedelta(hours=13, minutes=5), "01:05 tomorrow", "mañana a la 1:05", "کل رات 1:05 بجے"),
        (timedelta(days=1), "12:00 tomorrow", "mañana a las 12:00", "کل دوپہر 12:00 بجے"),
        (timedelta(days=6), "12:00 on Monday", "el lunes a las 12:00", "پیر دوپہر 12:00 بجے"),
        (
            timedelta(days=7),
            "12:00 on Tuesday 1 December",
            "el martes 1 de diciembre a las 12:00",
            "منگل، 1 دسمبر دوپہر 12:00 بجے",
        ),
        (-timedelta(days=1), "12:00 on Monday 23 November", None, None),
    ],
)
def test_a_moment_is_said_as_a_person_says_it(after, en, es, ur):
    said = {code: LANGUAGES.when(NOON + after, code, "Europe/London", NOON) for code in ("en", "es", "ur")}
    assert said["en"] == en
    assert es is None or (said["es"], said["ur"]) == (es, ur)


def test_today_is_the_persons_own_day_and_hour():
    late = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    assert LANGUAGES.when(late, "en", "Asia/Karachi", NOON) == "01:30 tomorrow"
    assert LANGUAGES.when(late, "en", "America/Bogota", NOON) == "15:30 today"


# Hearing


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("TEXTS OFF.", Keyword.STOP),
        ("pls stop texting me", Keyword.STOP),
        ("Please stop texting me!", Keyword.STOP),
        ("no quiero más mensajes", Keyword.STOP),
        ("پیغام بند", Keyword.STOP),
        ("mujhe msg mat karo", Keyword.STOP),
        ("ruko", Keyword.STOP),
        ("texts on", Keyword.START),
        ("shuru", Keyword.START),
        ("ayuda", Keyword.HELP),
        ("madad", Keyword.HELP),
        ("مدد", Keyword.HELP),
        ("۰", Keyword.PERSON),
        ("a person", Keyword.PERSON),
        ("hablar con alguien", Keyword.PERSON),
        ("urdu", ChooseLanguage("ur")),
        ("Español", ChooseLanguage("es")),
        ("اردو", ChooseLanguage("ur")),
        ("stop he's hurting me", None),
        ("stop", Keyword.STOP),
        ("help me", None),
        ("basta", None),
        ("para", None),
        ("no more", None),
        ("I can't speak urdu at home any more", None),
    ],
)
def test_keywords_are_heard_only_as_the_whole_text_in_any_language(text, keyword):
    assert recognise(text, LANGUAGES.keywords()) == keyword


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize(("key", "keyword"), [("stop", Keyword.STOP), ("start", Keyword.START)])
def test_the_word_we_tell_works_and_is_no_word_of_the_carriers(code, key, keyword):
    told = LANGUAGES.word(code, key)
    assert recognise(told, LANGUAGES.keywords()) is keyword
    assert recognise(f"{told}۔", LANGUAGES.keywords()) is keyword
    assert fold(told) not in CARRIER_WORDS
    assert told in LANGUAGES.say(code, "help", when="14:20").replace("\u2068", "") or key == "start"


@pytest.mark.parametrize(
    ("step", "language", "text", "values"),
    [
        ("week", "ur", "۳", ("hard",)),
        ("week", "ur", "مشکل", ("hard",)),
        ("week", "ur", "mushkil", ("hard",)),
        ("week", "ur", "Hard", ("hard",)),
        ("week", "es", "dificil", ("hard",)),
        ("week", "en", "awful", ("hard",)),
        ("safe", "ur", "haan", ("yes",)),
        ("safe", "ur", "جی نہیں", ("no",)),
        ("safe", "ur", "nahi", ("no",)),
        ("safe", "es", "sí", ("yes",)),
        ("safe", "es", "yes", ("yes",)),
        ("help", "es", "comida y hablar", ("food", "company")),
        ("help", "ur", "khana aur ghar", ("food", "home")),
        ("help", "ur", "ابھی نہیں", ("none",)),
    ],
)
def test_answers_are_understood_in_the_persons_language_and_in_english(step, language, text, values):
    understood = understand(WEEKLY.step(step), text, LANGUAGES.vocabulary(WEEKLY, language))
    assert understood is not None
    assert understood.values == values
    assert not understood.rest


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("text", ["skip", "saltar", "chhoro"])
def test_a_skip_is_heard_in_ones_own_language_and_in_english(code, text):
    own = {"skip": True, "saltar": code == "es", "chhoro": code == "ur"}[text]
    understood = understand(WEEKLY.step("week"), text, LANGUAGES.vocabulary(WEEKLY, code))
    assert (understood is not None and understood.skipped) == own


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_no_way_to_answer_is_also_a_keyword(code, flow):
    for step, choices in LANGUAGES.vocabulary(flow, code).choices.items():
        if flow.step(step).keeps == "language":
            continue  # there a language's name is the answer, and does what the keyword does
        for ways in choices.values():
            for way in ways:
                # "Ring me" gives way to the answer that it is at the question asked.
                assert recognise(way, LANGUAGES.keywords()) in (None, Keyword.CALL), f"{step}: {way}"
