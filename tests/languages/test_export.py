"""What a translator is given: a spreadsheet whose every cell is text, and the conversations to read beside it."""

import re
import shutil
from datetime import date
from html.parser import HTMLParser

import openpyxl
import pytest
from click.testing import CliRunner

from service.cli.translate import command
from service.core.phrases import placeholders
from service.languages.catalogs import messages_of, read_catalog
from service.usecases import translating
from service.usecases.translating.places import Way, place_of
from tests.languages.small_home import SHIPPED, add_language, counted, entry, header, make_home

TODAY = date(2026, 11, 24)
STORIES = """\
- story: A low day
  channel: sms
  given: {name: Ana}
  says:
    - service: mood
    - chooses: low
    - service: idea
    - chooses: skip
    - service: count
  leads_to: {nothing: true}
"""
EVIL = '=HYPERLINK(\\"x\\"){name}'


def make(folder):
    home = make_home(folder / "home")
    (home / "flows/small.stories.yml").write_text(STORIES, "utf-8")
    polish = counted("{name}, {ideas} pomysł.", "{name}, {ideas} pomysły.", "")
    add_language(home, "pl", header("pl") + entry("small/mood/ask", "How are you, {name}?", EVIL, "fuzzy") + polish)
    urdu = entry("small/mood/ask", "How are you, {name}?", "کیسے ہیں، {name}؟") + entry("service/yes", "Yes", "جی")
    add_language(home, "ur", header("ur") + urdu)
    return home


