"""Every branch of the weekly check-in, silence included, and the edges of a check-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.core.effects import Ask, Finish, KeptWords, Learn, Note, OfferPerson, Raise, Remind
from service.core.flow import FlowEnded, FlowError, FlowStuck, Silence, State, Words, advance
from service.core.steps.shape import Step, StepKind
from tests.core.calls import calls_of
from tests.core.checkins import DAY, FACTS, NOON, ROUTINE, SOON, THANKS, URGENT, WEEKLY, Person, asked, at, written

WEEK = asked("week", "my_silence_plan")
HELP = asked("help", "my_silence_plan")
SAFE = asked("safe", "soon")
WORDS = asked("words")

# Every branch of the weekly check-in


def test_it_begins_with_the_week():
    assert Person(WEEKLY).starts() == WEEK


def test_a_good_week_goes_on_to_own_words():
    assert at(WEEKLY).texts("1") == [Learn("week", ("good",)), *WORDS]


def test_an_up_and_down_week_is_asked_for_needs_and_not_for_safety():
    person = at(WEEKLY)
    assert person.texts("Up and down") == [Learn("week", ("mixed",)), *HELP]
    assert person.texts("1 3") == [
        Learn("help", ("food", "company")),
        Note("need", "help", ("food", "company")),
        *WORDS,
    ]


def test_a_hard_week_is_raised_at_once_and_asked_for_needs_and_safety():
    person = at(WEEKLY)
    assert person.texts("rough") == [Learn("week", ("hard",)), Raise(SOON, "week", "hard", "answer"), *HELP]
    assert person.texts("4") == [Learn("help", ("none",)), *SAFE]
    assert person.texts("1") == [Learn("safe", ("yes",)), *WORDS]
    assert person.texts("skip") == [Learn("words", skipped=True), *THANKS]


def test_not_safe_is_urgent_and_ends_the_check_in():
    effects = at(WEEKLY, "3", "4").texts("No")
    assert effects == [Learn("safe", ("no",)), Raise(URGENT, "safe", "no", "answer"), Finish("urgent")]


def test_a_skipped_safety_question_raises_nothing():
    assert at(WEEKLY, "3", "4").texts("skip") == [Learn("safe", skipped=True), *WORDS]


def test_a_skipped_week_asks_neither_needs_nor_safety():
    assert at(WEEKLY).texts("skip") == [Learn("week", skipped=True), *WORDS]


def test_own_words_go_before_a_person_and_are_thanked_for():
    effects = at(WEEKLY, "1").texts("my son starts school")
    assert effects == [Learn("words"), Raise(ROUTINE, "words", None, "words"), *THANKS]


def test_own_words_that_the_rules_find_pressing_are_raised_as_such():
    assert at(WEEKLY, "1").texts("no food", SOON) == [Learn("words"), Raise(SOON, "words", None, "words"), *THANKS]
    assert at(WEEKLY, "1").texts("I took them all", URGENT) == [
        Learn("words"),
        Raise(URGENT, "words", None, "words"),
        Finish("urgent"),
    ]


def test_words_that_are_no_choice_are_kept_and_the_question_asked_once_more():
    person = at(WEEKLY)
    not_understood = [Learn("week", understood=False), KeptWords("week"), Raise(SOON, "week", None, "words")]
    assert person.texts("meh") == [*not_understood, *asked("week", "my_silence_plan", again=True)]
    # Whether the week was hard is not known, so the question that raises is asked, and only that one.
    assert person.texts("still meh") == [*not_understood, *SAFE]
    assert person.texts("yes") == [Learn("safe", ("yes",)), *WORDS]


def test_an_answer_to_the_question_asked_again_counts():
    person = at(WEEKLY)
    person.texts("meh")
    assert person.texts("1") == [Learn("week", ("good",)), *WORDS]


def test_an_answer_with_words_beside_it_is_both():
    effects = at(WEEKLY).texts("3 but I can't go on", SOON)
    assert effects == [
        Learn("week", ("hard",)),
        Raise(SOON, "week", "hard", "answer"),
        KeptWords("week"),
        Raise(SOON, "week", None, "words"),
        *HELP,
    ]


def test_urgent_words_end_the_check_in_whether_they_answer_or_not():
    assert at(WEEKLY).texts("3 but I can't go on", URGENT) == [
        Learn("week", ("hard",)),
        Raise(SOON, "week", "hard", "answer"),
        KeptWords("week"),
        Raise(URGENT, "week", None, "words"),
        Finish("urgent"),
    ]
    assert at(WEEKLY, "2").texts("I can't see the point", URGENT) == [
        Learn("help", understood=False),
        KeptWords("help"),
        Raise(URGENT, "help", None, "words"),
        Finish("urgent"),
    ]
    assert at(WEEKLY).texts("Good", URGENT) == [
        Learn("week", ("good",)),
        Raise(URGENT, "week", None, "words"),
        Finish("urgent"),
    ]


def test_what_was_fully_understood_is_not_raised_for_its_words_alone():
    assert at(WEEKLY, "2").texts("Food or money", SOON) == [
        Learn("help", ("food",)),
        Note("need", "help", ("food",)),
        *WORDS,
    ]


# Silence


def test_silence_gets_one_reminder_and_then_joins_the_daily_list():
    person = at(WEEKLY)
    assert person.is_silent() == asked("week", "my_silence_plan", number=1, reminder=True)
    assert person.is_silent(1) == [Raise(SOON, "week", None, "silence"), Finish("closed")]


def test_an_answer_after_the_reminder_counts_and_the_next_question_starts_afresh():
    person = at(WEEKLY)
    person.is_silent()
    assert person.texts("2") == [Learn("week", ("mixed",)), *HELP]
    assert person.is_silent() == [Raise(SOON, "help", None, "silence"), Finish("closed")]


def test_there_is_no_second_reminder_after_words_that_were_not_understood():
    person = at(WEEKLY)
    person.is_silent()
    assert person.texts("meh")[-2:] == asked("week", "my_silence_plan", number=1, again=True)
    assert person.is_silent(1) == [Raise(SOON, "week", None, "silence"), Finish("closed")]


def test_after_the_reminder_of_a_question_asked_again_it_is_not_asked_a_third_time():
    person = at(WEEKLY)
    person.texts("meh")
    assert person.is_silent() == asked("week", "my_silence_plan", number=1, reminder=True)
    assert person.texts("meh")[-2:] == SAFE


def test_silence_where_nothing_is_said_about_it_closes_after_a_day():
    assert at(WEEKLY, "1").is_silent() == [Finish("closed")]


def test_silence_at_the_safety_question_is_raised():
    assert at(WEEKLY, "3", "4").is_silent() == [Raise(SOON, "safe", None, "silence"), Finish("closed")]


def test_urgent_silence_is_urgent():
    person = at(written("  - {id: a, ask: Safe?, yes_no: true, silence: {remind: 2 hours, then: urgent}}\n"
                        "  - {id: b, say: Bye.}\n"))  # fmt: skip
    two_hours = timedelta(hours=2)
    assert person.is_silent(wait=two_hours) == asked("a", "urgent", 1, two_hours, reminder=True)
    assert person.is_silent(1, wait=two_hours) == [Raise(URGENT, "a", None, "silence"), Finish("urgent")]


def test_the_silence_of_an_earlier_question_or_of_an_earlier_timer_changes_nothing():
    person = at(WEEKLY, "1")
    before = person.state
    for stale in (Silence("week", 0), Silence("words", 1), Silence("nothing", 0)):
        person.now += DAY
        assert person.hears(stale) == []
        assert person.state == before


def test_a_silence_that_comes_early_waits_for_the_rest():
    person = at(WEEKLY)
    assert person.is_silent(wait=timedelta(hours=20)) == [Remind("week", timedelta(hours=4), "my_silence_plan", 0)]
    assert person.state.turns == 1
    assert person.is_silent(wait=timedelta(hours=4))[0] == Ask("week", reminder=True)


# Edges


def test_a_person_is_offered_once_with_the_sixth_automatic_turn():
    flow = written("".join(f"  - {{id: q{n}, ask: Well?, yes_no: true}}\n" for n in range(9)) + "  - {id: b, say: Bye.}\n")
    person = Person(flow)
    turns = [person.starts(), *(person.texts("1") for _ in range(9))]
    assert [OfferPerson() in turn for turn in turns] == [False] * 5 + [True] + [False] * 4
    assert turns[5][-3:] == [OfferPerson(), *asked("q5")]


def test_a_check_in_that_has_ended_hears_nothing_more():
    person = at(WEEKLY, "1", "skip")
    for heard in (Words("1", ROUTINE), Silence("words", 0)):
        with pytest.raises(FlowEnded):
            person.hears(heard)


def test_a_check_in_starts_once_and_first():
    with pytest.raises(FlowError):
        Person(WEEKLY).texts("1")
    with pytest.raises(FlowError):
        at(WEEKLY).starts()
    with pytest.raises(FlowError):
        advance(WEEKLY, State(), Words("1", ROUTINE), NOON, FACTS, Person(WEEKLY).vocabulary)


def test_a_flow_that_would_run_on_and_on_fails_instead():
    steps = tuple(Step(f"s{n}", StepKind.SAY, n) for n in range(101))
    with pytest.raises(FlowStuck):
        Person(replace(WEEKLY, steps=steps)).starts()


def test_the_state_is_small_and_holds_no_words():
    person = at(WEEKLY, "3", "1 3 but please come, I am at Low Road 4")
    assert person.state.to_json() == {
        "turns": 3,
        "waiting": "safe",
        "since": "2025-11-04T12:00:00+00:00",
        "asked": ["week", "help"],
        "answers": {"week": ["hard"], "help": ["food", "company"]},
    }


def repeated(times):
    """The weekly check-in, asked over and over."""
    steps = [replace(step, id=f"{step.id}{n}", when=None) for n in range(times) for step in WEEKLY.steps[:4]]
    return replace(WEEKLY, steps=tuple(steps))


@pytest.mark.parametrize("text", ["3", "rough", "1 but no", "meh"])
def test_a_turn_of_a_long_flow_is_no_more_work_than_one_of_a_short_flow(text):
    def work(times):
        person = Person(repeated(times))
        person.starts()
        return calls_of(lambda: person.texts(text))

    work(2)
    assert work(2) == work(250)
