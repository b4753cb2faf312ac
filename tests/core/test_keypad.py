import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.flow_state import Again, Back, Pressed, Skipped, Slower, State, Words
from service.core.keypad import ForPerson, Key, Listen, digits_at, heard, keys_at, times_on_offer
from service.core.model import Urgency
from service.core.steps.shape import Choice, Range, Step, StepKind

TIMES = ("tue 14:00", "wed 10:00", "thu 09:30", "fri 16:00")


def question(kind, *choices, **more):
    return Step("q", kind, 1, choices=tuple(Choice(one, one, 1) for one in choices), **more)


CHOICES = question(StepKind.CHOICES, "good", "mixed", "hard")
MANY = question(StepKind.CHOICES, "food", "home", "company", "none", many=True)
YES_NO = question(StepKind.YES_NO, "yes", "no")
LANGUAGES = question(StepKind.LANGUAGES)
SCALE = question(StepKind.SCALE, range=Range(1, 7))
NUMBER = question(StepKind.NUMBER, range=Range(1, 40))
CODE = question(StepKind.NUMBER, range=Range(digits=4), keeps="code")
OPEN = question(StepKind.OPEN)
TIME = question(StepKind.TIME)
HOURS = question(StepKind.TIME, keeps="safe_hours")
DATE = question(StepKind.DATE)
OFFER = question(StepKind.OFFER, "yes", "no")
EVERY = [CHOICES, MANY, YES_NO, LANGUAGES, SCALE, NUMBER, CODE, OPEN, TIME, HOURS, DATE, OFFER]
ONE_KEY = [CHOICES, MANY, YES_NO, LANGUAGES, SCALE, OPEN, OFFER]


def words(text):
    return Words(text, Urgency.ROUTINE)


@pytest.mark.parametrize("step", EVERY, ids=str)
def test_a_person_one_back_and_a_skip_have_the_same_keys_at_every_question(step):
    assert heard(step, "0", State()) == ForPerson()
    assert heard(step, "*", State()) == Back()
    assert heard(step, "#", State()) == Skipped()


@pytest.mark.parametrize("step", ONE_KEY, ids=str)
def test_8_is_slower_and_9_is_again_where_they_are_no_digits(step):
    assert heard(step, "8", State()) == Slower()
    assert heard(step, "9", State()) == Again()


@pytest.mark.parametrize(
    ("step", "keys", "meaning"),
    [
        (CHOICES, "3", words("3")),
        (CHOICES, "7", words("7")),  # no answer: a person reads what was not understood, as of a text
        (YES_NO, "2", words("2")),
        (OFFER, "1", words("1")),
        (LANGUAGES, "4", words("4")),
        (SCALE, "7", words("7")),
        (MANY, "1", Pressed("food")),
        (MANY, "4", words("4")),  # "none" stands alone, so it is the whole answer
        (MANY, "5", words("5")),
        (MANY, "13", words("13")),
        (NUMBER, "8", words("8")),
        (NUMBER, "9#", words("9")),
        (NUMBER, "12#", words("12")),
        (NUMBER, "20", words("20")),
        (NUMBER, "0#", ForPerson()),
        (NUMBER, "1*", Again()),
        (DATE, "00#0", Again()),
        (CODE, "0417", words("0417")),
        (CODE, "8899#", words("8899")),
        (DATE, "0312", words("3 December")),
        (DATE, "3112#", words("31 December")),
        (DATE, "0313", words("0313")),
        (DATE, "3", words("3")),
        (HOURS, "1012#", words("10:00-12:00")),
        (HOURS, "0924", words("09:00-00:00")),
        (OPEN, "1", Listen("q")),
        (OPEN, "2", Skipped()),
        (OPEN, "5", Again()),  # only whether we may record was asked, and nothing was said yet
    ],
)
def test_what_keys_mean(step, keys, meaning):
    assert heard(step, keys, State()) == meaning