@pytest.fixture
def home(tmp_path):
    return make(tmp_path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Both languages, as they are exported."""
    home = make(tmp_path_factory.mktemp("exported"))
    return {code: export(home, code) for code in ("pl", "ur")}


def export(home, code, name="{}.xlsx"):
    out = home.parent / name.format(code)
    done = CliRunner().invoke(command, ["export", code, "--out", str(out), "--home", str(home)])
    assert done.exit_code == 0, done.output
    return out


def rows(file):
    sheet = openpyxl.load_workbook(file).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    return sheet, [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)]


def row(file, context, form=0):
    return [one for one in rows(file)[1] if one["context"].value == context][form]


def values(found):
    return {head: cell.value or "" for head, cell in found.items()}


def test_every_cell_is_text_even_where_it_begins_as_a_formula(exported):
    _, found = rows(exported["pl"])
    for one in found:
        for cell in one.values():
            assert cell.data_type in ("s", "n"), cell.value  # n: empty
            assert cell.value is None or isinstance(cell.value, str)
            assert cell.number_format == "@"
            assert cell.quotePrefix
    assert row(exported["pl"], "small/mood/ask")["translation"].value == '=HYPERLINK("x"){name}'


@pytest.mark.parametrize(("code", "turned"), [("pl", False), ("ur", True)])
def test_the_sheet_runs_as_the_language_does(exported, code, turned):
    sheet, found = rows(exported[code])
    assert bool(sheet.sheet_view.rightToLeft) == turned
    assert found[0]["translation"].alignment.readingOrder == (2 if turned else 1)
    assert found[0]["English"].alignment.readingOrder == 1
    assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize(
    ("code", "context", "says"),
    [
        ("pl", "small/mood/ask", {"where it is used": "the question “mood” of small, by text and by call"}),
        ("pl", "small/mood/discreet", {"where it is used": "the question “mood” of small on a phone that others may read"}),
        ("pl", "small/mood/choices.low", {"where it is used": "answer 2 to the question “mood” of small", "state": "to do"}),
        (
            "pl",
            "small/mood/choices.fine.words",
            {
                "where it is used": "other ways in which people may write or say answer 1 to the question “mood” of small",
                "as it is sent": "only read by us, never sent",
            },
        ),
        ("pl", "small/not_for", {"as it is sent": "never sent"}),
        ("pl", "small/mood/ask", {"English": "How are you, {name}?", "state": "please check", "form": ""}),
        (
            "pl",
            "service/voice.press",
            {"where it is used": "only heard, in calls", "note": "{key} is a digit, or"},
        ),
        ("ur", "service/yes", {"translation": "جی", "state": "checked", "as it is sent": "1 part, UCS-2\nجی"}),
        ("ur", "service/no", {"translation": "", "state": "to do", "as it is sent": "1 part, GSM-7\nNo"}),
        ("ur", "small/mood/ask", {"as it is sent": "1 part, UCS-2\nکیسے ہیں، \u2068Łukasz\u2069؟\n"}),
    ],
)
def test_a_row_says_all_that_a_translator_needs(exported, code, context, says):
    found = values(row(exported[code], context))
    for head, words in says.items():
        assert found[head].startswith(words)


@pytest.mark.parametrize(
    ("form", "numbers", "english", "translation"),
    [
        (0, "[0] for 1", "{name}, {ideas} idea came in.", "{name}, {ideas} pomysł."),
        (1, "[1] for 2, 3, 4, 22 …", "{name}, {ideas} ideas came in.", "{name}, {ideas} pomysły."),
        (2, "[2] for 0, 5, 6, 7 …", "{name}, {ideas} ideas came in.", ""),
    ],
)
def test_every_form_has_a_row_of_its_own(exported, form, numbers, english, translation):
    found = values(row(exported["pl"], "small/count/say", form))
    assert (found["form"], found["English"], found["translation"]) == (numbers, english, translation)
    assert found["state"] == "to do"


@pytest.mark.parametrize(
    ("words", "part", "where"),
    [
        ("say: Hello.", "say", "the step “hi” of small, by text and by call"),
        ("say: Hello.\n    sms: Hi.", "say", "the step “hi” of small, by call"),
        ("say: Hello.\n    sms: Hi.", "sms", "the step “hi” of small, by text"),
        ("say: Hello.\n    voice: Hi.", "say", "the step “hi” of small, by text"),
        ("say: Hello.\n    voice: Hi.", "voice", "the step “hi” of small, by call"),
    ],
)
def test_words_for_one_channel_say_so(home, words, part, where):
    flow = home / "flows/small.yml"
    flow.write_text(f"{flow.read_text('utf-8')}  - id: hi\n    {words}\n", "utf-8")
    work = translating.open_work(home, "ur", TODAY)
    assert place_of(f"small/hi/{part}", work.release.flows)[0] == where


def test_the_letters_that_make_a_text_dear_are_named_and_the_name_in_the_example_is_not(home):
    add_language(home, "cy", header("cy") + entry("small/mood/ask", "How are you, {name}?", "Sut wŷt ti, {name}?"))
    assert values(row(export(home, "cy"), "small/mood/ask"))["costly letters"] == "ŷ"


def around(exported, code, context, form=0):
    return values(row(exported[code], context, form))["the conversation around it"].split("\n")


def test_the_conversation_around_it_shows_the_phone_with_this_text_marked(exported):
    shown = around(exported, "ur", "small/mood/choices.low")
    assert shown[:3] == ["small, by text: A low day", "▶ │ کیسے ہیں، \u2068Ana\u2069؟", "▶ │ 1 Fine"]
    assert shown[3:6] == ["▶ │ 2 Low", "    they: 2", "  │ What would help?"]
    shown = around(exported, "ur", "small/count/say", 1)
    assert shown[-3:] == ["  │ What would help?", "    they: skip", "▶ │ Ana, 0 ideas came in."]


def test_the_reason_of_a_question_is_shown_after_the_question(exported):
    assert around(exported, "pl", "small/idea/why")[1:] == [
        "  │ What would help?",
        "    they: why",
        "▶ │ Here is why we ask. So that we can look for it. You can skip it.",
    ]


# The page


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.bubbles, self.codes, self._in = [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("class") == "bubble":
            self.bubbles.append({**found, "words": ""})
            self._in = "bubble"
        elif tag == "code":
            self.codes.append("")
            self._in = "code"
        else:
            self._in = None

    def handle_data(self, data):
        if self._in == "bubble":
            self.bubbles[-1]["words"] += data
        elif self._in == "code":
            self.codes[-1] += data

    def handle_endtag(self, tag):
        self._in = None


def page(file, code):
    text = file.with_name(f"{code}-conversations.html").read_text("utf-8")
    return text, Page(text)


def test_the_page_is_whole_in_itself(exported):
    text, found = page(exported["ur"], "ur")
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?://|url\(|@import|\bon\w+=", text)
    assert not [attrs for _, attrs in found.tags if attrs.get("href", "#")[0] != "#"]
    assert "default-src 'none'" in text


def test_each_bubble_has_its_direction_its_parts_and_its_texts(exported):
    text, found = page(exported["ur"], "ur")
    first = next(one for one in found.bubbles if "Ana" in one["words"])
    assert (first["dir"], first["lang"]) == ("rtl", "ur")
    beside = next(one for one in found.bubbles if one["words"].startswith("How are you, Ana?"))
    assert (beside["dir"], beside["lang"]) == ("ltr", "en")
    untranslated = next(one for one in found.bubbles if one["words"] == "What would help?" and one["lang"] == "ur")
    assert untranslated["dir"] == "ltr"  # English words run as English does
    assert "1 part, UCS-2 because of nearly every letter, right to left" in text
    assert "1 part, GSM-7, left to right" in text
    assert "small/mood/choices.low" in found.codes


def test_words_are_never_markup(home):
    add_language(home, "cy", header("cy") + entry("small/mood/ask", "How are you, {name}?", "<b onclick=x>{name}&amp;"))
    text, found = page(export(home, "cy"), "cy")
    assert "<b onclick" not in text
    assert any(one["words"].startswith("<b onclick=x>Ana&amp;") for one in found.bubbles)


# What ships


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    place = tmp_path_factory.mktemp("shipped")
    for folder in ("flows", "config", "locales/en", "locales/ur", "locales/es"):
        shutil.copytree(SHIPPED / folder, place / folder)
    work = translating.open_work(place, "ur", TODAY)
    return work, translating.conversations(work, TODAY)


def test_every_text_that_anybody_is_sent_or_hears_stands_in_a_conversation(shipped):
    work, told = shipped
    shown = frozenset().union(*(one.contexts for one in told))
    for context in work.sources:
        way = place_of(context, work.release.flows)[1]
        assert (context in shown) == (way in (Way.SENT, Way.HEARD)), context


def test_most_texts_of_the_flows_stand_in_a_told_story(shipped):
    work, told = shipped
    in_stories = frozenset().union(*(one.contexts for one in told if len(one.moments) > 1))
    asked = [one for one in work.sources if one.endswith(("/ask", "/say")) and not one.startswith("service/")]
    assert len(set(asked) & in_stories) > 0.9 * len(asked)


def test_somebody_who_is_told_to_choose_english_chooses_this_language(shipped):
    _, told = shipped
    welcome = [one for one in told if one.flow == "welcome" and one.title.startswith("By text, yes to some things")]
    assert len(welcome[0].contexts) > 5


def test_no_brace_is_left_and_every_text_says_what_it_costs(shipped):
    work, told = shipped
    found = list(translating.rows_of(work, told))
    assert {one.context for one in found} == set(work.sources)
    for one in found:
        way = place_of(one.context, work.release.flows)[1]
        assert one.where
        assert not placeholders(one.sent), one.context
        assert (" part" in one.sent) == (way is Way.SENT), one.context
        assert bool(one.around) == (way in (Way.SENT, Way.HEARD))


def test_a_catalog_that_is_exported_is_the_one_that_is_written(home):
    text = export(home, "ur", "{}.po").read_bytes()
    messages = messages_of(read_catalog(text, "")[0])
    assert messages["small/mood/ask"]["text"] == "کیسے ہیں، {name}؟"
    assert messages["service/no"]["text"] == ""  # new since the file was last written
    assert b"Plural-Forms: nplurals=2" in text


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["xx"], "There is no language xx to translate into; write one of: pl, ur"),
        (["urr"], "did you mean `ur`?"),
        (["en"], "English is written in flows/"),
        (["ur", "--out", "/tmp/x.csv"], "ends in .xlsx or .po"),
        (["ur", "--out", "/no/such/folder/ur.xlsx"], "cannot be written"),
    ],
)
def test_what_can_not_be_exported_is_said(home, argv, says):
    done = CliRunner().invoke(command, ["export", *argv, "--home", str(home)])
    assert done.exit_code == 2
    assert says in done.output


def test_a_code_may_be_written_in_any_way(home):
    add_language(home, "ur-Latn", header("ur-Latn"))
    assert (export(home, "UR_latn")).exists()


def test_nothing_is_exported_while_the_catalog_is_broken(home):
    (home / "locales/ur/LC_MESSAGES/messages.po").write_bytes(b"\xff")
    done = CliRunner().invoke(command, ["export", "ur", "--out", str(home / "x.xlsx"), "--home", str(home)])
    assert done.exit_code == 2
    assert "locales/ur/LC_MESSAGES/messages.po:1" in done.output
    assert not (home / "x.xlsx").exists()
