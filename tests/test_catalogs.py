import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.cli.translate import command
from service.languages import Languages, catalog_problems, read_home, unfinished
from service.languages.catalogs import messages_of, read_catalog
from service.languages.settings import read_settings
from service.languages.update import CannotUpdate, merge, update_catalogs

HOME = Path(__file__).parent.parent
PO = "locales/ur/LC_MESSAGES/messages.po"
ENTRY = 'msgctxt "service/yes"\nmsgid "Yes"\nmsgstr "جی ہاں"\n'
ENGLISH = (HOME / "locales/en/language.yml").read_text("utf-8")


@pytest.fixture
def home(tmp_path):
    """What ships, in three of its languages."""
    for folder in ("flows", "config", "locales/en", "locales/es", "locales/ur"):
        shutil.copytree(HOME / folder, tmp_path / folder)
    shutil.copy(HOME / "locales/messages.pot", tmp_path / "locales/messages.pot")
    return tmp_path


def change(file, before, after):
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")


def line_of(file, words):
    return file.read_text("utf-8").partition(words)[0].count("\n") + 1


# A catalog is read whole, or what is wrong with it is named.


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (ENTRY.encode("utf-8") + 'msgid "é"'.encode("latin-1"), 4, "UTF-8"),
        (ENTRY.replace('"Yes"', '"Yes').encode(), 2, "both quotes"),
        (ENTRY.replace('"Yes"', '"Y"es"').encode(), 2, "both quotes"),
        (ENTRY.replace('"Yes"', "Yes").encode(), 2, "both quotes"),
        (ENTRY.replace("msgid", "msgidd").encode(), 2, "no line of a catalog"),
        (f"<<<<<<< mine\n{ENTRY}=======\n".encode(), 1, "two versions"),
        ((ENTRY + "\n" + ENTRY).encode(), 5, "first in line 1"),
        ((ENTRY + "\n" + "hello").encode(), 5, "no line of a catalog"),
    ],
)
def test_a_broken_catalog_is_named_with_its_line(data, line, says):
    catalog, problems = read_catalog(data, PO)
    assert (problems[0].file, problems[0].line) == (PO, line)
    assert len(problems) == 1 or b"=======" in data
    assert says in str(problems[0])
    assert not messages_of(catalog)


@pytest.mark.parametrize(
    "data",
    [
        ENTRY.encode(),
        b"\xef\xbb\xbf" + ENTRY.encode(),
        ENTRY.replace("\n", "\r\n").encode(),
        ENTRY.replace("\n", "\r").encode(),
        ('msgid ""\nmsgstr "Content-Type: text/plain; charset=ISO-8859-1\\n"\n\n' + ENTRY).encode(),
        ('#~ msgid "Old"\n#~ msgstr "پرانا"\n\n' + ENTRY).encode(),
        ENTRY.replace('"جی ہاں"', '""\n"جی "\n"ہاں"').encode(),
    ],
)
def test_a_catalog_is_read_right_whatever_editor_saved_it(data):
    catalog, problems = read_catalog(data, PO)
    assert not problems
    assert messages_of(catalog)["service/yes"]["text"] == "جی ہاں"


@given(st.binary(max_size=200) | st.text(alphabet='msgidstrc"\\ #~\n[0]x{}', max_size=200).map(str.encode))
def test_no_file_makes_reading_fail(data):
    catalog, problems = read_catalog(data, PO)
    assert problems or isinstance(messages_of(catalog), dict)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{when} تک کوئی انسان انہیں", "کوئی انسان انہیں", "write {when} where it belongs"),
        ("{when} تک کوئی انسان انہیں", "{when} {name} تک کوئی انسان انہیں", "{name} is not in the English"),
        ("{when} تک کوئی انسان انہیں", "{when تک کوئی انسان انہیں", "no partner"),
        ("{when} تک کوئی انسان انہیں", "{when} تک STOP کوئی انسان انہیں", "carriers act on"),
        ("{when} تک کوئی انسان انہیں", "{when} تک www.example.org انہیں", "link"),
    ],
)
def test_a_translation_that_would_say_something_else_is_named_with_its_line(home, before, after, says):
    change(home / PO, before, after)
    problems = catalog_problems(read_home(home))
    assert says in " ".join(map(str, problems))
    assert {one.line for one in problems} == {line_of(home / PO, 'msgid "Thank you. We have kept your words. A person')}
    assert {one.piece for one in problems} == {"service/receipt.soon"}