@pytest.mark.parametrize(
    ("keys", "meaning"),
    [("1", Again()), ("2", Pressed("home")), ("3", Pressed("company")), ("4", Again()), ("#", Skipped())],
)
def test_a_digit_keeps_its_choice_when_others_were_given(keys, meaning):
    assert heard(MANY, keys, State(given=("food",))) == meaning


@pytest.mark.parametrize(
    ("step", "page", "times", "keys", "meaning"),
    [
        (TIME, 0, TIMES, "1", words("1")),
        (TIME, 0, TIMES, "4", words("4")),
        (TIME, 0, TIMES, "8", Slower()),
        (TIME, 0, (), "1430#", words("14:30")),
        (TIME, 0, (), "8", words("8")),
        (TIME, 1, TIMES, "1430", words("14:30")),
        (HOURS, 0, TIMES, "0917", words("09:00-17:00")),
    ],
)
def test_a_time_is_one_key_while_times_are_on_offer_and_keyed_else(step, page, times, keys, meaning):
    assert heard(step, keys, State(page=page), times) == meaning


def test_three_times_are_offered_at_most_and_none_where_only_the_person_knows():
    assert times_on_offer(TIME, TIMES) == TIMES[:3]
    assert times_on_offer(TIME, TIMES, page=1) == ()
    assert times_on_offer(HOURS, TIMES) == ()
    assert times_on_offer(CHOICES, TIMES) == ()


@pytest.mark.parametrize(
    ("step", "digits"), [(CHOICES, 0), (SCALE, 0), (OPEN, 0), (NUMBER, 2), (CODE, 4), (DATE, 4), (TIME, 4), (HOURS, 4)]
)
def test_how_many_digits_are_keyed(step, digits):
    assert digits_at(step) == digits


def test_no_digit_is_keyed_while_times_are_on_offer():
    assert digits_at(TIME, TIMES) == 0


@pytest.mark.parametrize(
    ("step", "answers", "how", "meanings"),
    [
        (CHOICES, "123", {}, {"1": Key.ANSWER, "3": Key.ANSWER, "8": Key.SLOWER, "9": Key.AGAIN, "#": Key.SKIP}),
        (MANY, "23", {"given": True}, {"2": Key.ANSWER, "*": Key.BACK, "#": Key.DONE}),
        (SCALE, "17", {}, {"4": Key.ANSWER, "7": Key.ANSWER, "8": Key.SLOWER}),
        (NUMBER, "", {"digits": 2}, {"8": Key.DIGIT, "9": Key.DIGIT, "#": Key.DONE}),
        (OPEN, "12", {}, {"1": Key.LISTEN, "2": Key.SKIP}),
    ],
)
def test_what_each_key_is_listened_for(step, answers, how, meanings):
    keys = keys_at(step, list(answers), **how)
    assert keys["0"] is Key.PERSON
    assert {key: keys[key] for key in meanings} == meanings


ANSWERING = {Key.ANSWER: Words | Pressed, Key.LISTEN: Listen, Key.PERSON: ForPerson, Key.SLOWER: Slower}
ANSWERING |= {Key.AGAIN: Again, Key.BACK: Back, Key.SKIP: Skipped, Key.DONE: Skipped, Key.DIGIT: Words}


@pytest.mark.parametrize("step", EVERY, ids=str)
def test_a_key_does_what_it_is_listened_for(step):
    digits = digits_at(step)
    answers = [] if digits else [str(number) for number, _ in enumerate(step.choices, start=1)]
    for key, meaning in keys_at(step, answers, digits=digits).items():
        assert isinstance(heard(step, key, State()), ANSWERING[meaning]), key


@given(
    st.sampled_from(EVERY),
    st.text("0123456789*#", max_size=13),
    st.lists(st.sampled_from(["food", "home", "company"]), unique=True),
    st.integers(0, 2),
    st.sampled_from([(), TIMES]),
)
def test_every_key_means_something_anywhere(step, keys, given, page, times):
    meaning = heard(step, keys, State(page=page, given=tuple(given) if step.many else ()), times)
    assert keys != "0" or meaning == ForPerson()
    if isinstance(meaning, Words):
        assert meaning.text
        assert meaning.urgency is Urgency.ROUTINE
