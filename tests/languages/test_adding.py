"""A language that is new: one command, no programming, and the home can be published the same day."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.localedata import locale_identifiers
from click.testing import CliRunner

from service.cli.translate import command
from service.core.answers import understand
from service.core.keywords import ChooseLanguage, Keyword, KeywordTable, recognise
from service.core.language_codes import tidy
from service.languages import Languages, catalog_problems, read_home, unfinished
from service.languages.adding import CannotAdd, add_language, settings_text
from service.languages.catalogs import read_catalog
from service.languages.moments import when
from service.languages.settings import read_settings
from service.usecases.publishing import check_home
from service.usecases.releases import build
from tests.languages.small_home import SHIPPED, make_home
from tests.languages.small_home import add_language as put_language

NOTHING_SAID = KeywordTable({}, {})
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path)


def test_what_ships_can_be_published_with_a_language_that_nobody_has_translated_yet(tmp_path):
    for folder in ("flows", "config", "locales/en"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder)
    before = check_home(tmp_path, TODAY)
    added = CliRunner().invoke(command, ["add", "tr", "--home", str(tmp_path)])
    assert added.exit_code == 0, added.output
    assert "Türkçe" in added.output
    assert "urgency.yml is not there" in added.output
    snapshot = check_home(tmp_path, TODAY)
    release = build(snapshot, TODAY)
    assert release.languages.codes == ("en", "tr")
    assert not release.reviewed
    assert release.languages.say("tr", "yes") == "Yes"
    assert release.languages.word("tr", "stop") == release.languages.word("en", "stop")
    assert recognise("türkçe", release.languages.keywords()) == ChooseLanguage("tr")
    assert recognise("texts off", release.languages.keywords()) is Keyword.STOP
    flow = release.flows["weekly-check-in"]
    assert understand(flow.step("week"), "hard", release.languages.vocabulary(flow, "tr")).values == ("hard",)
    assert before["flows"] == snapshot["flows"]


def test_every_text_is_there_to_translate_with_the_plural_forms_of_the_language(home):
    added = add_language(home, "pl")
    data = (home / "locales/pl/LC_MESSAGES/messages.po").read_bytes()
    catalog, problems = read_catalog(data, "")
    assert not problems
    assert len([one for one in catalog if one.id]) == added.texts > 20
    assert catalog.num_plurals == 3
    assert b"msgstr[2]" in data
    lacking = [str(one) for one in unfinished(read_home(home)) if "/pl/" in one.file]
    assert sum("no translation yet" in one for one in lacking) == added.texts
    assert any("no words for yes yet" in one for one in lacking)


@pytest.mark.parametrize(
    ("code", "has"),
    [
        ("tr", ["name: Türkçe\n", "direction: ltr\n", "time: HH:mm\n", "also_called: [turkish, turco]"]),
        ("ar", ["name: العربية\n", "direction: rtl\n"]),
        ("fa", ["name: فارسی\n", "direction: rtl\n", "time: H:mm\n"]),
        ("ur-Latn", ["name: Roman Urdu  # TO FILL", "direction: ltr\n", "urdu roman", "days: []  # TO FILL", "months: []"]),
        ("pa-Arab", ["direction: rtl\n", "punjabi arabic"]),
        ("UR_latn", ["name: Roman Urdu  # TO FILL"]),
        ("haz", ["name: haz  # TO FILL", "time: HH:mm\n", "days: []"]),
        ("pt-BR", ['name: "português (Brasil)"', "brazilian portuguese"]),
    ],
)
def test_unicodes_data_is_written_and_a_mark_stands_wherever_a_person_must_write(home, code, has):
    put_language(home, "es")
    folder = add_language(home, code).folder
    assert folder.name == tidy(code)
    text = (folder / "language.yml").read_text("utf-8")
    for one in has:
        assert one in text
    for key in ("stop", "start", "help", "person", "why", "call", "yes", "no", "skip", "numbers", "today", "plain"):
        assert f"\n{key}: " in text
        assert "# TO FILL: " in text.partition(f"\n{key}: ")[2].partition("\n")[0]
    assert ("days:" in text) == (code not in ("tr", "ar", "fa", "pa-Arab", "pt-BR"))
    assert [one for one in catalog_problems(read_home(home)) if tidy(code) in one.file] == []


def test_every_language_that_unicode_knows_can_be_begun_and_says_when():
    def say(_, **said):
        return str(said)

    for code in sorted({tidy(one) for one in locale_identifiers()} | {"haz", "ur-Latn", "tlh"}):
        settings, problems = read_settings(settings_text(code, NOTHING_SAID, ["en", "es", "ur"]), "language.yml")
        assert problems == [], code
        assert settings["name"], code
        for days in (1, 3, 9):
            assert when(
                NOON + timedelta(days=days), "UTC", NOON, code=code, settings=settings, say=lambda _, **said: str(said)
            )


def test_a_name_that_does_something_already_is_left_out(home):
    put_language(home, "xx", "", "also_called: [turkish]")
    add_language(home, "tr")
    assert "also_called: []" in (home / "locales/tr/language.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("turkish", "There is no language turkish; did you mean tr (Turkish)?"),
        ("Türkçe", "did you mean tr (Turkish)?"),
        ("somalii", "did you mean so (Somali)?"),
        ("iw", "its code is he now"),
        ("q1", "write its code of ISO 639, such as so for Somali"),
        ("zxx", "there is no language zxx"),
        ("../en", "there is no language ../en"),
        ("tr-Foo", "FOO is no script and no country; write tr, or tr-Latn"),
        ("en", "locales/en is there already"),
        ("ES", "locales/es is there already"),
    ],
)
def test_what_is_no_language_or_is_there_already_is_refused(home, code, says):
    put_language(home, "es")
    before = {file: file.read_bytes() for file in Path(home).rglob("*") if file.is_file()}
    said = CliRunner().invoke(command, ["add", code, "--home", str(home)])
    assert said.exit_code == 2
    assert says.casefold() in said.output.casefold()
    assert {file: file.read_bytes() for file in Path(home).rglob("*") if file.is_file()} == before


def test_nothing_is_begun_while_a_flow_is_broken(home):
    (home / "flows/small.yml").write_text("flow: [", "utf-8")
    said = CliRunner().invoke(command, ["add", "tr", "--home", str(home)])
    assert said.exit_code == 2
    assert "flows/small.yml:1" in said.output
    assert not (home / "locales/tr").exists()


def test_a_catalog_that_is_there_already_is_kept(home):
    put_language(home, "tr", "# mine\n")
    (home / "locales/tr/language.yml").unlink()
    add_language(home, "tr")
    assert (home / "locales/tr/LC_MESSAGES/messages.po").read_text("utf-8") == "# mine\n"
    with pytest.raises(CannotAdd):
        add_language(home, "tr")


@pytest.mark.parametrize("key", ["stop", "yes", "skip"])
def test_english_may_not_lack_the_words_on_which_everybody_falls_back(home, key):
    file = home / "locales/en/language.yml"
    lines = [f"{key}: []" if line.startswith(f"{key}:") else line for line in file.read_text("utf-8").split("\n")]
    file.write_text("\n".join(lines), "utf-8")
    [problem] = [one for one in catalog_problems(read_home(home)) if one.file == "locales/en/language.yml"]
    assert f"{key} has no words" in str(problem)
    assert problem.line == lines.index(f"{key}: []") + 1
    assert Languages.from_snapshot(read_home(home)).say("en", "yes") == "Yes"