def test_a_fault_in_one_file_hides_none_in_another(home):
    (home / PO).write_bytes(b"\xff")
    (home / "flows/welcome.yml").write_bytes(b"\xff\xfe")
    (home / "locales/es/language.yml").write_text("name: [")
    (home / "locales/es/LC_MESSAGES/messages.po").unlink()
    files = {one.file for one in catalog_problems(read_home(home))}
    assert files >= {PO, "flows/welcome.yml", "locales/es/language.yml", "locales/es/LC_MESSAGES/messages.po"}
    assert Languages.from_snapshot(read_home(home)).say("ur", "yes") == "Yes"


def test_a_snapshot_is_plain_json(home):
    snapshot = read_home(home)
    again = json.loads(json.dumps(snapshot))
    assert again == snapshot
    assert Languages.from_snapshot(again).say("ur", "yes") == "جی ہاں"
    assert set(snapshot["flows"]) >= {"flows/weekly-check-in.yml", "flows/welcome.yml"}
    assert not any(".stories." in file for file in snapshot["flows"])
    assert "config/team.yml" in snapshot["config"]


def test_a_language_is_reviewed_once_a_named_reader_left_nothing_in_doubt(home):
    change(home / "locales/ur/language.yml", "reviewer:", "reviewer: Sana\nx:")
    change(home / "locales/ur/language.yml", "reviewed_on:", "reviewed_on: 2026-11-24")
    assert not Languages.from_snapshot(read_home(home)).reviewed("ur")
    (home / PO).write_text((home / PO).read_text("utf-8").replace("#, fuzzy", "#,"), "utf-8")
    assert Languages.from_snapshot(read_home(home)).reviewed("ur")
    change(home / PO, 'msgstr "جی ہاں"', 'msgstr ""')
    assert not Languages.from_snapshot(read_home(home)).reviewed("ur")
    assert not Languages.from_snapshot(read_home(home)).reviewed("xx")


# language.yml


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("direction: ltr", "direction: up", "write ltr"),
        ("direction: ltr", "", "direction is missing"),
        ("direction: ltr", "direktion: ltr", "did you mean direction?"),
        ("time: HH:mm", "time: soon", "HH:mm"),
        ("reviewed_on:", "reviewed_on: last week", "2026-11-24"),
        ("reviewer:", "reviewer: Ann", "not when"),
        ("stop: [TEXTS OFF,", "stop: [STOP,", "carriers act on"),
        ("help: [help,", "help: [help, Stop,", "under stop and under help"),
        ("no: [no,", "no: [no, yes,", "under yes and under no"),
        ("no: [no,", "no: [no, start,", "can't mean no"),
        ("yes: [yes,", "yes: [[yes],", "single words"),
        ('plain: {"’"', 'plain: {"’’"', "one character"),
    ],
)
def test_what_is_wrong_in_a_language_is_named_with_its_line(before, after, says):
    assert before in ENGLISH
    _, problems = read_settings(ENGLISH.replace(before, after, 1), "locales/en/language.yml")
    assert says in "\n".join(map(str, problems))
    assert all(one.line > 1 or "missing" in str(one) or "not when" in str(one) for one in problems)


def test_the_english_file_is_right():
    assert read_settings(ENGLISH, "locales/en/language.yml")[1] == []


def test_a_word_that_means_two_things_in_two_languages_is_named(home):
    change(home / "locales/ur/language.yml", "madad,", "madad, parar,")
    assert "parar" in " ".join(map(str, catalog_problems(read_home(home))))


# Updating


def test_what_ships_is_up_to_date_and_another_update_changes_nothing(home):
    before = {file: file.read_text("utf-8") for file in (home / "locales").rglob("*.po*")}
    update_catalogs(home)
    assert {file: file.read_text("utf-8") for file in (home / "locales").rglob("*.po*")} == before


def test_babels_own_command_finds_the_same_words(tmp_path, monkeypatch):
    monkeypatch.chdir(HOME)
    out = tmp_path / "messages.pot"
    argv = ["pybabel", "-q", "extract", "-F", "babel.cfg", "-c", "NOTE:", "-k", "pgettext:1c,2", "-o", str(out), "."]
    with contextlib.redirect_stderr(io.StringIO()):
        CommandLineInterface().run(argv)
    ours, theirs = (read_catalog(file.read_bytes(), "")[0] for file in (HOME / "locales/messages.pot", out))
    assert {(one.context, one.id) for one in ours if one.id} == {(one.context, one.id) for one in theirs if one.id}


