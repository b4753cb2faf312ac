"""What people choose for themselves is kept, counts at once, and can't be read by whoever holds the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.core.effects import Keep
from service.core.model import Urgency
from service.store import people
from service.store.schema import contacts, participants, preferences
from service.usecases import keeping
from service.usecases.joining import Invitation, invite
from service.usecases.preferences import chosen_by, slower_ones
from service.usecases.turn import Turn, begin_turn
from tests.support.house import PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import Village, at_once, flow, small

WISHES = flow(
    "wishes",
    """
  - id: plan
    ask: If you do not answer, what should we do?
    why: Your silence means what you say it means.
    choices: {nothing: Nothing, text: Send a text, call: Ring me, contact: Ring someone I choose}
    keeps: silence_plan
  - id: alone
    ask: Does anyone else use this phone?
    why: So that nothing private comes then.
    yes_no: true
    keeps: shared_phone
  - id: hours
    ask: When is a good time to reach you?
    why: So that it suits you.
    choices: {morning: In the morning, evening: In the evening, any: At any time}
    keeps: safe_hours
  - id: called
    ask: What should we call you?
    why: So that it is the name you like.
    open: true
    keeps: name
  - set: {pace: slower}
  - id: thanks
    say: Thank you, {name}.
    discreet: Thank you for that.
""",
)


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(wishes=WISHES))


def asked(village: Village) -> Phone:
    noor = village.participant()
    assert village.check_in(flow="wishes") is None
    return noor.hears("what should we do?")


def turn_of(village: Village, tx: object) -> Turn:
    contact = people.lock(tx, village.values(select(contacts.c.id))[0])  # type: ignore[arg-type]
    return begin_turn(village.deps, tx, contact, village.clock.now(), "a test")  # type: ignore[arg-type]


def keep(village: Village, preference: str, value: str) -> bool:
    with village.database.write() as tx:
        turn = turn_of(village, tx)
        kept = keeping.keep(turn, Keep(preference, "a-step", value))
        turn.writes.flush()
        return kept


def chosen(village: Village) -> dict[str, str]:
    with village.database.read() as connection:
        return chosen_by(village.deps, connection, village.participant_id())


def test_every_choice_is_kept_and_the_last_words_know_it(village: Village) -> None:
    noor = asked(village)
    noor.texts("3").hears("Does anyone else use this phone?")
    noor.texts("2").hears("When is a good time")
    noor.texts("1").hears("What should we call you?")
    noor.texts("  Auntie\n Noor ").hears("Thank you, Auntie Noor.")
    assert chosen(village) == {"silence_plan": "call", "shared_phone": "no", "safe_hours": "morning", "pace": "slower"}
    row = village.rows(select(participants))[0]
    assert (row.safe_from, row.safe_to, row.discreet) == (9 * 60, 12 * 60, False)


def test_a_shared_phone_stays_discreet_whatever_is_texted_afterwards(village: Village) -> None:
    noor = asked(village)
    noor.texts("1").next()
    noor.texts("1").next()
    noor.texts("skip").next()
    noor.texts("skip").hears("Thank you for that.")
    assert village.check_in(flow="wishes") is None
    noor.next()
    noor.texts("1").next()
    # Perhaps by somebody else who holds the phone.
    noor.texts("2").hears("We have kept your words for a person to read.").catches_up()
    assert village.values(select(participants.c.discreet)) == [True]
    assert chosen(village)["shared_phone"] == "yes"
    assert (village.escalation().urgency, village.escalation().reason["kind"]) == (Urgency.SOON, "less_safe")
    noor.texts("skip").next()
    noor.texts("skip").hears("Thank you for that")


def test_a_phone_that_several_people_use_is_discreet_whatever_one_of_them_says(village: Village) -> None:
    noor = asked(village)
    invite(village.deps, Invitation(PARTICIPANT, "Zara", "en"))
    noor.texts("1").next()
    noor.texts("2").hears("We have kept your words for a person to read.").catches_up()
    assert village.values(select(participants.c.discreet)) == [True, True]


def test_nothing_that_they_chose_stands_readable_in_the_table(village: Village) -> None:
    noor = asked(village)
    noor.texts("4").next()
    [row] = village.rows(select(preferences))
    assert b"contact" not in row.value


def test_a_code_can_be_compared_and_never_read(village: Village) -> None:
    village.participant()
    assert keep(village, "code", "0417")
    assert chosen(village) == {"code": "kept"}
    keys, who = village.deps.keys, village.participant_id()
    contact = village.values(select(contacts.c.id))[0]
    kept = keys.open(contact, "preferences", "code", who, village.values(select(preferences.c.value))[0])
    assert "0417" not in kept
    assert kept == keys.hashed(f"preference code of {who}", "0417")
    assert kept != keys.hashed("preference code of somebody else", "0417")


def test_the_last_choice_counts_also_when_two_are_made_at_once(village: Village) -> None:
    village.participant()
    at_once(lambda: keep(village, "pace", "slower"), lambda: keep(village, "pace", "slower"))
    keep(village, "pace", "usual")
    assert chosen(village) == {"pace": "usual"}


def test_who_wants_to_be_asked_less_often_is_known(village: Village) -> None:
    village.participant()
    who = village.participant_id()
    for pace, found in (("slower", {who}), ("usual", set())):
        keep(village, "pace", pace)
        with village.database.read() as connection:
            assert slower_ones(village.deps, connection, [who]) == found


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("morning", (9, 12)),
        ("evening", (17, 21)),
        ("any", (9, 20)),
        ("10:00-12:00", (10, 12)),
        ("tue 14:00", (14, 16)),
        ("tue 10:00-12:00", (10, 12)),
        ("22:00-06:00", (22, 6)),
        ("23:00", (23, 1)),
        ("10:00-10:00", (10, 12)),
        ("nonsense", (9, 20)),
    ],
)
def test_a_good_time_is_hours_and_never_the_whole_night_by_mistake(said: str, hours: tuple[int, int]) -> None:
    assert keeping.hours_of(said) == (hours[0] * 60, hours[1] * 60)


def test_stop_in_the_middle_keeps_what_was_said_and_asks_nothing_more(village: Village) -> None:
    noor = asked(village)
    noor.texts("2").next()
    noor.texts("STOP").hears("We will not text you again")
    assert chosen(village) == {"silence_plan": "text"}
    village.passes(days=9)
    noor.hears_nothing()
