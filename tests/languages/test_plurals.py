"""Words that follow a number, from the flow to what is sent, in languages with one form and with six."""

import contextlib
import io

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from service.core.effects import Say
from service.core.flow_file import load_flow
from service.languages import Languages, catalog_problems, read_home, unfinished
from service.languages.catalogs import read_catalog
from service.languages.plurals import NoRule, rule_of, written_rule
from service.languages.update import update_catalogs
from service.usecases.render import render, speak
from tests.languages.small_home import FLOW, SHIPPED, counted, header, make_home

PO = "locales/{}/LC_MESSAGES/messages.po"
POLISH = ("{name}, wpłynął {ideas} pomysł.", "{name}, wpłynęły {ideas} pomysły.", "{name}, wpłynęło {ideas} pomysłów.")
ARABIC = (
    *(
        "{name}، لا أفكار.",
        "{name}، فكرة واحدة.",
        "{name}، فكرتان.",
        "{name}، {ideas} أفكار.",
        "{name}، {ideas} فكرة.",
        "{name}، {ideas} فكرة م.",
    ),
)
FORMS = {
    "pl": POLISH,
    "ar": ARABIC,
    "fr": ("{name}, {ideas} idée.", "{name}, {ideas} idées."),
    "tr": ("{name}, {ideas} fikir.",),
}


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path, **{code: header(code) + counted(*forms) for code, forms in FORMS.items()})


def say(home, code, ideas, name="Ana"):
    snapshot = read_home(home)
    flow = load_flow(FLOW, "flows/small.yml")
    values = {"ideas": ideas, "name": name} if ideas is not None else {"name": name}
    return "\n".join(render([Say("count")], flow, Languages.from_snapshot(snapshot), code, values, False))


@pytest.mark.parametrize(
    ("code", "ideas", "said"),
    [
        ("en", "0", "Ana, 0 ideas came in."),
        ("en", "1", "Ana, 1 idea came in."),
        ("en", "11", "Ana, 11 ideas came in."),
        ("pl", "1", "Ana, wpłynął 1 pomysł."),
        ("pl", "3", "Ana, wpłynęły 3 pomysły."),
        ("pl", "12", "Ana, wpłynęło 12 pomysłów."),
        ("pl", "22", "Ana, wpłynęły 22 pomysły."),
        ("pl", "1000002", "Ana, wpłynęły 1000002 pomysły."),
        ("fr", "0", "Ana, 0 idée."),
        ("fr", "2", "Ana, 2 idées."),
        ("tr", "1", "Ana, 1 fikir."),
        ("ar", "0", "لا أفكار."),
        ("ar", "2", "فكرتان."),
        ("ar", "3", "أفكار."),
        ("ar", "11", "فكرة م."),
    ],
)
def test_the_form_goes_with_the_number(home, code, ideas, said):
    assert said in say(home, code, ideas)


@pytest.mark.parametrize("ideas", [None, "", "many", "9" * 5000])
def test_a_number_that_is_not_known_ends_nothing(home, ideas):
    assert "idea came in" not in say(home, "en", ideas)
    assert say(home, "pl", ideas) is not None


def test_a_name_that_is_a_number_decides_nothing(home):
    assert say(home, "pl", "5", name="1") == "1, wpłynęło 5 pomysłów."
    languages = Languages.from_snapshot(read_home(home))
    forms = ("{name}, {ideas} idea came in.", "{name}, {ideas} ideas came in.")
    assert languages.template("pl", "small/count/say", *forms, {"name": "1"}).form == "form2"


def test_a_form_that_is_missing_is_said_in_english(home):
    file = home / PO.format("pl")
    file.write_text(header("pl") + counted(POLISH[0], "", POLISH[2]), "utf-8")
    assert say(home, "pl", "1") == "Ana, wpłynął 1 pomysł."
    assert say(home, "pl", "3") == "Ana, 3 ideas came in."