def test_changed_english_keeps_its_translation_in_doubt(home):
    change(home / "flows/weekly-check-in.yml", "label: Hard", "label: Very hard")
    update_catalogs(home)
    message = read_home(home)["languages"]["ur"]["messages"]["weekly-check-in/week/choices.hard"]
    assert (message["english"], message["text"], message["fuzzy"]) == ("Very hard", "مشکل", True)
    for _ in range(2):
        assert '#| msgid "Hard"' in (home / PO).read_text("utf-8")
        assert "# |" not in (home / PO).read_text("utf-8")
        update_catalogs(home)


def test_what_was_checked_and_comes_back_is_checked_again(home):
    flow = home / "flows/weekly-check-in.yml"
    before = flow.read_text("utf-8")
    (home / PO).write_text((home / PO).read_text("utf-8").replace("#, fuzzy", "#,"), "utf-8")
    change(flow, "    why: So that we notice when things change for you.\n", "")
    update_catalogs(home)
    flow.write_text(before, "utf-8")
    update_catalogs(home)
    messages = read_home(home)["languages"]["ur"]["messages"]
    assert [context for context, one in messages.items() if one["fuzzy"]] == ["weekly-check-in/week/why"]


def test_a_renamed_step_takes_its_translation_along(home):
    change(home / "flows/weekly-check-in.yml", "id: words", "id: more")
    update_catalogs(home)
    message = read_home(home)["languages"]["ur"]["messages"]["weekly-check-in/more/why"]
    assert message["text"]
    assert message["fuzzy"]


def test_a_text_that_comes_back_finds_its_translation_again(home):
    flow = home / "flows/weekly-check-in.yml"
    before = flow.read_text("utf-8")
    words = (home / PO).read_text("utf-8")
    change(flow, "  - id: words", "  - id: gone\n    ask: One more?\n    open: true\n\n  - id: words")
    change(flow, "    why: So that we notice when things change for you.\n", "")
    update_catalogs(home)
    assert "#~ msgctxt" in (home / PO).read_text("utf-8")
    flow.write_text(before, "utf-8")
    update_catalogs(home)
    assert (home / PO).read_text("utf-8") == words


def test_notes_of_translators_stay(home):
    change(home / PO, "#: service/core/words.py:", "# said softly\n#: service/core/words.py:")
    update_catalogs(home)
    assert "# said softly" in (home / PO).read_text("utf-8")


def test_a_new_language_begins_with_a_folder(home):
    (home / "locales/cy").mkdir()
    assert any(one.code == "cy" and one.untranslated == one.texts for one in update_catalogs(home))
    assert 'msgid "Yes"' in (home / "locales/cy/LC_MESSAGES/messages.po").read_text("utf-8")


@pytest.mark.parametrize("file", [PO, "flows/welcome.yml"])
def test_nothing_is_written_where_something_is_broken(home, file):
    (home / file).write_text("msgid broken", "utf-8")
    (home / "locales/messages.pot").unlink()
    with pytest.raises(CannotUpdate, match=file):
        update_catalogs(home)
    assert not (home / "locales/messages.pot").exists()
    said = CliRunner().invoke(command, ["update", "--home", str(home)])
    assert said.exit_code == 2
    assert f"{file}:1: " in said.stderr


CONTEXTS = st.sampled_from(["a", "b", "c", "d"])
ENGLISHES = st.sampled_from(["One", "Two", "Three"])


def catalog_of(entries, translated):
    lines = []
    for number, (context, english) in enumerate(entries.items()):
        text = f"t{translated}{number}" if translated else ""
        lines.append(f'msgctxt "{context}"\nmsgid "{english}"\nmsgstr "{text}"\n')
    return read_catalog("\n".join(lines).encode(), PO)[0]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(CONTEXTS, ENGLISHES), st.lists(st.dictionaries(CONTEXTS, ENGLISHES), max_size=4))
def test_no_translation_is_ever_lost(first, later):
    catalog = catalog_of(first, "x")
    translations = {message.string for message in catalog if message.id}
    for entries in later:
        catalog = merge(catalog_of(entries, ""), catalog)
        kept = {message.string for message in (*catalog, *catalog.obsolete.values())}
        assert translations <= kept
        assert {(one.context, one.id) for one in catalog if one.id} == set(entries.items())


def test_the_command_says_what_is_left_to_do(home):
    change(home / PO, 'msgstr "جی ہاں"', 'msgstr ""')
    said = CliRunner().invoke(command, ["update", "--home", str(home)])
    assert said.exit_code == 0
    assert "ur: " in said.output
    assert "1 to translate" in said.output
    assert f"{PO}:" in said.output


def test_what_is_unfinished_has_its_line(home):
    lines = (home / PO).read_text("utf-8").split("\n")
    for one in unfinished(read_home(home)):
        if one.file == PO:
            assert lines[one.line - 1].startswith(("msgctxt", "msgid"))
