from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.effects import Ask, Consent, Finish, Keep, KeptWords, Learn, Note, OfferPerson, Raise, Say
from service.core.flow_file import load_flow
from service.core.model import Urgency
from service.core.phrases import placeholders
from service.core.text import parts
from service.languages import Languages, read_home
from service.usecases.render import render

SNAPSHOT = read_home(Path(__file__).parent.parent.parent)
LANGUAGES = Languages.from_snapshot(SNAPSHOT)
SHIPPED = [load_flow(text, file) for file, text in SNAPSHOT["flows"].items()]
WEEKLY = next(flow for flow in SHIPPED if flow.name == "weekly-check-in")
WELCOME = next(flow for flow in SHIPPED if flow.name == "welcome")

FLOW = load_flow(
    """
flow: tea
starts: when asked
purpose: To try words out.
wellbeing: Being well is what you say it is.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 30 days
channels: [sms]
steps:
  - id: hello
    say: Hello from {service}. This is a machine.
  - id: named
    say: Kind Words is our name.
  - id: only
    say: We are {service}.
  - id: long
    say: >-
      These words are long on purpose. They fill a whole part, or very nearly so. Nothing fits beside them.
      So what comes next has to stand in a text of its own.
  - id: cup
    ask: Tea or water, {name}?
    why: So that you have something to drink.
    choices:
      tea: Tea
      water: Water
  - id: club
    ask: May {service} write to you?
    why: So that we know.
    yes_no: true
  - id: said
    say: You chose {answer.cup}. {reply_promise}
""",
    "flows/tea.yml",
)
VALUES = {"name": "Ana", "service": "Kind Words"}


def english(*effects, flow=FLOW, values=VALUES, discreet=False):
    return render(effects, flow, LANGUAGES, "en", values, discreet)


def test_a_question_has_a_line_for_each_choice_its_digit_first():
    assert english(Ask("cup")) == ["Tea or water, Ana?\n1 Tea\n2 Water"]


def test_yes_and_no_are_said_in_the_persons_language():
    ask = Ask("safe")
    assert render([ask], WEEKLY, LANGUAGES, "es", {}, False) == ["¿Estás a salvo ahí donde estás ahora?\n1 Sí\n2 No"]
    assert render([ask], WEEKLY, LANGUAGES, "ur", {}, False)[0].endswith("\n1 جی ہاں\n2 جی نہیں")


def test_words_join_the_next_question_where_both_fit_one_part():
    assert english(Say("hello"), Ask("cup")) == [
        "Hello from Kind Words. This is a machine.\nTea or water, Ana?\n1 Tea\n2 Water"
    ]


def test_words_that_do_not_fit_stand_in_their_own_text_before_it():
    long, question = english(Say("long"), Ask("cup"))
    assert long.startswith("These words")
    assert question.startswith("Tea or water")


def test_a_question_asked_again_says_so_and_a_reminder_simply_asks():
    assert english(Ask("cup", again=True))[0].startswith("Here is the question once more.\nTea or water")
    assert english(Ask("cup", reminder=True)) == english(Ask("cup"))


@pytest.mark.parametrize(("name", "count"), [("Ana", 1), ("Łukasz", 2)])
def test_kept_words_join_the_question_that_is_asked_again_only_where_they_fit(name, count):
    texts = english(KeptWords("cup"), Ask("cup", again=True), values={"name": name})
    assert len(texts) == count
    assert texts[0].startswith("Thank you. We have kept your words")
    assert "Here is the question once more.\nTea or water" in "\n".join(texts)


def test_what_a_person_does_not_read_gives_no_text():
    silent = (
        Learn("cup", ("tea",)),
        Raise(Urgency.SOON, "cup", None, "words"),
        Note("need", "cup", ("tea",)),
        Consent("x", "cup", True),
        Keep("pace", "cup", "slower"),
        Finish("done"),
    )
    assert english(*silent) == []


def test_an_answer_is_said_by_its_label_and_never_in_free_words():
    assert english(Say("said"), values={"answer.cup": "water"})[0].startswith("You chose Water.")
    unsaid = english(Say("said"), values={"answer.cup": "my own words"})
    assert unsaid == ["A person will read this. We cannot say when."]


