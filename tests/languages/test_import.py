"""What translators send back: all of it is taken in, or every row that can't be is named and nothing is written."""

import contextlib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.cli import translate
from service.cli.translate import command
from service.languages import Languages, read_home
from service.languages.reviewing import with_reviewer
from service.languages.settings import read_settings
from service.languages.update import update_catalogs
from service.usecases.translating.sheet import NoSheet, read_sheet
from tests.languages.small_home import LANGUAGE, add_language, counted, entry, header, make_home

PO = "locales/pl/LC_MESSAGES/messages.po"
ASK, ASKED = "small/mood/ask", "Jak się masz, {name}?"
COUNTED = ("{name}, {ideas} pomysł.", "{name}, {ideas} pomysły.", "{name}, {ideas} pomysłów.")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A home with the language, and beside it how it is exported."""
    place = tmp_path_factory.mktemp("ready")
    home = make_home(place / "home")
    known = entry(ASK, "How are you, {name}?", ASKED, "fuzzy") + entry("small/mood/discreet", "How are you?", "Jak jest?")
    add_language(home, "pl", header("pl") + known + counted(*COUNTED), "stop: [koniec]")
    update_catalogs(home)
    exported(home)
    return place


@pytest.fixture
def home(ready, tmp_path):
    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    return tmp_path / "home"


@pytest.fixture
def sheet(home):
    """The language as it is exported; `change` and `bring` work on it."""
    return home.parent / "pl.xlsx"


def exported(home, code="pl", suffix="xlsx"):
    out = home.parent / f"{code}.{suffix}"
    done = CliRunner().invoke(command, ["export", code, "--out", str(out), "--home", str(home)])
    assert done.exit_code == 0, done.output
    return out


def change(file, text, cells=None, nth=0, **more):
    """Write into the row of a text, as a translator would; the number of the row."""
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    found = [row for row in page.iter_rows(min_row=2) if row[0].value == text][nth]
    for head, value in {**(cells or {}), **more}.items():
        found[heads.index(head)].value = value
    book.save(file)
    return found[0].row


def bring(home, file, *more, code="pl"):
    return CliRunner().invoke(command, ["import", code, str(file), *more, "--home", str(home)])


def messages(home, code="pl"):
    return read_home(home)["languages"][code]["messages"]


def state(home):
    return {file: file.read_bytes() for file in Path(home).rglob("*") if file.is_file()}


def refused(home, file, *more, code="pl"):
    """What is said where nothing may be written."""
    before = state(home)
    done = bring(home, file, *more, code=code)
    assert done.exit_code == 2, done.output
    assert "Nothing was written." in done.output
    assert state(home) == before
    return done.output


# There and back


@pytest.mark.parametrize("suffix", ["xlsx", "po"])
def test_what_comes_back_unchanged_changes_nothing(home, suffix):
    file, before = exported(home, suffix=suffix), state(home)
    done = bring(home, file)
    assert done.exit_code == 0, done.output
    assert "0 translations changed." in done.output
    assert state(home) == before


@pytest.mark.parametrize(
    ("cells", "text", "fuzzy"),
    [
        ({"translation": "Cześć, {name}!"}, "Cześć, {name}!", True),
        ({"translation": "Cześć, {name}!", "state": "checked"}, "Cześć, {name}!", False),
        ({"translation": "Cześć, {name}!", "state": None}, "Cześć, {name}!", True),
        ({"translation": "Cześć, {name}!", "state": "to do"}, "Cześć, {name}!", True),
        ({"state": "checked"}, ASKED, False),
        ({"state": " Checked "}, ASKED, False),
        ({"state": None}, ASKED, True),
        ({"translation": f"  {ASKED}\n", "state": "please check"}, ASKED, True),
        ({"translation": "=1+1 {name}"}, "=1+1 {name}", True),
        ({"translation": "Cześć,\r\n{name}_x000D_"}, "Cześć,\n{name}", True),
    ],
)
def test_changed_words_and_the_state_are_taken_in(home, sheet, cells, text, fuzzy):
    change(sheet, ASK, **cells)
    done = bring(home, sheet, "--reviewer", "Sana")
    assert done.exit_code == 0, done.output
    assert (messages(home)[ASK]["text"], messages(home)[ASK]["fuzzy"]) == (text, fuzzy)
    assert "reviewer: Sana" in (home / "locales/pl/language.yml").read_text("utf-8") or fuzzy
    assert Languages.from_snapshot(read_home(home)).flow_text("pl", ASK, "How are you, {name}?", name="Ana")


def test_what_was_checked_may_be_doubted(home, sheet):
    change(sheet, "small/mood/discreet", state="please check")
    assert bring(home, sheet).exit_code == 0
    assert messages(home)["small/mood/discreet"]["fuzzy"]


@pytest.mark.parametrize("states", [("checked", "checked", "checked"), ("checked", "please check", "checked")])
def test_a_text_is_checked_when_all_of_its_forms_are(home, sheet, states):
    for form, said in enumerate(states):
        change(sheet, "small/count/say", nth=form, translation=COUNTED[form].replace("pomys", "Pomys"), state=said)
    assert bring(home, sheet, "--reviewer", "Sana").exit_code == 0
    message = messages(home)["small/count/say"]
    assert message["forms"] == [one.replace("pomys", "Pomys") for one in COUNTED]
    assert message["fuzzy"] == ("please check" in states)


def test_rows_and_columns_may_be_left_out_and_stand_in_any_order(home, sheet):
    book = openpyxl.load_workbook(sheet)
    small = openpyxl.Workbook()
    small.active.append(["translation", "mine", "English", "context"])
    small.active.append(["Cześć, {name}.", "note", "How are you, {name}?", ASK])
    small.save(sheet)
    book.close()
    assert bring(home, sheet).exit_code == 0
    assert messages(home)[ASK]["text"] == "Cześć, {name}."
    assert messages(home)["small/mood/discreet"]["text"] == "Jak jest?"


def test_a_number_that_a_spreadsheet_made_of_words_is_words_again(home, sheet):
    change(sheet, "small/mood/choices.low", translation=7)
    assert bring(home, sheet).exit_code == 0
    assert messages(home)["small/mood/choices.low"]["text"] == "7"


# What can't be taken


@pytest.mark.parametrize(
    ("context", "cells", "says"),
    [
        (ASK, {"translation": "Cześć!"}, "the English has {name} and this has not"),
        (ASK, {"translation": "Cześć, {nmae}!"}, "{nmae} is not in the English"),
        (ASK, {"translation": "Cześć, {name}! {"}, "no partner"),
        (ASK, {"translation": "Cześć, {name}! www.example.org"}, "looks like a link"),
        (ASK, {"translation": "Cześć, {name}! STOP"}, "carriers act on"),
        (ASK, {"translation": None}, "the translation is gone; write it, or take the row out"),
        (ASK, {"translation": "Cześć, {name}! " + "ż" * 140}, "takes 3 parts (UCS-2"),
        (
            ASK,
            {"English": "How was it, {name}?", "translation": "Jak było, {name}?"},
            "the English has changed since, to “How",
        ),
        (ASK, {"English": "How was it, {name}?", "state": "checked"}, "the English has changed since"),
        (ASK, {"state": "cheked"}, "state is cheked; did you mean `checked`?"),
        (ASK, {"context": "small/mood/aks"}, "there is no such text; did you mean `small/mood/ask`?"),
        (ASK, {"context": None}, "there is no such text"),
        (ASK, {"context": "small/mood/discreet"}, "stands here again (first in row"),
        (
            ASK,
            {"translation": datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)},
            "translation was turned into 2026-01-02",
        ),
        (ASK, {"translation": True}, "translation was turned into True"),
        ("small/mood/choices.low", {"state": "checked"}, "nothing is translated; write it first"),
        ("small/mood/choices.low", {"translation": "Koniec"}, "“Koniec” ends all texts (locales/pl/language.yml:"),
        ("small/count/say", {"translation": "{name}, pomysły."}, ""),  # the first form is for exactly one
        ("small/count/say", {"translation": None}, "the form [0] for 1 is empty"),
        ("small/count/say", {"form": "[7]"}, "form is none of [0] for 1, [1] for 2, 3, 4, 22 …"),
        ("small/count/say", {"form": None}, "form is none of"),
    ],
)
def test_a_row_that_can_not_be_taken_is_named(home, sheet, context, cells, says):
    number = change(sheet, context, cells)
    if not says:
        assert bring(home, sheet, "--reviewer", "Sana").exit_code == 0
        return
    said = refused(home, sheet, "--reviewer", "Sana")
    assert says in said
    lines = [one for one in said.split("\n") if says in one]
    assert lines[0].startswith(f"pl.xlsx:{number}: ") or "again" in says, said


def test_what_was_too_long_already_may_become_shorter(home, sheet):
    flow = home / "flows/small.yml"
    text = flow.read_text("utf-8")
    flow.write_text(text.replace("What would help?", "What would help? " + "Anything at all. " * 30), "utf-8")
    update_catalogs(home)
    sheet = exported(home)
    change(sheet, "small/idea/ask", translation="Co pomaga? " + "Cokolwiek. " * 32)
    assert bring(home, sheet).exit_code == 0
    change(sheet, "small/idea/ask", translation="Co pomaga? " + "Cokolwiek. " * 99)
    assert "say it shorter" in refused(home, sheet)


def test_all_bad_rows_are_named_at_once(home, sheet):
    numbers = [
        change(sheet, ASK, translation="Cześć!"),
        change(sheet, "small/mood/choices.low", translation="www.example.org"),
        change(sheet, "small/count/say", nth=1, translation="{name}"),
    ]
    change(sheet, "service/yes", translation="Tak")
    said = refused(home, sheet).split("\n")
    assert [int(line.split(":")[1]) for line in said[:3]] == sorted(numbers)
    assert "3 problems" in said[3]


def test_a_flow_that_changed_meanwhile_stops_only_what_was_worked_on(home, sheet):
    flow = home / "flows/small.yml"
    flow.write_text(flow.read_text("utf-8").replace("ask: How are you, {name}?", "ask: How is it, {name}?"), "utf-8")
    change(sheet, "service/yes", translation="Tak")
    assert bring(home, sheet).exit_code == 0
    assert messages(home)["service/yes"]["text"] == "Tak"
    assert (messages(home)[ASK]["text"], messages(home)[ASK]["fuzzy"]) == (ASKED, True)
    change(sheet, ASK, translation="Jak leci, {name}?")
    assert "the English has changed since, to “How is it, {name}?”" in refused(home, sheet)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.xlsx", b"", "it is no .xlsx"),
        ("x.xlsx", b"PK\x03\x04 and no more", "it is no .xlsx"),
        ("x.xlsx", b"context,English,translation", "it is no .xlsx"),
        ("x.csv", b"context,English,translation", "this reads .xlsx and .po"),
        (
            "x.po",
            'msgctxt "service/yes"\nmsgid "Yes"\nmsgstr "Tęk"\n'.encode("iso8859-2"),
            "x.po:3: a letter here is not UTF-8",
        ),
        ("x.po", b'msgctxt "service/yes"\nmsgid "Yes\nmsgstr ""\n', "x.po:2: this is no line of a catalog"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(home, name, data, says):
    file = home.parent / name
    file.write_bytes(data)
    assert says in refused(home, file)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_read_or_named(ready, tmp_path, data):
    whole = bytearray((ready / "pl.xlsx").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.integers(0, 255))
    file = tmp_path / "damaged.xlsx"
    file.write_bytes(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole)
    with contextlib.suppress(NoSheet):
        _, lines = read_sheet(file)
        assert all(line.number > 1 for line in lines)


@pytest.mark.parametrize("suffix", ["xlsx", "po"])
def test_a_file_of_another_language_is_not_taken(home, suffix):
    add_language(home, "ur-Latn", header("ur-Latn"))
    file = exported(home, "ur-Latn", suffix)
    assert f"this is ur-Latn, and not pl; write alongside translate import ur-Latn ur-Latn.{suffix}" in refused(home, file)
    assert bring(home, file, code="ur-Latn").exit_code == 0


@pytest.mark.parametrize("head", ["context", "English", "translation"])
def test_a_heading_that_is_gone_is_named(home, sheet, head):
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    next(cell for cell in page[1] if cell.value == head).value = "?"
    book.save(sheet)
    assert f"no heading “{head}”" in refused(home, sheet)


# A catalog that an editor saved

TEXT = header("pl") + entry(ASK, "How are you, {name}?", "Cześć, {name}.")


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace('"Cześć, {name}."', '""\n"Cześć, "\n"{name}."').encode(),
    ],
)
def test_a_catalog_is_taken_in_whichever_editor_saved_it(home, data):
    file = home.parent / "back.PO"
    file.write_bytes(data)
    done = bring(home, file, "--reviewer", "Sana")
    assert done.exit_code == 0, done.output
    assert (messages(home)[ASK]["text"], messages(home)[ASK]["fuzzy"]) == ("Cześć, {name}.", False)
    assert messages(home)["small/mood/discreet"]["text"] == "Jak jest?"
    assert b"\r" not in (home / PO).read_bytes()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (header("pl") + entry(ASK, "How are you, {name}?", "Cześć."), 7, "the English has {name}"),
        (header("pl") + entry("small/gone/ask", "Gone?", "Nie ma?"), 7, "there is no such text"),
        (header("pl") + entry(ASK, "How were you, {name}?", "Cześć, {name}."), 7, "the English has changed since"),
        (header("pl") + entry(ASK, "How are you, {name}?", ""), 7, "the translation is gone"),
        (
            header("pl", "nplurals=2; plural=(n != 1);") + counted("{name}, {ideas} a", "{name}, {ideas} b"),
            5,
            "Plural-Forms is another here; write nplurals=3; plural=(n==1",
        ),
    ],
)
def test_an_entry_that_can_not_be_taken_is_named_with_its_line(home, text, line, says):
    file = home.parent / "back.po"
    file.write_text(text, "utf-8")
    said = refused(home, file, "--reviewer", "Sana")
    assert says in said
    assert f"back.po:{line}: " in said


# Who has checked it


def test_whoever_checked_is_named_and_nothing_is_written_without(home, sheet):
    change(sheet, ASK, state="checked")
    assert "1 text marked as checked: say by whom, with --reviewer NAME." in refused(home, sheet)
    for name in ("", "  ", "x" * 101, "a\x07b"):
        assert "The reviewer is a name" in refused(home, sheet, "--reviewer", name)
    done = bring(home, sheet, "--reviewer", " Sana  Khan ")
    assert f"1 checked by Sana Khan on {datetime.now(UTC).date()}" in done.output
    settings, problems = read_settings((home / "locales/pl/language.yml").read_text("utf-8"), "")
    assert not problems
    assert settings["reviewer"] == "Sana Khan"
    assert settings["reviewed_on"] == datetime.now(UTC).date().isoformat()


def test_somebody_at_a_keyboard_is_asked(home, sheet, monkeypatch):
    change(sheet, ASK, state="checked")
    monkeypatch.setattr(translate, "_is_at_a_keyboard", lambda: True)
    done = CliRunner().invoke(command, ["import", "pl", str(sheet), "--home", str(home)], input="Sana\n")
    assert done.exit_code == 0, done.output
    assert "checked by Sana on" in done.output


def test_nobody_need_be_named_where_nothing_is_newly_checked(home, sheet):
    before = (home / "locales/pl/language.yml").read_bytes()
    change(sheet, ASK, translation="Cześć, {name}.")
    assert bring(home, sheet, "--reviewer", "Sana").exit_code == 0
    assert (home / "locales/pl/language.yml").read_bytes() == before


def test_a_language_that_is_checked_whole_is_no_longer_in_doubt(home, sheet):
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        row[heads.index("state")].value = "checked"
        place = heads.index("translation")
        row[place].value = row[place].value or row[heads.index("English")].value
    book.save(sheet)
    done = bring(home, sheet, "--reviewer", "Sana")
    assert "Left: 0 to translate, 0 to check." in done.output, done.output
    assert Languages.from_snapshot(read_home(home)).reviewed("pl")


@pytest.mark.parametrize(
    ("before", "name", "reviewer"),
    [
        ("reviewer:", "Sana", "Sana"),
        ("reviewer:  # nobody yet", "Sana", "Sana"),
        ("reviewer: Omar", "Sana", "Omar, Sana"),
        ("reviewer: Omar, Sana", "Sana", "Omar, Sana"),
        ("", "Sana", "Sana"),
        ("reviewer:", "Sana: the #1 {reader}", "Sana: the #1 {reader}"),
        ("reviewer:", "سارہ", "سارہ"),
        ("reviewer:", "yes", "yes"),
        ("reviewer:", '\\1 “quoted” "x"', '\\1 “quoted” "x"'),
    ],
)
def test_only_the_reviewers_lines_change(before, name, reviewer):
    text = LANGUAGE.format(name="x", direction="ltr").replace("reviewer:", before) + "# the end\n"
    after = with_reviewer(text, name, date(2026, 11, 24))
    settings, problems = read_settings(after, "")
    assert not problems
    assert (settings["reviewer"], settings["reviewed_on"]) == (reviewer, "2026-11-24")
    kept = [line for line in text.split("\n") if not line.startswith("review")]
    assert [line for line in after.split("\n") if not line.startswith("review")] == kept