def test_a_translation_of_other_words_is_not_used(home):
    (home / PO.format("pl")).write_text(header("pl") + counted(*POLISH, other="{name}, {ideas} thoughts came in."), "utf-8")
    assert say(home, "pl", "3") == "Ana, 3 ideas came in."


def test_each_form_has_a_recording_of_its_own(home):
    flow, languages = load_flow(FLOW, "flows/small.yml"), Languages.from_snapshot(read_home(home))

    def played(code, ideas):
        prompts = speak([Say("count")], flow, languages, code, {"ideas": ideas, "name": "Ana"}, False)
        return [name for prompt in prompts for name in prompt.recordings if name.startswith("small")]

    assert played("en", "1")[0].startswith("small/count/say.one.")
    assert played("en", "2")[0].startswith("small/count/say.other.")
    assert played("pl", "3")[0].startswith("small/count/say.form1.")
    assert played("pl", "5")[0].startswith("small/count/say.form2.")


# What is wrong with the forms


@pytest.mark.parametrize(
    ("code", "forms", "says"),
    [
        ("pl", (POLISH[0], "{name}, wpłynęły pomysły.", POLISH[2]), "msgstr[1], for 2, 3, 4, 22 …: the English has {ideas}"),
        ("pl", ("{name}, wpłynął pomysł.", *POLISH[1:]), ""),  # for exactly one
        ("pl", ("Wpłynął {ideas} pomysł.", *POLISH[1:]), "the English has {name}"),
        ("pl", (*POLISH[:2], "{name}, {ideas} {nmae}"), "{nmae} is not in the English"),
        ("pl", (*POLISH[:2], "{name}, {ideas} www.example.org"), "link"),
        ("fr", ("{name}, une idée.", "{name}, {ideas} idées."), "msgstr[0], for 0, 1: the English has {ideas}"),
        ("ar", ARABIC, ""),
        ("tr", ("{name}, fikir.",), "the English has {ideas}"),
    ],
)
def test_every_form_has_the_same_braces(home, code, forms, says):
    (home / PO.format(code)).write_text(header(code) + counted(*forms), "utf-8")
    problems = [str(one) for one in catalog_problems(read_home(home))]
    assert [one for one in problems if f"/{code}/" in one and says and says in one] or not says, problems
    assert len(problems) == bool(says)


@pytest.mark.parametrize(
    ("forms", "says"),
    [
        (POLISH, ""),
        ((POLISH[0], "", POLISH[2]), "msgstr[1] (for 2, 3, 4, 22 …)"),
        (POLISH[:2], "msgstr[2] (for 0, 5, 6, 7 …)"),
        (("", "", ""), "there is no translation yet"),
    ],
)
def test_every_form_is_there(home, forms, says):
    (home / PO.format("pl")).write_text(header("pl") + counted(*forms), "utf-8")
    lacking = [str(one) for one in unfinished(read_home(home)) if "/pl/" in one.file and one.piece == "small/count/say"]
    assert len(lacking) == bool(says)
    assert says in "".join(lacking)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (header("pl") + counted(*POLISH, "{name}, {ideas} x."), 7, "more forms here than Plural-Forms"),
        (header("pl", "nplurals=2; plural=(n != 1);") + counted(*POLISH), 8, "more forms here than Plural-Forms"),
        (header("pl", "nplurals=INTEGER; plural=EXPRESSION;") + counted(*POLISH), 5, "translate update writes it anew"),
        (header("pl", "nplurals=3; plural=n>;") + counted(*POLISH), 5, "can't be understood"),
        (header("pl", "nplurals=3; plural=n;") + counted(*POLISH), 5, "more forms than nplurals=3"),
        (header("pl", "nplurals=3; plural=7/n;") + counted(*POLISH), 5, "does not work for every number"),
    ],
)
def test_a_rule_that_nobody_can_follow_is_named_with_its_line(text, line, says):
    _, problems = read_catalog(text.encode(), "messages.po")
    assert says in str(problems[0])
    assert problems[0].line == line


