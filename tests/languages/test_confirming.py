"""What native readers must still confirm, and how long a home with many languages takes to check."""

import shutil
import time

import pytest
from click.testing import CliRunner

from service.cli.check import command
from service.languages import catalog_problems, read_home
from service.languages.confirming import to_confirm
from tests.languages.small_home import FLOW, SHIPPED, add_language, counted, entry, header, make_home


@pytest.fixture
def home(tmp_path):
    home = make_home(tmp_path)
    texts = (
        entry("small/mood/ask", "How are you, {name}?", "Jak jest, {name}?", "fuzzy")
        + entry("small/mood/discreet", "How are you?", "Jak jest?")
        + entry("small/mood/why", "Something else.", "Coś innego.")
        + counted("{name}, {ideas} a", "", "{name}, {ideas} c")
        + entry("service/yes", "Yes", "Tak", "fuzzy")
    )
    add_language(home, "pl", header("pl") + texts, "yes: [tak]\nreviewer: Sana\nreviewed_on: 2026-11-24")
    (home / "locales/pl/urgency.yml").write_text("language: pl\nversion: 2026-11-24\nurgent: []\n", "utf-8")
    add_language(home, "so", header("so"))
    return home


def said(home, *argv):
    done = CliRunner().invoke(command, ["--home", str(home), *argv])
    assert done.exit_code == 0, done.output
    return done.output.split("\n")


def test_how_much_is_left_is_said_first_and_then_by_flow(home):
    lines = said(home, "--for-translators")
    texts = to_confirm(read_home(home))[1].texts
    assert lines[0] == "en: written in flows/ and in the service itself"
    assert lines[1] == f"pl: {texts} texts, 1 checked, 2 to check, {texts - 3} to translate"
    assert lines[2] == f"so: {texts} texts, 0 checked, 0 to check, {texts} to translate"
    assert "  small: 13" in lines
    assert not any("small/mood/ask" in line for line in lines)


def test_one_language_is_told_text_by_text_with_its_lines(home):
    lines = [line.strip() for line in said(home, "--for-translators", "PL")]
    assert not any(line.startswith("so") for line in lines)
    po = "locales/pl/LC_MESSAGES/messages.po"
    number = (home / po).read_text("utf-8").partition('msgid "How are you, {name}?"')[0].count("\n") + 1
    assert f"{po}:{number}: small/mood/ask: How are you, {{name}}? → Jak jest, {{name}}?" in lines
    for context in ("small/mood/why", "small/count/say", "small/idea/ask"):
        assert any(f" {context}: " in line and line.endswith("→ to translate") for line in lines), context
    assert not any(" small/mood/discreet: " in line for line in lines)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("pl", "there are no words for no yet"),
        ("pl", "locales/pl/urgency.yml: nobody has checked these rules"),
        ("so", "nobody has checked this language; write who did"),
        ("so", "locales/so/urgency.yml: is not there"),
        ("en", "nobody has checked this language"),
    ],
)
def test_the_words_of_language_yml_and_the_rules_for_urgent_words_are_read_too(home, code, says):
    assert any(says in line for line in said(home, "--for-translators", code))


def test_what_is_done_is_no_longer_told(home):
    lines = said(home, "--for-translators", "pl")
    assert not any("nobody has checked this language" in line or "words for yes" in line for line in lines)


def test_it_is_told_also_of_a_home_that_can_not_be_published(home):
    (home / "flows/other.yml").write_text("flow: [", "utf-8")
    assert said(home, "--for-translators", "pl")[0].startswith("pl: ")


def test_a_language_that_is_not_there_is_named(home):
    done = CliRunner().invoke(command, ["--home", str(home), "--for-translators", "xx"])
    assert done.exit_code == 2
    assert "There is no language xx; write one of: en, pl, so" in done.output


def test_a_home_with_twelve_languages_is_read_and_checked_in_seconds(tmp_path):
    for folder in ("flows", "config", "locales/en"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder)
    more = FLOW.replace("flow: small", "flow: more")
    steps = "".join(f"  - id: more-{number}\n    say: Something more, {{name}}, {number}.\n" for number in range(100))
    (tmp_path / "flows/more.yml").write_text(more + steps, "utf-8")
    for code in ("cy", "fr", "pt", "pl", "ro", "ar", "bn", "so", "sw", "de", "it", "nl"):
        shutil.copytree(SHIPPED / "locales/es", tmp_path / "locales" / code)
    began = time.process_time()
    snapshot = read_home(tmp_path)
    problems = catalog_problems(snapshot)
    took = time.process_time() - began
    assert len(snapshot["languages"]["nl"]["messages"]) > 300
    assert any("is also what" in str(one) for one in problems)
    assert took < 10
