"""What holds in every check-in, whatever is heard: it ends, asks twice at most, loses no words and takes nothing back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.effects import Ask, FollowPlan, Keep, KeptWords, Learn, OfferPerson, Otherwise, Raise, Say
from service.core.flow import Again, Back, HungUp, Pressed, Silence, Skipped, Slower, Words
from service.core.model import Channel, Urgency
from service.core.steps.shape import StepKind
from tests.core.checkins import AFTER, FACTS, SOON, URGENT, WEEKLY, WELCOME, Person, written

EVERYTHING = written("""
  - {id: language, ask: Which?, choices: languages, keeps: language}
  - id: week
    ask: How was it?
    choices:
      good: Good
      talk: {label: A call, offer: call, set: {pace: slower}}
      over: {label: Nothing more, go: bye}
      hard: {label: Hard, raises: urgent}
    silence: {remind: 2 hours, then: my_silence_plan}
  - id: help
    ask: Would this help?
    choices: {food: Food, home: {label: Home, raises: soon}, harm: {label: Harm, raises: urgent}, none: Not now}
    many: true
    notes: need
  - {id: clear, ask: Who reads it?, choices: {staff: Staff, peer: A peer}, teach_back: {right: staff}, otherwise: Staff do.}
  - {id: load, ask: How heavy?, scale: {from: 1, to: 5}, low: Light, high: Too much, silence: {then: urgent}}
  - {id: heavy, when: {load: {at_least: 4}}, raises: soon, because: Heavy.}
  - {id: people, ask: How many?, number: {from: 1, to: 40}}
  - {id: code, when: {channel: voice}, ask: Which code?, number: {digits: 4}, keeps: code}
  - {id: call, ask: When?, time: true}
  - {id: hours, ask: When is good?, time: true, keeps: safe_hours}
  - {id: day, ask: Which day?, date: true}
  - {set: {channel: voice}, when: {day: {given: true}}}
  - {later: {flow: case, in: 2 days}, when: {people: {above: 10}}}
  - {id: peers, ask: May a peer read it?, yes_no: true, consent: peers}
  - {id: shared, ask: Is it shared?, yes_no: {yes: {go: shared}}, keeps: shared_phone, after_urgent: true}
  - {go: load, when: {peers: no, consent.peers: no}}
  - {id: talk, offer: person, after_urgent: true}
  - {id: words, ask: Anything more?, open: true, notes: idea}
  - {end: true, when: {words: {given: true}, last.week: hard}}
  - {id: bye, say: Bye., after_urgent: true}
