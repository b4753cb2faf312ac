"""A word for an answer that would be heard as something else is named, in whichever language it stands."""

import pytest

from service.core.keywords import recognise
from service.languages import Languages, catalog_problems, read_home
from tests.languages.small_home import SHIPPED, add_language, entry, make_home

FINE, FINE_WORDS = "small/mood/choices.fine", "small/mood/choices.fine.words"


def line_of(file, words):
    return file.read_text("utf-8").partition(words)[0].count("\n") + 1


def found(home):
    return [one for one in catalog_problems(read_home(home)) if one.file.startswith(("flows/", "locales/"))]


@pytest.mark.parametrize(
    ("label", "words", "says"),
    [
        ("Fine", "great, all good", None),
        ("No more texts", "great", "“No more texts” ends all texts (locales/en/language.yml:"),
        ("NoMoreTexts", "great", "ends all texts"),
        ("Fine", "great, a person", "asks for a person"),
        ("Fine", "why", "asks why we ask"),
        ("Fine", "inglés", "chooses the language en"),
        ("Fine", "mensajes no", "“mensajes no” ends all texts (locales/es/language.yml:"),
        ("Fine", "call me", None),  # heard as a wish only where it is no answer
        ("Start", "start again", None),  # heard only after a stop
    ],
)
def test_an_english_answer_that_is_heard_as_something_else_is_named(tmp_path, label, words, says):
    home = make_home(tmp_path)
    add_language(home, "es", "", "stop: [mensajes no]")
    file = home / "flows/small.yml"
    text = file.read_text("utf-8").replace("label: Fine", f"label: {label}")
    file.write_text(text.replace("words: great, all good", f"words: {words}"), "utf-8")
    problems = found(home)
    assert len(problems) == bool(says), problems
    for one in problems:
        assert says in str(one)
        assert (one.file, one.line) == ("flows/small.yml", line_of(file, "      fine:\n"))


@pytest.mark.parametrize(
    ("context", "english", "translation", "says"),
    [
        (FINE, "Fine", "Bien", None),
        (FINE, "Fine", "band", "“band” ends all texts (locales/ur/language.yml:"),
        (FINE_WORDS, "great, all good", "genial, band, bueno", "“band” ends all texts"),
        (FINE_WORDS, "great, all good", "ٹھیک، بند", "“بند” ends all texts"),
        (FINE_WORDS, "great, all good", "urdu", "chooses the language ur"),
        (FINE_WORDS, "great, all good", "unsubscribe", "“unsubscribe” ends all texts (in every language)"),
        (FINE_WORDS, "great, all good", "Help!", "“Help!” asks how this works (locales/en/language.yml:"),
        (FINE_WORDS, "great, all good", "۰", "asks for a person"),
        (FINE_WORDS, "great, of old", "band", None),  # a translation that is not used any more
    ],
)
def test_a_translation_that_is_heard_as_something_else_is_named(tmp_path, context, english, translation, says):
    home = make_home(tmp_path)
    add_language(home, "ur", "", "stop: [بند, band]\nalso_called: [urdu]")
    add_language(home, "es", entry("service/no", "No", "No") + entry(context, english, translation))
    problems = found(home)
    assert len(problems) == bool(says), problems
    for one in problems:
        assert says in str(one)
        assert one.file == "locales/es/LC_MESSAGES/messages.po"
        assert one.line in (5, 6)
        assert one.piece == context


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("yes: [ja]", None),
        ("yes: [ja, band]", "“band” ends all texts (locales/ur/language.yml:"),
        ("no: [nej, madad]", "asks how this works"),
        ("skip: [help]", "asks how this works"),
        ("numbers: [nul, een/band]", "“band” ends all texts"),
        ("today: [insaan]", "asks for a person"),
        ("days: [band, b, c, d, e, f, g]", "ends all texts"),
        ("also_called: [band]", "does something else everywhere"),
        ("also_called: [danish, urdu]", "“urdu” is also what"),
        ("name: Urdu", "“urdu” is also what da is called"),
    ],
)
def test_a_word_of_language_yml_is_looked_at_against_every_other_language(tmp_path, settings, says):
    home = make_home(tmp_path)
    add_language(home, "da", "", settings)
    add_language(home, "ur", "", "stop: [band]\nhelp: [madad]\nperson: [insaan]\nalso_called: [urdu]")
    problems = found(home)
    assert len(problems) == bool(says), problems
    for one in problems:
        assert says in str(one)
        assert one.file in ("locales/da/language.yml", "locales/ur/language.yml")


def test_a_scale_is_looked_at_too(tmp_path):
    home = make_home(tmp_path)
    file = home / "flows/small.yml"
    scale = "    scale: {from: 1, to: 5}\n    low: No texts\n    high: Lots\n"
    file.write_text(file.read_text("utf-8").replace("    open: true\n", scale), "utf-8")
    [problem] = found(home)
    assert "“No texts” ends all texts" in str(problem)
    assert problem.line == line_of(file, "    low: No texts")


def test_what_ships_has_no_such_word():
    snapshot = read_home(SHIPPED)
    assert [str(one) for one in catalog_problems(snapshot) if "before it is heard" in str(one)] == []
    assert recognise("stop", Languages.from_snapshot(snapshot).keywords()) is not None
