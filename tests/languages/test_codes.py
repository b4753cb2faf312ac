"""Which language is meant by a code, and how a language is spoken whose script Unicode's data does not have."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.core.answers import understand
from service.core.drawing.cards import locale_of
from service.core.flow_file import load_flow
from service.core.keywords import ChooseLanguage, recognise
from service.core.language_codes import english_name, is_spoken, nearest, script_of, tidy
from service.languages import Languages, catalog_problems, read_home
from service.web.inbox import phrases
from tests.languages.small_home import add_language, entry, make_home

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
ROMAN = """\
name: Roman Urdu
also_called: [roman urdu, urdu roman]
days: [Peer, Mangal, Budh, Jumerat, Jumma, Hafta, Itwaar]
months: [January, February, March, April, May, June, July, August, September, October, Novembar, Disambar]
"""


@pytest.fixture
def home(tmp_path):
    home = make_home(tmp_path)
    add_language(home, "ur", entry("service/yes", "Yes", "جی ہاں"), "name: اردو\nalso_called: [urdu]")
    add_language(home, "es", entry("service/yes", "Yes", "Sí"))
    return home


@pytest.mark.parametrize(
    ("code", "known", "found"),
    [
        ("es", "en es", "es"),
        ("es-MX", "en es", "es"),
        ("es_419", "en es", "es"),
        ("ES", "en es", "es"),
        ("ur_PK", "ur ur-Latn", "ur"),
        ("ur-Arab", "ur ur-Latn", "ur"),
        ("ur-Latn", "ur ur-Latn", "ur-Latn"),
        ("UR_latn_PK", "ur ur-Latn", "ur-Latn"),
        ("ur-Latn", "en ur", None),
        ("ur", "en ur-Latn", None),
        ("sr-Latn", "en sr", None),
        ("sr-Cyrl", "en sr", "sr"),
        ("zh-TW", "zh zh-Hant", "zh-Hant"),
        ("zh-TW", "zh", None),
        ("pt-BR", "pt pt-BR", "pt-BR"),
        ("so", "en es", None),
        ("xx", "xx", "xx"),
        ("", "en es", None),
        ("-", "en es", None),
    ],
)
def test_the_nearest_language_is_one_that_the_person_can_read(code, known, found):
    assert nearest(code, known.split()) == found


@pytest.mark.parametrize(("written", "code"), [("UR_latn", "ur-Latn"), ("es_mx", "es-MX"), (" Cy ", "cy")])
def test_a_code_is_written_as_folders_are_named(written, code):
    assert tidy(written) == code


@pytest.mark.parametrize(("code", "script"), [("ur", "Arab"), ("ur-Latn", "Latn"), ("pa-PK", "Arab"), ("qq", "Zzzz")])
def test_a_code_has_a_script(code, script):
    assert script_of(code) == script


@pytest.mark.parametrize(
    ("language", "codes", "spoken"),
    [("ur-Latn", ("ur",), True), ("ur", ("ur_Latn",), True), ("ur", ("en", "es"), False), ("es-MX", ("es",), True)],
)
def test_speech_has_no_script(language, codes, spoken):
    assert is_spoken(language, codes) == spoken


@pytest.mark.parametrize(
    ("code", "name"), [("ur", "Urdu"), ("ur-Latn", "Urdu (Latin)"), ("UR_latn", "Urdu (Latin)"), ("xx", "xx")]
)
def test_english_speaking_staff_read_which_script_somebody_reads(code, name):
    assert english_name(code) == phrases.language(code) == name


def test_a_drawing_in_roman_urdu_has_no_arabic_letters():
    assert locale_of("ur-Latn").language == "en"
    assert locale_of("ur").language == "ur"


def test_somebody_who_reads_roman_urdu_is_never_sent_arabic_letters(home):
    assert Languages.from_snapshot(read_home(home)).say("ur-Latn", "yes") == "Yes"
    add_language(home, "ur-Latn", entry("service/yes", "Yes", "Ji haan"), ROMAN)
    languages = Languages.from_snapshot(read_home(home))
    assert [languages.say(code, "yes") for code in ("ur-Latn", "ur_latn", "ur-Latn-PK", "ur")] == [
        *["Ji haan"] * 3,
        "جی ہاں",
    ]
    assert languages.direction("ur-Latn") == "ltr"
    assert languages.direction("ur") == "rtl"


@pytest.mark.parametrize(
    ("text", "code"), [("roman urdu", "ur-Latn"), ("Roman Urdu!", "ur-Latn"), ("urdu", "ur"), ("Urdu roman", "ur-Latn")]
)
def test_somebody_who_writes_the_name_of_a_language_gets_it(home, text, code):
    add_language(home, "ur-Latn", "", ROMAN)
    assert recognise(text, Languages.from_snapshot(read_home(home)).keywords()) == ChooseLanguage(code)


@pytest.mark.parametrize(
    ("settings", "tomorrow", "weekday", "day"),
    [
        (ROMAN, "12:00 tomorrow", "12:00 on Itwaar", "12:00 on Mangal 1 Disambar"),
        (ROMAN + "date: \"EEEE', 'd MMM\"", "12:00 tomorrow", "12:00 on Itwaar", "12:00 on Mangal, 1 Disambar"),
        ("name: Roman Urdu", "12:00 tomorrow", "12:00 on Sunday", "12:00 on Tuesday 1 December"),
    ],
)
def test_days_have_the_names_of_the_languages_own_file(home, settings, tomorrow, weekday, day):
    add_language(home, "ur-Latn", "", settings)
    languages = Languages.from_snapshot(read_home(home))
    said = [languages.when(NOON + timedelta(days=days), "ur-Latn", "Europe/London", NOON) for days in (1, 5, 7)]
    assert said == [tomorrow, weekday, day]


def test_answers_are_said_back_with_those_names(home):
    add_language(home, "ur-Latn", "", ROMAN)
    languages = Languages.from_snapshot(read_home(home))
    assert languages.answered_time("wed 14:00", "ur-Latn") == "Budh 14:00"
    assert languages.answered_day("2026-12-03", "ur-Latn") == "Jumerat 3 Disambar"
    assert languages.day_and_month(date(2026, 12, 3), "ur-Latn") == "3 Disambar"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "3 disambar", "2026-12-03"),
        ("date", "jumerat", "2026-11-26"),
        ("date", "3 December", "2026-12-03"),
        ("time", "budh 14:00", "wed 14:00"),
        ("time", "Wednesday 14:00", "wed 14:00"),
    ],
)
def test_those_names_are_understood_and_the_english_ones_too(home, kind, text, value):
    add_language(home, "ur-Latn", "", ROMAN)
    flow = load_flow(
        (home / "flows/small.yml").read_text("utf-8").replace("    open: true\n", f"    {kind}: true\n"), "flows/small.yml"
    )
    vocabulary = Languages.from_snapshot(read_home(home)).vocabulary(flow, "ur-Latn")
    understood = understand(flow.step("idea"), text, vocabulary, today=NOON.date())
    assert understood is not None
    assert understood.values == (value,)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("days: [Peer, Mangal]", "days has 2 names; write all 7, beginning with Monday"),
        ("months: [January]", "months has 1 names; write all 12, beginning with January"),
        ("days: [[Peer]]", "single words"),
    ],
)
def test_names_of_days_are_all_there_or_none(home, settings, says):
    add_language(home, "ur-Latn", "", settings)
    [problem] = [one for one in catalog_problems(read_home(home)) if "ur-Latn" in one.file]
    assert says in str(problem)
    assert problem.line > 1
