"""What every kind of question, and every other effect with words, looks like as a text."""

from dataclasses import replace
from datetime import date

import pytest

from service.core.answers import Understood, understand
from service.core.effects import Ask, Finish, Keep, Otherwise, Promised, ReadBack, Say
from service.core.flow_state import State, Words
from service.core.keypad import heard
from service.usecases.render import render
from tests.usecases.every_kind import EVERY_KIND, LANGUAGES

VALUES = {"name": "Ana", "service": "Kind Words"}
NEUTRAL = "Hello. Thank you for getting in touch."


def texts(*effects, values=VALUES, discreet=False, language="en"):
    return render(effects, EVERY_KIND, LANGUAGES, language, values, discreet)


@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("cup", "Tea or water, Ana?\n1 Tea\n2 Water"),
        (
            "help",
            "Would any of this help?\n1 Food or money\n2 Home or heating\n3 Someone to talk to\n4 Not now\n"
            "You can choose more than one, such as 1 2.",
        ),
        ("load", "How heavy was the work?\n1 Light … 5 Too much\nAny number from 1 to 5."),
        ("weeks", "For how many weeks?\nA number from 1 to 40."),
        ("visit", "When may we visit you?\nA day and a time, such as Tuesday 14:00."),
        ("hours", "When is a good time to reach you?\nFrom when until when, such as 10:00-12:00."),
        ("move", "Which day do you move?\nA day, such as 3 December."),
        ("ring", "Would you like a person to call you?\n1 Yes\n2 No"),
        ("talk", "Shall somebody talk with you about it?\n1 Yes\n2 No"),
        ("language", "Which language would you like?\n1 English\n2 español\n3 اردو"),
    ],
)
def test_every_kind_of_question_says_how_it_is_answered(step, text, discreet):
    [said] = texts(Ask(step), discreet=discreet)
    assert said.startswith(text)


@pytest.mark.parametrize(
    ("step", "discreet", "text"),
    [
        ("safe", False, "Are you safe where you are?\n1 Yes\n2 No"),
        ("safe", True, "Is all well where you are?\n1 Yes\n2 No"),
        ("words", False, "Is there anything you would like to say?"),
        ("words", True, "Is there anything you would like to add?"),
        ("code", False, "Choose a number that you can remember.\nNumber of digits: 4."),
    ],
)
def test_a_discreet_person_is_asked_in_discreet_words(step, discreet, text):
    assert texts(Ask(step), discreet=discreet) == [text]


@pytest.mark.parametrize(
    ("step", "discreet", "text"),
    [
        ("hello", False, "Hello from Kind Words, Ana. This is a machine."),
        ("hello", True, "Hello. This is a machine."),
        ("who", False, "We are Kind Words."),
        ("who", True, NEUTRAL),
        ("free", False, "Calling us back is free."),
        ("thanks", False, "Thank you. A person will read this. We cannot say when. We cannot say when someone is here"),
    ],
)
def test_words_for_texts_take_the_place_of_others(step, discreet, text):
    assert texts(Say(step), discreet=discreet)[0].startswith(text)


def test_an_example_is_in_the_persons_own_language():
    assert "martes" in texts(Ask("visit"), language="es")[0]
    assert "3 de diciembre" in texts(Ask("move"), language="es")[0]
    assert "منگل" in texts(Ask("visit"), language="ur")[0]


def test_a_discreet_person_is_not_asked_what_only_our_name_answers():
    assert texts(Ask("club")) == ["Whom do you like best?\n1 Kind Words\n2 Others"]
    assert texts(Ask("club"), discreet=True) == [NEUTRAL]


def test_the_example_of_two_choices_never_has_the_one_that_stands_alone():
    steps = [replace(step, choices=step.choices[::-1]) if step.many else step for step in EVERY_KIND.steps]
    [said] = render([Ask("help")], replace(EVERY_KIND, steps=tuple(steps)), LANGUAGES, "en", VALUES, False)
    assert said.endswith("4 Food or money\nYou can choose more than one, such as 2 3.")


@pytest.mark.parametrize("language", LANGUAGES.codes)
@pytest.mark.parametrize(
    ("step", "example", "value"),
    [
        ("visit", lambda language: LANGUAGES.answered_time("tue 14:00", language), "tue 14:00"),
        ("hours", lambda _: "10:00-12:00", "10:00-12:00"),
        ("move", lambda language: LANGUAGES.day_and_month(date(2026, 12, 3), language), "2026-12-03"),
        ("weeks", lambda _: "40", "40"),
    ],
)
def test_the_example_in_a_question_is_understood_as_its_answer(step, example, value, language):
    [said] = texts(Ask(step), language=language)
    assert example(language) in said.replace("\u2068", "").replace("\u2069", "")
    vocabulary = LANGUAGES.vocabulary(EVERY_KIND, language)
    understood = understand(EVERY_KIND.step(step), example(language), vocabulary, (), date(2026, 11, 24))
    assert understood == Understood((value,))


