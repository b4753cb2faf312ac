"""What a turn of a flow is in a call: prompts, pauses and keys."""

import pytest

from service.core.effects import Ask, Finish, Keep, KeptWords, Learn, OfferPerson, Otherwise, Promised, ReadBack, Say
from service.core.keypad import Key, Listen
from service.core.words import SERVICE_WORDS
from service.languages import Languages
from service.usecases.render import Gathers, speak
from tests.usecases.every_kind import EVERY_KIND, LANGUAGES, SNAPSHOT

VALUES = {"name": "Ana", "service": "Kind Words"}
TIMES = ("tue 14:00", "wed 10:00-12:00", "thu 09:30", "fri 16:00")
ON = [("To skip this", "press hash"), ("For a person", "press 0")]
DONE = [("When you have finished", "press hash"), ("For a person", "press 0")]
STUCK = [("To hear this again", "press 9"), ("For more time", "press 8")]
YES_NO = [("Yes", "press 1"), ("No", "press 2")]


def prompts(*effects, values=VALUES, discreet=False, language="en", times=(), **how):
    return speak(effects, EVERY_KIND, LANGUAGES, language, values, discreet, times=times, **how)


def words(*effects, **how):
    return [prompt.words for prompt in prompts(*effects, **how)]


def heard(*pieces):
    """The words one after the other; a pair is an option and its key."""
    return [word for piece in pieces for word in ((piece,) if isinstance(piece, str) else piece)]


@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("cup", ["Tea or water, Ana?", ("Tea", "press 1"), ("Water", "press 2"), *ON]),
        (
            "help",
            [
                "Would any of this help?",
                *[("Food or money", "press 1"), ("Home or heating", "press 2")],
                *[("Someone to talk to", "press 3"), ("Not now", "press 4")],
                "You can choose more than one, one after the other.",
                *DONE,
            ],
        ),
        (
            "load",
            [
                "How heavy was the work?",
                *[("Light", "press 1"), ("Too much", "press 5")],
                "Or press any number from 1 to 5.",
                *ON,
            ],
        ),
        ("weeks", ["For how many weeks?", "Key in a number from 1 to 40.", *DONE]),
        (
            "code",
            [
                "Choose a number that you can remember.",
                "Key in the digits one by one. Number of digits: 4.",
                *DONE,
            ],
        ),
        (
            "visit",
            [
                "When may we visit you?",
                *[("Tuesday 14:00", "press 1"), ("Wednesday 10:00 to 12:00", "press 2"), ("Thursday 09:30", "press 3")],
                ("For another time", "press 4"),
                *ON,
            ],
        ),
        (
            "hours",
            [
                "When is a good time to reach you?",
                "Key in from which hour, and until which hour, two digits for each.",
                *DONE,
            ],
        ),
        ("move", ["Which day do you move?", "Key in the day and the month, two digits for each.", *DONE]),
        ("ring", ["Would you like a person to call you?", *YES_NO, *ON]),
        ("talk", ["Shall somebody talk with you about it?", *YES_NO, *ON]),
    ],
)
def test_every_kind_of_question_says_the_option_before_its_key(step, said, discreet):
    assert words(Ask(step), discreet=discreet, times=TIMES) == heard(*said)


def test_open_words_are_recorded_only_after_a_yes():
    assert words(Ask("words")) == heard(
        "Is there anything you would like to say?",
        "May we record what you say, up to 3 minutes? A person will hear it.",
        *YES_NO,
        ("For a person", "press 0"),
    )
    [asked, *_] = prompts(Ask("words"))
    assert asked.gathers == Gathers(1)
    assert (asked.keys["1"], asked.keys["2"]) == (Key.LISTEN, Key.SKIP)
    agreed = prompts(Listen("words"))
    assert [prompt.words for prompt in agreed] == ["Please speak after the tone.", "When you have finished", "press hash"]
    assert {prompt.gathers for prompt in agreed} == {Gathers(1, seconds=180)}
    assert dict(agreed[0].keys) == {"0": Key.PERSON, "#": Key.DONE}


def test_each_language_is_named_in_its_own_voice():
    spoken = [(prompt.words, prompt.language) for prompt in prompts(Ask("language"))]
    names = ("English", "español", "اردو")
    assert [one for one in spoken if one[0] in names] == list(zip(names, ("en", "es", "ur"), strict=True))
    translated = {**SNAPSHOT["languages"]["es"]["messages"]}
    translated["service/voice.press"] = {"english": SERVICE_WORDS["voice.press"], "text": "oprima {key}"}
    languages = Languages.from_snapshot(
        {"languages": {"en": SNAPSHOT["languages"]["en"], "es": {**SNAPSHOT["languages"]["es"], "messages": translated}}}
    )
    said = speak([Ask("language")], EVERY_KIND, languages, "en", {}, True)
    assert ("oprima 2", "es") in [(prompt.words, prompt.language) for prompt in said]


def test_a_choice_that_was_given_is_not_offered_again():
    said = prompts(Ask("help", given=("food",)))
    assert [prompt.words for prompt in said] == heard(
        "Anything else?", ("Home or heating", "press 2"), ("Someone to talk to", "press 3"), *DONE
    )
    assert said[0].keys["#"] is Key.DONE
    assert "1" not in said[0].keys