def test_the_language_that_was_just_chosen_counts_at_once():
    [text] = english(Keep("language", "language", "ur"), Ask("club"))
    assert text.endswith("\n1 جی ہاں\n2 جی نہیں")


def test_languages_are_offered_by_their_own_names():
    [text] = english(Ask("language"), flow=WELCOME, discreet=True)
    assert text.endswith("\n1 English\n2 español\n3 اردو")


def test_more_than_three_languages_come_in_threes():
    more = {**SNAPSHOT["languages"], "cy": {"settings": {"name": "Cymraeg"}, "messages": {}, "urgency": {}}}
    languages = Languages.from_snapshot({"languages": more})
    first, second = (render([Ask("language", page=page)], WELCOME, languages, "en", {}, True) for page in (0, 1))
    assert first[0].endswith("\n1 English\n2 Cymraeg\n3 español\n4 More languages")
    assert second[0].endswith("\n1 اردو\n2 More languages")


def test_a_person_is_offered_after_what_was_said():
    assert "Text 0" in english(OfferPerson(), Ask("cup"))[0]


# Discretion


def test_discreet_words_are_said_to_a_discreet_person():
    assert english(Ask("week"), flow=WEEKLY, discreet=True)[0].startswith("Hello. How was your week?")


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Say("hello"), "This is a machine."),
        (Say("only"), "Hello. Thank you for getting in touch."),
        (Say("named"), "Hello. Thank you for getting in touch."),
        (Ask("club"), "Hello. Thank you for getting in touch."),
        (Ask("cup"), "Tea or water, Ana?\n1 Tea\n2 Water"),
    ],
)
def test_a_discreet_person_never_reads_who_we_are(effect, said):
    assert english(effect, discreet=True) == [said]


def effects_of(flow):
    questions = [step.id for step in flow.steps if step.is_question]
    statements = [step.id for step in flow.steps if "say" in step.words]
    asked = st.builds(Ask, st.sampled_from(questions), st.booleans(), st.booleans(), st.integers(0, 3))
    said = st.builds(Say, st.sampled_from(statements))
    return st.lists(asked | said | st.builds(KeptWords, st.just(questions[0])) | st.builds(OfferPerson), max_size=5)


NAMES = st.sampled_from(["", "Ana", "Łukasz", "علی", "{service}"])


@pytest.mark.parametrize("flow", [FLOW, WEEKLY, WELCOME], ids=lambda flow: flow.name)
@given(data=st.data(), name=NAMES, language=st.sampled_from(LANGUAGES.codes))
def test_no_discreet_text_holds_the_services_name(flow, data, name, language):
    effects = data.draw(effects_of(flow))
    texts = render(effects, flow, LANGUAGES, language, {"name": name, "service": "Kind Words"}, True)
    assert not any("kind words" in text.casefold() for text in texts)
    assert not effects or texts


def languages_of(flow):
    """Those that say all of the flow: English words among Urdu ones would be counted as if they were Urdu."""
    texts = list(flow.texts())
    whole = (
        code
        for code in LANGUAGES.codes
        if {LANGUAGES.template(code, t.context, t.english, t.plural).code for t in texts} == {code}
    )
    return st.sampled_from([*whole, "xx"])


@pytest.mark.parametrize("flow", SHIPPED, ids=lambda flow: flow.name)
@settings(max_examples=40)
@given(data=st.data(), discreet=st.booleans())
def test_whatever_a_shipped_flow_says_is_whole_and_at_most_two_parts(flow, data, discreet):
    effects, language = data.draw(effects_of(flow)), data.draw(languages_of(flow))
    texts = render(effects, flow, LANGUAGES, language, {"name": "Łukasz", "service": "Alongside"}, discreet)
    for text in texts:
        assert text.strip()
        assert not placeholders(text)
        assert parts(text).segments <= 2, text


@given(st.dictionaries(st.sampled_from(["name", "service", "answer.cup", "reply_promise"]), st.text(max_size=20)))
def test_no_value_makes_words_fail(values):
    for effect in (Say("hello"), Say("said"), Ask("cup"), Ask("club")):
        assert all(text for text in english(effect, values=values))