@pytest.mark.parametrize("text", ["", "nplurals=2", "nplurals=0; plural=0;", "nplurals=2; plural=__import__('os');"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(NoRule):
        written_rule(text)


@pytest.mark.parametrize("code", ["en", "cy", "es", "fr", "pt", "pl", "ro", "ar", "ur", "ur-Latn", "bn", "so", "sw", "xx"])
def test_every_language_has_a_form_for_every_number(code):
    rule = rule_of(code)
    assert {rule.form(number) for number in range(1000)} == set(range(rule.count))
    assert len(set(rule.names())) == rule.count


# From the flow to the catalog and back


def test_translators_find_both_english_forms_and_a_line_for_each_of_their_own(home):
    update_catalogs(home)
    text = (home / PO.format("pl")).read_text("utf-8")
    assert "Plural-Forms: nplurals=3; plural=(n==1 ? 0 :" in text
    assert 'msgid_plural "{name}, {ideas} ideas came in."\nmsgstr[0] "{name}, wpłynął' in text
    assert "Plural-Forms" not in (home / "locales/messages.pot").read_text("utf-8")
    before = text
    update_catalogs(home)
    assert (home / PO.format("pl")).read_text("utf-8") == before


def test_a_rule_that_the_translators_wrote_stays(home):
    rule = "nplurals=2; plural=(n > 1);"
    (home / PO.format("tr")).write_text(
        header("tr", rule) + counted("{name}, bir fikir.", "{name}, {ideas} fikir."), "utf-8"
    )
    update_catalogs(home)
    assert rule in (home / PO.format("tr")).read_text("utf-8")
    assert say(home, "tr", "2") == "Ana, 2 fikir."


@pytest.mark.parametrize(
    ("now", "forms", "previous"),
    [
        (
            '    say:\n      one: "{name}, {ideas} thought."\n      other: "{name}, {ideas} thoughts."\n',
            POLISH,
            "msgid_plural",
        ),
        ('    say: "{name}, ideas came in."\n', POLISH[2:], "msgid_plural"),
    ],
)
def test_words_whose_number_changed_keep_their_translation_in_doubt(home, now, forms, previous):
    flow = home / "flows/small.yml"
    text = flow.read_text("utf-8")
    flow.write_text(text[: text.index("    say:\n      one")] + now, "utf-8")
    for _ in range(2):
        update_catalogs(home)
        message = read_home(home)["languages"]["pl"]["messages"]["small/count/say"]
        assert message["fuzzy"]
        assert tuple(message.get("forms", [message["text"]])) == forms
        written = (home / PO.format("pl")).read_text("utf-8")
        assert f'#| {previous} "{{name}}, {{ideas}} ideas came in."' in written
        assert "# |" not in written


def test_one_text_that_becomes_two_keeps_its_translation_in_every_form(home):
    file = home / PO.format("pl")
    file.write_text(header("pl") + 'msgctxt "small/count/say"\nmsgid "Ideas."\nmsgstr "Pomysły."\n', "utf-8")
    update_catalogs(home)
    message = read_home(home)["languages"]["pl"]["messages"]["small/count/say"]
    assert (message["forms"], message["fuzzy"]) == (["Pomysły."] * 3, True)


def test_babels_own_command_finds_both_forms(home, tmp_path, monkeypatch):
    monkeypatch.chdir(home)
    (home / "babel.cfg").write_text((SHIPPED / "babel.cfg").read_text("utf-8"), "utf-8")
    out = tmp_path / "found.pot"
    with contextlib.redirect_stderr(io.StringIO()):
        CommandLineInterface().run(["pybabel", "-q", "extract", "-F", "babel.cfg", "-o", str(out), "."])
    found = [one.id for one in read_po(io.BytesIO(out.read_bytes())) if one.context == "small/count/say"]
    assert found == [("{name}, {ideas} idea came in.", "{name}, {ideas} ideas came in.")]
