"""In which voice words are said, what is played where there is none, and how numbers and long words sound."""

import pytest

from service.core.effects import Ask, Keep, Otherwise, Promised, ReadBack, Say
from service.usecases.render import speak
from service.usecases.render.sounds import in_prompts, spelled, spelled_in
from tests.usecases.every_kind import EVERY_KIND, LANGUAGES

VALUES = {"name": "Ana", "service": "Kind Words"}


def prompts(*effects, values=VALUES, discreet=False, language="en", times=(), **how):
    return speak(effects, EVERY_KIND, LANGUAGES, language, values, discreet, times=times, **how)


def words(*effects, **how):
    return [prompt.words for prompt in prompts(*effects, **how)]


def test_the_language_that_was_just_chosen_counts_at_once():
    said = prompts(Keep("language", "language", "ur"), Ask("safe"))
    assert ("جی ہاں", "ur") in [(prompt.words, prompt.language) for prompt in said]


def test_words_without_a_translation_are_said_in_the_voice_they_are_written_for():
    said = {prompt.words: prompt.language for prompt in prompts(Ask("safe"), language="es")}
    assert said["Are you safe where you are?"] == "en"
    assert said["Sí"] == "es"


@pytest.mark.parametrize(
    ("effects", "recorded"),
    [
        ([Ask("cup")], ["every-kind/cup/ask"]),  # the name is left out
        ([Say("free")], ["every-kind/free/voice"]),
        ([Say("hello")], ["every-kind/hello/say.1", "every-kind/hello/say.2"]),
        ([Promised("call", "ring")], ["service/offer.call.promised.unknown_time"]),
        ([ReadBack("weeks", ("12",))], ["service/voice.read_back", "digits/1", "digits/2"]),
        ([Say("heard")], ["digits/3", "every-kind/heard/say.other.1", "every-kind/heard/say.other.2"]),
        ([Otherwise("clear")], ["every-kind/clear/otherwise.1", "every-kind/clear/otherwise.2"]),
    ],
)
def test_where_there_is_no_voice_recordings_are_named(effects, recorded):
    said = prompts(*effects, values={**VALUES, "when": "14:20 today", "ideas": "3"})
    names = [name for prompt in said for name in prompt.recordings]
    assert names[: len(recorded)] == recorded


def test_a_recording_keeps_our_name_from_a_discreet_person():
    said = prompts(Otherwise("clear"), discreet=True)
    assert [name for prompt in said for name in prompt.recordings] == ["every-kind/clear/otherwise.1"]


def test_a_key_has_a_recording_of_its_own():
    names = {name for prompt in prompts(Ask("cup")) for name in prompt.recordings}
    assert names >= {"service/voice.press.1", "service/voice.press.0", "service/voice.press.hash"}


def test_recorded_words_promise_no_time_and_say_numbers_that_work():
    values = {
        "reply_promise": "A person will read this by 14:20 today.",
        "read_hours": LANGUAGES.say("en", "read_hours.always"),
        "crisis_lines": "If you are in danger now, you can ring 999 (emergencies).",
    }
    said = prompts(Say("thanks"), values=values)
    assert [name for prompt in said for name in prompt.recordings] == [
        "every-kind/thanks/say.1",
        "service/reply_promise.unknown_time",
        "service/read_hours.always",
        *["service/crisis.numbers.1", "digits/9", "digits/9", "digits/9"],
    ]
    assert "14:20 today" in said[0].words


# Sounds


@pytest.mark.parametrize(
    ("number", "said"),
    [("0417", "0 4, 1 7"), ("7", "7"), ("112", "1 1 2"), ("116 123", "1 1 6, 1 2 3"), ("07700900", "0 7 7, 0 0 9, 0 0")],
)
def test_a_number_is_said_digit_by_digit_in_groups(number, said):
    assert spelled(number) == said


def test_crisis_numbers_are_spelled_and_nothing_else_is():
    values = {"crisis_lines": "You can ring 999 (emergencies), 116 123 (to talk).", "reply_promise": "By 14:20 today."}
    said = " ".join(words(Say("thanks"), values=values))
    assert "9 9 9 (emergencies), 1 1 6, 1 2 3 (to talk)" in said
    assert "By 14:20 today." in said
    assert spelled_in("5 people") == "5 people"


def test_long_words_are_cut_between_sentences():
    sentence = "These are ten words that stand together in one sentence."
    pieces = list(in_prompts(" ".join([sentence] * 5)))
    assert [piece.count(".") for piece in pieces] == [2, 2, 1]
    assert " ".join(pieces) == " ".join([sentence] * 5)
