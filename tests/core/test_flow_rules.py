"""Rules that hold whatever people answer or leave unanswered."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.effects import Ask, Finish, KeptWords, Learn, OfferPerson, Raise, Say
from service.core.model import Urgency
from service.core.steps.shape import StepKind
from tests.core.checkins import AFTER, FACTS, SOON, URGENT, WEEKLY, WELCOME, Person

TEXTS = st.one_of(
    st.sampled_from(["1", "2", "3", "4", "13", "skip", "yes", "no", "meh", "3 but no", "yes, but", "", "Hard", "٣"]),
    st.text(max_size=20),
)
HEARD = st.one_of(st.tuples(TEXTS, st.sampled_from(Urgency)), st.just(None))
ANY_FLOW = st.sampled_from([WEEKLY, WELCOME, AFTER])


def live(person, heard):
    """Every turn of a check-in: what was heard (None is silence), the question it met, and the effects."""
    yield None, None, person.starts()
    for each in heard:
        waiting = person.state.waiting
        if waiting is None:
            return
        effects = person.is_silent(int(person.state.reminded)) if each is None else person.texts(*each)
        yield each, waiting, effects


@settings(deadline=None)
@given(ANY_FLOW, st.booleans(), st.lists(HEARD, max_size=12))
def test_whatever_is_heard_it_ends_and_asks_twice_and_reminds_once_at_most(flow, known, heard):
    person = Person(flow, replace(FACTS, language_known=known))
    turns = list(live(person, [*heard, None, None]))
    assert person.state.ended
    effects = [effect for _, _, turn in turns for effect in turn]
    assert [effect for effect in effects if isinstance(effect, Finish)] == [Finish(person.state.ended)]
    assert effects[-1] == Finish(person.state.ended)
    assert effects.count(OfferPerson()) <= 1
    for step in flow.steps:
        asks = [effect for effect in effects if isinstance(effect, Ask) and effect.step == step.id]
        assert sum(ask.again for ask in asks) <= 1
        assert sum(ask.reminder for ask in asks) <= 1
        assert sum(not (ask.again or ask.reminder or ask.page) for ask in asks) <= 1


@settings(deadline=None)
@given(ANY_FLOW, st.booleans(), st.lists(st.tuples(TEXTS, st.sampled_from(Urgency)), max_size=12))
def test_nothing_that_was_not_understood_is_closed_without_a_person_i18(flow, known, heard):
    person = Person(flow, replace(FACTS, language_known=known))
    for each, waiting, effects in live(person, heard):
        if each is None or turns_a_page(waiting, effects):
            continue
        learned = [effect for effect in effects if isinstance(effect, Learn)]
        raised = [effect.urgency for effect in effects if isinstance(effect, Raise)]
        assert [effect.step for effect in learned] == [waiting]
        if not learned[0].understood:
            assert KeptWords(waiting) in effects
            assert max(raised) >= max(SOON, each[1])
        elif KeptWords(waiting) in effects:
            assert max(raised) >= max(SOON, each[1])
        elif flow.step(waiting).kind is StepKind.OPEN:
            assert raised or learned[0].skipped


def turns_a_page(waiting, effects):
    return isinstance(effects[0], Ask) and effects[0].step == waiting and effects[0].page > 0


@settings(deadline=None)
@given(ANY_FLOW, st.lists(HEARD, max_size=12))
def test_what_is_urgent_is_raised_as_urgent_and_only_steps_made_for_it_go_on(flow, heard):
    person = Person(flow)
    urgent = False
    for each, _, effects in live(person, heard):
        raised = [effect.urgency for effect in effects if isinstance(effect, Raise)]
        if each is not None and each[1] is URGENT:
            assert URGENT in raised
        urgent = urgent or URGENT in raised
        if urgent:
            assert all(flow.step(effect.step).after_urgent for effect in effects if isinstance(effect, Ask | Say))
            assert person.state.ended in (None, "urgent")


@settings(deadline=None, max_examples=30)
@given(ANY_FLOW, st.lists(HEARD, max_size=8))
def test_the_same_turns_told_again_give_the_same(flow, heard):
    assert list(live(Person(flow), heard)) == list(live(Person(flow), heard))
