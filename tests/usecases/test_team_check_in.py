"""The team's own check-ins: asked by text, read by nobody, counted never below five; only a wish for less work is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from service.core.model import Urgency
from service.store.schema import answers, audit, checkins, contacts, participants
from service.usecases import counts
from service.usecases.colleagues import enrol
from service.usecases.conversations import conversation
from service.usecases.counts import Count, NoSuchFlow
from service.usecases.escalations import claim, read_nothing_needed
from service.usecases.inbox import queue, raised_in_the_team, reader_of
from service.usecases.joining import Invitation, invite
from service.usecases.planning import plan_all
from service.usecases.starting import begin_now
from service.web.inbox.phrases import where_asked, why
from tests.support.house import AMINA, BEN, PARTICIPANT
from tests.support.phone import Phone
from tests.usecases.homes import TEAM, Village, flow, small

LOAD = flow(
    "load",
    """
  - id: load
    ask: How heavy was the work this week?
    why: So that we share it out.
    scale: {from: 1, to: 5}
    low: Light
    high: Too much
  - id: limit
    when: {load: {at_least: 4}}
    ask: Are you at your limit? You need not say why.
    why: Yes means less work for you next week.
    yes_no: {yes: {raises: soon}}
  - id: had
    ask: Which of these did you have this week?
    why: So that managers see what is missing, as a count.
    choices: {breaks: Breaks, support: Time with a supervisor, none: None of these}
    many: true
  - id: thanks
    say: Thank you.
""",
    starts="every week",
    for_staff=True,
)
WEEK = flow(
    "week",
    """
  - id: week
    ask: How was your week?
    why: So that we notice.
    choices: {good: Good, hard: Hard}
  - id: bye
    say: Thank you.
""",
)

GROUPS = """
groups:
  everyone:
    name: Everyone
  staff:
    name: The team
    check_ins:
      - {flow: load, on: Wednesday, at: 14:00}