""")  # fmt: skip

TEXTS = st.one_of(
    st.sampled_from(["1", "2", "3", "4", "13", "skip", "yes", "no", "meh", "3 but no", "yes, but", "", "Hard", "٣"]),
    st.sampled_from(["7", "seven", "0417", "Friday 2pm", "10-12", "12 November", "tomorrow", "light", "1 2 please"]),
    st.text(max_size=20),
)
WORDS = st.builds(Words, TEXTS, st.sampled_from(Urgency))
CHOICES = st.sampled_from(["food", "home", "harm", "none", "good", "hard", "staff", "peer", "yes", "no", "unknown"])
WISHES = st.sampled_from([Again(), Back(), Slower()])
SILENT = "silence"  # of the question that waits, as long as its timer
HEARD = st.one_of(
    WORDS, st.builds(Pressed, CHOICES), WISHES, st.sampled_from([Skipped(), HungUp(), SILENT, Silence("nothing", 0)])
)
ANY_FLOW = st.sampled_from([WEEKLY, WELCOME, AFTER, EVERYTHING])
ANY_FACTS = st.builds(
    lambda channel, known, plan, on_duty: replace(
        FACTS,
        channel=channel,
        language_known=known,
        my={} if plan is None else {"silence_plan": plan},
        on_duty=on_duty,
        last={"week": ("hard",)},
        times=("wed 10:00", "wed 14:00", "thu 09:00"),
    ),
    st.sampled_from(Channel),
    st.booleans(),
    st.sampled_from([None, "nothing", "text", "call", "contact"]),
    st.booleans(),
)


def live(person, heard):
    """Every turn of a check-in until it ends: what was heard, the state that it met, and the effects."""
    yield None, None, person.starts()
    for each in heard:
        before = person.state
        if before.ended:
            return
        if each == SILENT:
            person.now += timedelta(days=2)
            each = Silence(before.waiting, int(before.reminded))
        yield each, before, person.hears(each)


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=25))
def test_whatever_is_heard_nothing_fails_and_silence_ends_it(flow, facts, heard):
    person = Person(flow, facts)
    list(live(person, heard))
    list(live_on(person))
    assert person.state.ended


def live_on(person):
    """Nothing but silence, for as long as any flow could wait."""
    for _ in range(3 * len(person.flow.steps)):
        if person.state.ended:
            return
        person.now += timedelta(days=2)
        yield person.hears(Silence(person.state.waiting, int(person.state.reminded)))


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=25))
def test_a_question_is_asked_once_more_and_reminded_of_once_at_most(flow, facts, heard):
    person = Person(flow, facts)
    for each, before, effects in live(person, heard):
        assert sum(isinstance(effect, Ask) for effect in effects) <= 1
        for effect in effects:
            if isinstance(effect, Ask) and (effect.again or effect.reminder):
                assert effect.step == before.waiting
                assert not (effect.again and (before.again or before.told))
                assert not (effect.reminder and before.reminded)
            if isinstance(effect, Otherwise):
                assert not before.told
        if before is not None and before.told and isinstance(each, Words | Skipped | Pressed):
            assert not any(isinstance(effect, Ask) and effect.step == before.waiting for effect in effects) or (
                isinstance(each, Pressed) and each.choice == "unknown"
            )


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=25))
def test_a_person_is_offered_once_with_the_sixth_turn_that_counts(flow, facts, heard):
    person = Person(flow, facts)
    turns = 0
    for each, before, effects in live(person, heard):
        counts = not isinstance(each, Again | Back | Slower | HungUp) and (before is None or person.state != before)
        turns += counts
        if effects and counts:
            assert person.state.turns == turns
        if turns == 6 and counts and effects and not person.state.urgent:
            assert OfferPerson() in effects
        assert effects.count(OfferPerson()) <= 1


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(WORDS, max_size=12))
def test_nothing_that_was_not_understood_is_closed_without_a_person_i18(flow, facts, heard):
    person = Person(flow, facts)
    for each, before, effects in live(person, heard):
        learned = [effect for effect in effects if isinstance(effect, Learn)]
        if each is None or (not learned and before.waiting in ("language", "call")):
            continue  # a page was turned
        raised = [effect.urgency for effect in effects if isinstance(effect, Raise)]
        assert [effect.step for effect in learned] == [before.waiting]
        if not learned[0].understood or KeptWords(before.waiting) in effects:
            assert KeptWords(before.waiting) in effects
            assert max(raised) >= max(SOON, each.urgency)
        elif flow.step(before.waiting).kind is StepKind.OPEN:
            assert raised or learned[0].skipped


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=25))
def test_what_is_urgent_is_raised_and_never_taken_back_and_only_steps_made_for_it_go_on(flow, facts, heard):
    person = Person(flow, facts)
    urgent = False
    for each, _, effects in live(person, heard):
        raised = [effect.urgency for effect in effects if isinstance(effect, Raise)]
        if isinstance(each, Words) and each.urgency is URGENT:
            assert URGENT in raised
        urgent = urgent or URGENT in raised
        assert person.state.urgent == urgent
        if urgent:
            assert all(flow.step(effect.step).after_urgent for effect in effects if isinstance(effect, Ask | Say))
            assert person.state.ended in (None, "urgent")


@settings(deadline=None)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=25))
def test_hanging_up_says_nothing_and_a_code_stands_nowhere_but_in_its_preference(flow, facts, heard):
    person = Person(flow, facts)
    for each, _, effects in live(person, heard):
        if isinstance(each, HungUp):
            kinds = {type(effect).__name__ for effect in effects}
            assert kinds <= {"Learn", "Note", "Raise", "FollowPlan", "Remind"}
            assert sum(isinstance(effect, FollowPlan) for effect in effects) <= 1
        codes = [effect.value for effect in effects if isinstance(effect, Keep) and effect.preference == "code"]
        for code in codes:
            assert code not in str(person.state.to_json().get("answers"))
            assert not any(code in str(effect) for effect in effects if not isinstance(effect, Keep))


@settings(deadline=None, max_examples=30)
@given(ANY_FLOW, ANY_FACTS, st.lists(HEARD, max_size=10))
def test_the_same_turns_told_again_give_the_same(flow, facts, heard):
    assert list(live(Person(flow, facts), heard)) == list(live(Person(flow, facts), heard))
