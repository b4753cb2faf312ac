"""Who is asked what: the welcome with its languages and consent, conditions, and what follows something urgent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.core.effects import Ask, Consent, Finish, Keep, KeptWords, Learn, Note, Raise, Say
from tests.core.checkins import AFTER, FACTS, ROUTINE, SOON, THANKS, URGENT, WELCOME, Person, asked, at, written

# Welcome


def test_somebody_whose_language_is_known_is_only_asked_whether_we_may():
    person = Person(WELCOME)
    assert person.starts() == asked("checkins")
    assert person.texts("1") == [Learn("checkins", ("yes",)), Consent("checkins", "checkins", True), *THANKS]


@pytest.mark.parametrize(
    ("text", "learned"), [("no", Learn("checkins", ("no",))), ("skip", Learn("checkins", skipped=True))]
)
def test_no_and_skip_are_no_and_kindly_taken(text, learned):
    effects = at(WELCOME).texts(text)
    assert effects == [learned, Consent("checkins", "checkins", False), Say("goodbye"), Finish("done")]


def test_silence_is_no_consent():
    assert at(WELCOME).is_silent() == [Finish("closed")]


def test_yes_with_a_but_is_no_consent_and_a_person_reads_it():
    effects = at(WELCOME).texts("yes, but not when he is home")
    assert effects == [
        Learn("checkins", understood=False),
        KeptWords("checkins"),
        Raise(SOON, "checkins", None, "words"),
        *asked("checkins", again=True),
    ]


def test_words_twice_are_no_consent_and_end_with_a_goodbye():
    person = at(WELCOME)
    person.texts("who is this")
    effects = person.texts("who is this")
    assert not any(isinstance(effect, Consent) for effect in effects)
    assert effects[-2:] == [Say("goodbye"), Finish("done")]


UNKNOWN_LANGUAGE = replace(FACTS, language_known=False)


def test_languages_come_in_threes_and_four_is_more():
    person = Person(WELCOME, UNKNOWN_LANGUAGE)
    assert person.starts() == asked("language")
    assert person.texts("4") == asked("language", page=1)
    assert person.texts("2") == asked("language", page=2)
    person.texts("4")
    assert person.texts("1") == [Learn("language", ("so",)), Keep("language", "language", "so"), *asked("checkins")]


def test_a_page_is_kept_when_the_list_is_asked_again_and_when_it_is_reminded_of():
    person = Person(WELCOME, UNKNOWN_LANGUAGE)
    person.starts()
    person.texts("4")
    assert person.texts("what")[-2] == Ask("language", again=True, page=1)
    assert person.texts("اردو")[:2] == [Learn("language", ("ur",)), Keep("language", "language", "ur")]


def test_turning_pages_does_not_win_another_asking():
    person = Person(WELCOME, UNKNOWN_LANGUAGE)
    person.starts()
    person.texts("what")
    assert person.texts("4") == asked("language", page=1)
    assert person.texts("what")[-2] == Ask("checkins")


@pytest.mark.parametrize("languages", [(), ("en",)])
def test_nobody_is_asked_to_choose_between_fewer_than_two_languages(languages):
    person = Person(WELCOME, replace(UNKNOWN_LANGUAGE, languages=languages))
    assert person.starts() == asked("checkins")


# Conditions


def says(when, facts=FACTS, answer=None):
    flow = written(
        "  - {id: may, ask: May we?, yes_no: true, consent: peers}\n"
        f"  - {{id: it, when: {when}, say: It.}}\n"
        "  - {id: end, say: Bye.}\n"
    )
    person = Person(flow, facts)
    person.starts()
    return Say("it") in person.texts(answer or "skip")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("{channel: sms}", True),
        ("{channel: voice}", False),
        ("{channel: {is_not: voice}}", True),
        ("{language: en}", True),
        ("{language: [ur, pl]}", False),
        ("{language: {given: false}}", False),
        ("{on_duty: yes}", True),
        ("{consent.checkins: yes}", True),
        ("{consent.checkins: no}", False),
        ("{consent.stories: {given: false}}", True),
        ("{consent.stories: no}", False),
        ("{may: {given: false}}", True),
        ("{may: {is_not: yes}}", False),
        ("{channel: sms, on_duty: no}", False),
        ("{any: [{channel: voice}, {on_duty: yes}]}", True),
        ("{all: [{channel: sms}, {any: [{on_duty: no}, {language: ur}]}]}", False),
    ],
)
def test_what_is_known_decides_what_is_said(when, holds):
    assert says(when, replace(FACTS, consents={"checkins": True})) is holds


def test_a_consent_given_in_this_check_in_counts_at_once():
    facts = replace(FACTS, consents={"peers": True})
    assert says("{consent.peers: yes}", facts, answer="yes")
    assert says("{consent.peers: no}", facts, answer="no")


def test_one_match_of_many_is_enough():
    flow = written(
        "  - {id: help, ask: Which?, many: true, choices: {food: Food, home: Home, none: None}}\n"
        "  - {id: it, when: {help: home}, say: It.}\n"
        "  - {id: end, say: Bye.}\n"
    )
    assert at(flow).texts("12")[1] == Say("it")


def test_what_depends_on_an_answer_not_understood_is_not_known_either():
    flow = written(
        "  - {id: week, ask: Well?, choices: {good: Good, hard: Hard}}\n"
        "  - {id: more, when: {week: hard}, ask: Very?, yes_no: true}\n"
        "  - {id: safe, when: {more: yes}, ask: Safe?, yes_no: {no: {raises: urgent}}}\n"
        "  - {id: call, when: {all: [{week: hard}, {channel: voice}]}, ask: Safe?, yes_no: {no: {raises: urgent}}}\n"
        "  - {id: end, say: Bye.}\n"
    )
    person = at(flow)
    person.texts("meh")
    assert person.texts("meh")[-2] == Ask("safe")
    assert person.texts("yes") == [Learn("safe", ("yes",)), Say("end"), Finish("done")]


def test_an_end_step_ends_it_for_those_it_fits():
    flow = written(
        "  - {id: more, ask: More?, yes_no: true}\n"
        "  - {id: bye, when: {more: no}, say: Bye.}\n"
        "  - {when: {more: no}, end: true}\n"
        "  - {id: on, say: On.}\n"
    )
    assert at(flow).texts("no") == [Learn("more", ("no",)), Say("bye"), Finish("done")]
    assert at(flow).texts("yes") == [Learn("more", ("yes",)), Say("on"), Finish("done")]


# After something urgent


def test_after_something_urgent_only_steps_made_for_it_go_on():
    person = at(AFTER)
    assert person.texts("no")[1:] == [Raise(URGENT, "safe", "no", "answer"), *asked("call")]
    assert person.texts("1") == [Learn("call", ("yes",)), Say("bye"), Finish("urgent")]


def test_after_something_urgent_words_are_raised_and_not_asked_about_again():
    person = at(AFTER, "no")
    effects = person.texts("what")
    assert effects[2:] == [Raise(SOON, "call", None, "words"), Say("bye"), Finish("urgent")]


def test_silence_after_something_urgent_does_not_call_it_closed():
    assert at(AFTER, "no").is_silent() == [Finish("urgent")]


def test_an_idea_in_open_words_is_noted():
    effects = at(AFTER, "yes", "yes").texts("ring on Sundays")
    assert effects[1:3] == [Note("idea", "idea", ()), Raise(ROUTINE, "idea", None, "words")]