@pytest.mark.parametrize(
    ("ask", "first"),
    [
        (Ask("safe", again=True), "Here is the question once more."),
        (Ask("safe", reminder=True), "There is no hurry."),
    ],
)
def test_somebody_who_is_stuck_hears_what_always_works(ask, first):
    assert words(ask) == heard(first, "Are you safe where you are?", *YES_NO, *ON, *STUCK)


@pytest.mark.parametrize(
    ("effect", "discreet", "said"),
    [
        (Say("hello"), False, ["Hello from Kind Words, Ana. This is a machine."]),
        (Say("hello"), True, ["Hello. This is a machine."]),
        (Say("free"), False, ["This call is free."]),
        (Say("who"), False, ["We are Kind Words."]),
        (Say("who"), True, ["Hello. Thank you for getting in touch."]),
        (Ask("club"), True, ["Hello. Thank you for getting in touch."]),
        (Otherwise("clear"), False, ["We did not say that well. Trained staff of Kind Words read it."]),
        (Otherwise("clear"), True, ["We did not say that well."]),
        (Otherwise("cup"), False, []),
        (KeptWords("cup"), False, ["Thank you. We have kept that for a person."]),
        (OfferPerson(), True, ["If you would like to talk with a person", "press 0"]),
        (Promised("call", "ring"), False, ["A person will call you. We cannot say when."]),
        (Finish("urgent"), False, []),
        (Learn("cup", ("tea",)), False, []),
        (Keep("pace", "cup", "slower"), False, []),
    ],
)
def test_what_else_is_said(effect, discreet, said):
    assert words(effect, discreet=discreet) == said


def test_the_service_never_hangs_up_first():
    assert words(Finish("done")) == heard(
        "That is all from us. You can hang up whenever you like.", ("For a person", "press 0")
    )


def test_a_promise_says_the_time_that_the_rota_gives():
    said = words(Promised("call", "ring"), values={"when": "14:20 today"})
    assert said == ["A person will call you by 14:20 today."]


@pytest.mark.parametrize(
    ("effect", "noted"),
    [
        (ReadBack("weeks", ("12",)), ["1 2", "1 2"]),
        (Keep("code", "code", "0417"), ["0 4, 1 7", "0 4, 1 7"]),
        (ReadBack("load", ("4",)), ["4", "4"]),
        (ReadBack("visit", ("tue 14:00",)), ["Tuesday 14:00"]),
        (ReadBack("move", ("2026-12-03",)), ["Thursday 3 December"]),
        (ReadBack("help", ("food", "company")), ["Food or money", "Someone to talk to"]),
    ],
)
def test_what_was_understood_is_read_back_and_can_be_put_right(effect, noted):
    assert words(effect) == heard("This is what we noted.", *noted, ("If that is not right", "press star"))


@pytest.mark.parametrize(
    "effect", [ReadBack("words", ("my own words",)), ReadBack("visit", ("whenever",)), ReadBack("help", ("gold",))]
)
def test_own_words_are_never_read_back(effect):
    assert words(effect) == []


# Keys, pauses, pace


@pytest.mark.parametrize(
    ("step", "gathers"),
    [
        ("cup", Gathers(1, speech=True)),
        ("help", Gathers(1, speech=True)),
        ("load", Gathers(1, speech=True)),
        ("weeks", Gathers(2, speech=True)),
        ("code", Gathers(4)),  # a code is keyed, never said aloud
        ("move", Gathers(4, speech=True)),
        ("hours", Gathers(4, speech=True)),
        ("language", Gathers(1)),
    ],
)
def test_what_is_waited_for(step, gathers):
    assert {prompt.gathers for prompt in prompts(Ask(step))} == {gathers}


@pytest.mark.parametrize("step", [step.id for step in EVERY_KIND.steps if step.is_question])
def test_every_key_that_is_named_is_listened_for_from_the_first_word_on(step):
    said = prompts(Ask(step), times=TIMES)
    names = {"hash": "#", "star": "*"}
    named = {prompt.words.split()[-1] for prompt in said if prompt.words.startswith("press ")}
    keys = {names.get(name, name) for name in named}
    assert "0" in keys
    assert all(keys <= set(prompt.keys) for prompt in said)
    assert all(prompt.keys["0"] is Key.PERSON for prompt in said)


def test_words_that_ask_nothing_can_be_cut_short_too():
    [said] = prompts(Say("free"))
    assert said.gathers is None
    assert dict(said.keys) == {"0": Key.PERSON, "8": Key.SLOWER, "9": Key.AGAIN, "*": Key.BACK}


def test_there_is_a_pause_between_an_option_and_its_key_and_a_longer_one_after_it():
    said = {prompt.words: prompt.pause_after for prompt in prompts(Ask("cup"))}
    assert 0 < said["Tea"] < said["press 1"]


def test_slower_takes_more_time_from_then_on():
    usual, slower = prompts(Ask("safe")), prompts(Keep("pace", "safe", "slower"), Ask("safe"))
    assert [prompt.words for prompt in usual] == [prompt.words for prompt in slower]
    assert all(now.pause_after > before.pause_after for before, now in zip(usual, slower, strict=True))
    assert all(prompt.slower for prompt in slower)
    assert prompts(Ask("safe"), slower=True) == slower
    assert prompts(Keep("pace", "safe", "usual"), Ask("safe"), slower=True) == usual
