"""Wishes about how we ask, silence in a call, and hanging up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from service.core.effects import Finish, FollowPlan, Keep, Learn, OfferPerson, Raise, Remind
from service.core.model import Channel
from tests.core.checkins import DAY, FACTS, SOON, WEEKLY, Person, asked, at

WEEK = asked("week", "my_silence_plan")
HELP = asked("help", "my_silence_plan")
WORDS = asked("words")


def test_a_wish_counts_as_no_turn_and_loses_nothing():
    person = at(WEEKLY, "2")
    before = person.state
    assert person.wants_it_again() == HELP
    assert person.wants_it_slower() == [Keep("pace", "help", "slower"), *HELP]
    assert person.state == before


def test_going_back_forgets_the_answer_before_and_at_the_first_question_asks_it_again():
    person = at(WEEKLY, "3", "4")
    assert person.goes_back() == HELP
    assert person.state.answers == {"week": ("hard",)}
    assert person.goes_back() == WEEK
    assert person.goes_back() == WEEK
    assert person.state.answers == {}
    assert person.texts("1") == [Learn("week", ("good",)), *WORDS]


def test_going_back_takes_back_nothing_that_was_raised():
    person = at(WEEKLY, "3")
    assert not any(isinstance(effect, Raise) for effect in person.goes_back())
    assert person.texts("1") == [Learn("week", ("good",)), *WORDS]


CALL = replace(FACTS, channel=Channel.VOICE)


def in_call(plan=None, **given):
    return Person(WEEKLY, replace(CALL, my={"silence_plan": plan} if plan else {}, **given))


def test_silence_does_what_the_person_has_chosen():
    person = Person(WEEKLY, replace(FACTS, my={"silence_plan": "call"}))
    person.starts()
    person.is_silent()
    assert person.is_silent(1) == [FollowPlan("call", "week"), Finish("closed")]


def test_in_a_call_a_silence_is_seconds_long_and_two_are_enough():
    person = in_call()
    person.starts()
    seconds = timedelta(seconds=8)
    assert person.is_silent(wait=seconds) == asked("week", "my_silence_plan", number=1, reminder=True)
    assert person.is_silent(1, wait=seconds) == [Raise(SOON, "week", None, "silence"), OfferPerson(), Finish("closed")]


def test_in_a_call_the_persons_own_plan_is_followed_without_an_offer():
    person = in_call("contact")
    person.starts()
    person.is_silent(wait=timedelta(0))
    assert person.is_silent(1, wait=timedelta(0)) == [FollowPlan("contact", "week"), Finish("closed")]


def test_hanging_up_follows_the_persons_own_plan_and_a_person_looks_if_safety_was_still_to_come():
    person = in_call("call")
    person.starts()
    assert person.hangs_up() == [
        FollowPlan("call", "week"),
        Raise(SOON, "week", None, "hung_up"),
        Remind("week", DAY, "close", 0),
    ]


def test_hanging_up_without_a_plan_is_for_the_daily_list():
    person = in_call()
    person.starts()
    assert person.hangs_up() == [Raise(SOON, "week", None, "hung_up"), Remind("week", DAY, "close", 0)]


def test_hanging_up_once_safety_was_asked_or_was_not_due_is_safe():
    for answers in (("1",), ("3", "4", "1")):
        person = in_call("nothing")
        person.starts()
        for answer in answers:
            person.texts(answer)
        assert person.hangs_up() == [Remind("words", DAY, "close", 0)]


def test_who_is_heard_again_after_hanging_up_goes_on_where_they_were():
    person = in_call("nothing")
    person.starts()
    person.hangs_up()
    assert person.wants_it_again() == WEEK
    person.hangs_up()
    assert person.texts("1") == [Learn("week", ("good",)), *WORDS]


def test_after_hanging_up_silence_says_nothing():
    person = in_call("nothing")
    person.starts()
    person.hangs_up()
    assert person.is_silent(wait=timedelta(hours=1)) == [Remind("week", timedelta(hours=23), "close", 0)]
    assert person.is_silent(wait=timedelta(hours=23)) == [Finish("closed")]