"""


@pytest.fixture
def village(build_house: Callable[..., Village]) -> Village:
    return build_house(home=small(load=LOAD, week=WEEK))


def member(village: Village, handle: str = "amina", number: str = AMINA) -> Phone:
    phone = village.staff(handle, number)
    assert enrol(village.deps) == 1
    return phone


def of_team(village: Village, name: str = "Amina") -> str:
    return village.participant_id(name)


def asked(village: Village) -> Phone:
    amina = member(village)
    assert begin_now(village.deps, of_team(village), "load") is None
    village.settle()
    return amina.hears("How heavy was the work this week?")


def reads(village: Village, who: str) -> str:
    """Everything that a colleague can read of the newest escalation."""
    reader = reader_of(village.deps, village.deps.releases.current().config.team[who])
    talk = conversation(village.deps, reader, village.escalation().id)
    assert talk is not None
    return " ".join(bubble.words or "" for bubble in talk.bubbles)


def test_whoever_has_a_number_has_a_place_once_and_others_have_none(village: Village) -> None:
    village.staff("amina", AMINA)
    village.staff("stranger", BEN)  # left the team
    assert (enrol(village.deps), enrol(village.deps)) == (1, 0)
    assert village.values(select(participants.c.state)) == ["staff"]


def test_nobody_has_a_place_where_no_flow_is_for_staff(build_house: Callable[..., Village]) -> None:
    house = build_house(home=small(week=WEEK))
    house.staff("amina", AMINA)
    assert enrol(house.deps) == 0


def test_the_team_is_asked_when_its_group_says(build_house: Callable[..., Village]) -> None:
    own = small(load=LOAD, week=WEEK)
    own["config"]["config/groups.yml"] = GROUPS
    house = build_house(home=own)
    amina = member(house)
    house.participant()
    sum(plan_all(house.deps))
    house.passes(days=1, hours=2)
    amina.hears_nothing()
    house.passes(hours=1)
    amina.hears("How heavy was the work this week?")
    house.passes(days=7)
    amina.hears("How heavy was the work this week?")


def test_a_member_answers_and_nothing_of_it_waits_for_anybody(village: Village) -> None:
    amina = asked(village)
    amina.texts("2").hears("Which of these did you have")
    amina.texts("1 2").hears("Thank you.")
    assert village.open_escalations() == []
    assert len(village.rows(select(answers))) == 2


def test_at_my_limit_is_seen_by_a_colleague_with_no_other_answer(village: Village) -> None:
    amina = asked(village)
    amina.texts("5").hears("Are you at your limit?")
    amina.texts("1").hears("Which of these did you have")
    found = village.escalation()
    assert (found.urgency, found.reason["step"], found.reason["choice"]) == (Urgency.SOON, "limit", "yes")
    assert "Chose an answer" in why(found.reason)
    assert "question “limit”, answer “yes”" in where_asked(found.reason)
    assert reads(village, "ben") == ""
    reader = reader_of(village.deps, village.deps.releases.current().config.team["ben"])
    assert [entry.name for entry in queue(village.deps, reader).waiting] == ["Amina"]
    amina.texts("3").hears("Thank you.")
    assert reads(village, "ben") == ""


def test_a_coordinator_sees_who_asks_for_less_work_and_neither_words_nor_anything_urgent(village: Village) -> None:
    amina = asked(village)
    assert raised_in_the_team(village.deps) == ()
    amina.texts("5").next()
    amina.texts("1").next()
    [raised] = raised_in_the_team(village.deps)
    assert (raised.name, raised.reason["step"], raised.since) == ("Amina", "limit", village.clock.now())
    village.participant()
    village.text(PARTICIPANT, "the boiler broke")
    assert len(raised_in_the_team(village.deps)) == 1
    amina.texts("I want to die").next()
    assert raised_in_the_team(village.deps) == ()
    village.phones.clear()


def test_what_nobody_may_see_holds_up_nobody_who_closes_it(village: Village) -> None:
    amina = asked(village)
    amina.texts("5").next()
    amina.texts("1").next()
    escalation = village.escalation().id
    claim(village.deps, escalation, "ben")
    amina.texts("3").hears("Thank you.")
    read_nothing_needed(village.deps, escalation, "ben", seen="")
    assert village.open_escalations() == []


def test_words_that_software_can_not_understand_are_put_before_a_colleague_like_anybodys(village: Village) -> None:
    amina = asked(village)
    amina.texts("I cry every evening").hears("kept your words").hears("Here is the question once more")
    assert village.escalation().reason["kind"] == "words"
    assert reads(village, "ben") == "I cry every evening"


def test_urgent_words_of_a_member_page_a_colleague_and_never_themselves(village: Village) -> None:
    amina = asked(village)
    ben = village.staff("ben", BEN)
    amina.texts("I want to die").hears("A trained worker is being told now")
    ben.hears("Someone needs a trained worker")
    assert village.escalation().urgency == Urgency.URGENT
    assert "I want to die" in reads(village, "ben")


def test_a_member_who_stops_is_asked_no_more_and_is_still_paged(village: Village) -> None:
    amina = asked(village)
    amina.texts("STOP").hears("We will not text you again")
    assert begin_now(village.deps, of_team(village), "load") is not None
    village.text(PARTICIPANT, "I want to die")
    amina.hears("Someone needs a trained worker")
    village.phones.clear()


def test_a_code_is_a_code_also_while_the_team_is_asked(village: Village) -> None:
    amina = asked(village)
    village.text(PARTICIPANT, "I want to die")
    amina.hears("Someone needs a trained worker", "4101")
    amina.texts("4101").hears("You have it")
    assert village.escalation().claimed_by == "amina"
    amina.texts("2").hears("Which of these did you have")
    village.phones.clear()


def test_a_flow_for_staff_is_nothing_to_participants_nor_theirs_to_staff(village: Village) -> None:
    village.participant()
    member(village)
    assert begin_now(village.deps, village.participant_id("Noor"), "load") is not None
    assert begin_now(village.deps, of_team(village), "week") is not None


def test_whoever_left_the_team_is_asked_no_more(village: Village) -> None:
    member(village)
    who = of_team(village)
    left = small(load=LOAD, week=WEEK)
    left["config"]["config/team.yml"] = TEAM.replace("  amina:", "  anna:").replace("amina", "anna")
    left["config"]["config/rota.yml"] = left["config"]["config/rota.yml"].replace("amina", "anna")
    village.publish(left)
    assert begin_now(village.deps, who, "load") is not None


def test_a_member_who_is_a_participant_too_is_not_mistaken_for_somebody_unknown(village: Village) -> None:
    amina = member(village)
    invite(village.deps, Invitation(AMINA, "Amina", "en"))
    village.settle()
    amina.hears("May we ask how you are?")
    amina.texts("1").hears("Thank you for your answer.")
    amina.texts("the boiler broke").hears("A person will read them by")
    theirs = select(participants.c.state).where(participants.c.id == village.escalation().participant_id)
    assert village.values(theirs) == ["joined"]


def test_another_text_of_a_member_is_answered_as_before(village: Village) -> None:
    amina = member(village)
    amina.texts("on my way").hears("We do not know that code")


# Counts


def give(village: Village, answer: str, many: int, first: int) -> None:
    """So many people of the village answer the question so."""
    for number in range(first, first + many):
        phone = village.participant(f"Person {number}", number=f"+4477009002{number:02d}")
        assert village.check_in(f"Person {number}", "week") is None
        phone.texts(answer)
    village.phones.clear()


def counted(village: Village, days: int = 7) -> list[tuple[str, int | None]]:
    [question] = counts.count(village.deps, "week", days)
    return [(one.answer, one.people) for one in question.counts]


def test_five_are_a_number_four_are_fewer_than_five_and_nobody_is_too(village: Village) -> None:
    give(village, "1", 5, 0)
    give(village, "2", 4, 5)
    assert counted(village)[:2] == [("Good", 5), ("Hard", None)]
    give(village, "2", 1, 9)
    assert counted(village)[:2] == [("Good", 5), ("Hard", 5)]
    assert counted(village)[2:] == [("(in their own words)", None), ("(skipped)", None)]


def test_the_same_person_counts_once_however_often_they_answer(village: Village) -> None:
    noor = village.participant()
    for _ in range(6):
        village.check_in(flow="week")
        noor.texts("1").catches_up()
    assert counted(village)[0] == ("Good", None)


def test_what_is_older_is_not_counted_and_each_count_stands_in_the_audit(village: Village) -> None:
    give(village, "1", 5, 0)
    village.passes(days=8)
    assert counted(village)[0] == ("Good", None)
    assert counted(village, 30)[0] == ("Good", 5)
    kept = village.rows(select(audit.c.action, audit.c.object_id, audit.c.staff_id))
    assert kept == [("counted answers", "week", "command line")] * 2
    village.phones.clear()


def test_a_flow_that_is_not_there_is_named(village: Village) -> None:
    with pytest.raises(NoSuchFlow, match="load, week, welcome"):
        counts.count(village.deps, "weak", 7)


def test_every_answer_of_a_scale_stands_there_with_its_ends(village: Village) -> None:
    load = counts.count(village.deps, "load", 7)[0]
    assert load.words == "How heavy was the work this week?"
    assert [one.answer for one in load.counts[:5]] == ["1 Light", "2", "3", "4", "5 Too much"]
    assert set(load.counts) == {replace(one, people=None) for one in load.counts}
    assert Count("5 Too much", None) in load.counts


def test_two_texts_of_a_member_at_once_are_answered_one_after_another(village: Village) -> None:
    amina = asked(village)
    for words in ("4", "2"):
        village.receive(AMINA, words)
    village.settle()
    amina.hears("Are you at your limit?")
    amina.hears("Which of these did you have")
    assert village.open_escalations() == []
    assert village.values(select(checkins.c.status).where(checkins.c.flow == "load")) == ["open"]
    assert village.values(select(contacts.c.language)) == ["en"]
