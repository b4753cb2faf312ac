"""WHY and CALL ME work everywhere, in any language, with a slip of the finger; an answer to a question goes before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import checkins, contacts, dues, promises
from service.usecases.joining import Invitation, invite
from service.web.inbox.phrases import happening, why
from tests.support.house import AMINA, PARTICIPANT, STRANGER
from tests.support.phone import Phone
from tests.usecases.homes import Village, flow, small

CARE = flow(
    "care",
    """
  - id: week
    ask: How was your week?
    why: So that we notice when things change for you.
    choices:
      good: Good
      ring:
        label: Please ring me
        words: ring me, call me
        offer: call
      secret:
        label: Something else
        words: englisch, wyh
    silence: {remind: 1 day, then: soon}
  - id: words
    ask: Would you like to add anything?
    why: A person reads it. It comes from Alongside.
    open: true
  - id: bye
    say: Thank you.
""",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(care=CARE))


def asked(village: Village) -> Phone:
    noor = village.participant()
    village.check_in(flow="care")
    return noor.hears("How was your week?")


@pytest.mark.parametrize("word", ["WHY", "why?", "  Why ", "why do you ask", "Por qué", "porqué", "کیوں", "kyun"])
def test_why_gives_the_questions_own_reason_and_asks_it_again(village: Village, word: str) -> None:
    noor = asked(village)
    before = village.values(select(checkins.c.state).order_by(checkins.c.id.desc()))[0]
    noor.texts(word).hears("So that we notice when things change for you.", "How was your week?")
    assert village.values(select(checkins.c.state).order_by(checkins.c.id.desc()))[0] == before  # no turn, no answer
    assert village.open_escalations() == []
    noor.texts("1").hears("Would you like to add anything?")


def test_why_leaves_the_silence_of_its_question_as_it_was(village: Village) -> None:
    asked(village)
    waiting = select(dues.c.run_at).where(dues.c.kind == "silence", dues.c.state == "waiting")
    before = village.values(waiting)
    village.passes(hours=3)
    village.text(PARTICIPANT, "why")
    assert village.values(waiting) == before
    village.phones.clear()


def test_a_reason_that_names_us_is_not_said_to_a_discreet_person(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("why").hears("Here is why we ask. To hear how things are with you.", "anything?")


def test_why_with_no_question_open_says_so(village: Village) -> None:
    noor = village.participant()
    noor.texts("why").hears("We have no question open with you")
    village.phone(STRANGER, "a stranger").texts("why?").hears("We have no question open with you")
    assert village.open_escalations() == []


@pytest.mark.parametrize(
    "words", ["call me", "CALL ME!", "callme", "cal me", "clal me", "ring me", "Llámame", "mujhe call karo"]
)
def test_call_me_is_a_promise_with_a_time_and_goes_before_a_person(village: Village, words: str) -> None:
    noor = village.participant()
    noor.texts(words).next()
    assert "11:00" in village.carrier.accepted_by(PARTICIPANT)[-1]
    found = village.escalation()
    assert (found.urgency, why(found.reason)) == (Urgency.SOON, "Asked to be called")
    assert village.values(select(promises.c.state)) == ["given"]


def test_a_wish_for_a_call_is_not_lost_in_what_is_open_already(village: Village) -> None:
    noor = village.participant()
    noor.texts("the boiler broke").next()
    noor.texts("call me").hears("A person will call you by")
    noor.texts("call me").next()
    assert why(village.escalation().reason) == "Not understood by the rules; asked to be called"
    assert village.timeline() == ["opened", "text", "text"]
    assert happening("text", "", "", {"kind": "call"}) == "Asked to be called"


def test_words_that_the_question_offers_are_its_answer(village: Village) -> None:
    noor = asked(village)
    noor.texts("call me").hears("A person will call you by 11:00 tomorrow", "Would you like to add anything?")
    assert why(village.escalation().reason) == "Asked for a call"
    assert village.values(select(promises.c.state)) == ["given"]


def test_call_me_at_a_question_for_own_words_is_a_wish_for_a_call(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("call me").hears("A person will call you by")
    assert village.escalation().reason["kind"] == "call"
    noor.texts("it is fine").next()  # the question waits meanwhile


def test_a_slip_that_answers_the_question_is_the_answer(village: Village) -> None:
    noor = asked(village)
    noor.texts("englisch").hears("Would you like to add anything?")  # one letter beside the name of a language
    assert village.values(select(contacts.c.language)) == ["en"]


def test_a_slip_among_own_words_stays_own_words(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("talk to somone").hears("Thank you")
    assert village.escalation().reason["kind"] == "words"


@pytest.mark.parametrize("words", ["talk to somone", "tlak to someone", "talkk to someone", "hablar con alguein"])
def test_a_slip_in_a_long_word_of_ours_is_forgiven(village: Village, words: str) -> None:
    noor = village.participant()
    noor.texts(words).hears("A person will answer you by")
    assert village.escalation().reason["kind"] == "person"


def test_a_slip_in_the_name_of_a_language_is_forgiven(village: Village) -> None:
    noor = village.participant()
    noor.texts("espnaol").next()
    assert village.values(select(contacts.c.language)) == ["es"]


@pytest.mark.parametrize("words", ["texts of", "txts off", "unsubscrib", "stpo", "text onn", "stop text me"])
def test_no_slip_stops_or_starts_the_texts(village: Village, words: str) -> None:
    village.participant()
    village.text(PARTICIPANT, words)
    assert village.values(select(contacts.c.opted_out_at)) == [None]
    village.phones.clear()


def test_words_that_the_rules_find_urgent_are_never_taken_for_a_slip(build_house: Callable[..., Village]) -> None:
    own = small(care=CARE)
    own["languages"]["en"]["urgency"]["urgent"]["harm"] = {"reason": "danger from somebody now", "match": "hall me\n"}
    house = build_house(home=own)
    amina, noor = house.staff("amina", AMINA), house.participant()
    noor.texts("hall me").hears("A trained worker is being told now")
    amina.hears("Someone needs a trained worker")


def test_nothing_is_said_to_somebody_who_stopped_texts_and_a_person_reads_it(village: Village) -> None:
    noor = village.participant()
    noor.texts("STOP").next()
    for words in ("why", "call me", "talk to somone"):
        noor.texts(words).hears_nothing()
    assert len(village.open_escalations()) == 1


def test_call_me_from_a_shared_phone_goes_before_a_person_without_a_name(village: Village) -> None:
    noor = village.participant()
    invite(village.deps, Invitation(PARTICIPANT, "Zara", "en"))
    village.settle()
    noor.next()
    noor.texts("2").next()
    noor.texts("call me").hears("A person will call you by")
    assert village.escalation().participant_id is None