@pytest.mark.parametrize("language", LANGUAGES.codes)
@pytest.mark.parametrize(
    ("step", "keys", "value"),
    [
        ("visit", "1430", "14:30"),
        ("hours", "1012", "10:00-12:00"),
        ("move", "0312", "2026-12-03"),
        ("weeks", "40", "40"),
        ("load", "4", "4"),
        ("safe", "2", "no"),
        ("ring", "1", "yes"),
    ],
)
def test_what_is_keyed_is_understood_in_every_language(step, keys, value, language):
    asked = EVERY_KIND.step(step)
    meaning = heard(asked, keys, State())
    assert isinstance(meaning, Words)
    vocabulary = LANGUAGES.vocabulary(EVERY_KIND, language)
    assert understand(asked, meaning.text, vocabulary, None, date(2026, 11, 24)) == Understood((value,))


def test_what_was_given_by_key_is_not_offered_again_and_the_rest_keeps_its_digits():
    [said] = texts(Ask("help", given=("food",)))
    assert said.startswith("Would any of this help?\n2 Home or heating\n3 Someone to talk to\nYou")


def test_the_ends_of_a_scale_cost_no_second_part():
    [said] = texts(Ask("load", again=True))
    assert "1 Light ... 5 Too much" in said


@pytest.mark.parametrize(
    ("effect", "discreet", "said"),
    [
        (ReadBack("visit", ("tue 14:00",)), False, "We noted: Tuesday 14:00. If that is not right, tell us"),
        (ReadBack("visit", ("tue 10:00-12:00",)), False, "We noted: Tuesday 10:00 to 12:00."),
        (ReadBack("hours", ("01:00-12:30",)), False, "We noted: 01:00 to 12:30."),
        (ReadBack("move", ("2026-12-03",)), True, "We noted: Thursday 3 December."),
        (ReadBack("weeks", ("12",)), True, "We noted: 12."),
        (ReadBack("help", ("food", "company")), False, "We noted: Food or money, Someone to talk to."),
        (Promised("call", "ring"), False, "A person will call you. We cannot say when."),
        (Promised("text", "ring"), True, "A person will write to you. We cannot say when."),
        (Promised("person", "talk"), False, "A person will answer you. We cannot say when."),
        (Promised("peer", "talk"), False, "We will ask a peer for you. A person will tell you more. We cannot say"),
        (Otherwise("clear"), False, "We did not say that well. Trained staff of Kind Words read it."),
        (Otherwise("clear"), True, "We did not say that well."),
    ],
)
def test_what_else_a_turn_says(effect, discreet, said):
    assert texts(effect, discreet=discreet)[0].startswith(said)
    assert "Kind Words" not in texts(effect, discreet=True)[0]


@pytest.mark.parametrize("offer", ["call", "text", "person", "peer"])
def test_a_promise_says_the_time_that_the_rota_gives(offer):
    [said] = texts(Promised(offer, "ring"), values={**VALUES, "when": "14:20 today"})
    assert said.endswith("by 14:20 today.")


@pytest.mark.parametrize(
    "effect",
    [
        ReadBack("words", ("my own words",)),  # open words are never said
        ReadBack("weeks", ("12 apples",)),
        ReadBack("visit", ("whenever",)),
        ReadBack("move", ("tomorrow",)),
        ReadBack("help", ("gold",)),
        Otherwise("cup"),
        Finish("done"),
        Keep("pace", "cup", "slower"),
    ],
)
def test_what_has_no_words_gives_no_text(effect):
    assert texts(effect) == []


@pytest.mark.parametrize(
    ("value", "said"), [("tue 01:30", "martes a la 1:30"), ("14:00", "a las 14:00"), ("sun", "domingo")]
)
def test_a_time_is_read_back_as_the_language_says_it(value, said):
    assert said in texts(ReadBack("visit", (value,)), language="es")[0]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"cup": "tea"}, "Tea."),
        ({"help": "food,company"}, "Food or money, Someone to talk to."),
        ({"load": "4", "weeks": "12"}, "4. 12."),
        ({"visit": "tue 14:00", "move": "2026-12-03"}, "Tuesday 14:00. Thursday 3 December."),
        ({"cup": "my own words", "load": "heavy", "visit": "never", "move": "soon"}, NEUTRAL),
    ],
)
def test_answers_are_said_as_they_were_understood_and_never_in_own_words(answers, said):
    assert texts(Say("sum"), values={f"answer.{step}": value for step, value in answers.items()}) == [said]


@pytest.mark.parametrize(
    ("ideas", "said"),
    [("1", "1 idea came in. You will hear what came of it."), ("12", "12 ideas came in. You will hear what came of them.")],
)
def test_words_go_with_their_number(ideas, said):
    assert texts(Say("heard"), values={"ideas": ideas}) == [said]


def test_an_explanation_and_the_question_share_a_text_where_they_fit():
    [said] = texts(Otherwise("clear"), Ask("clear", again=True))
    assert said.startswith("We did not say that well.")
    assert said.endswith("1 Trained staff\n2 A peer")
