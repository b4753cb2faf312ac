"""Schedules: each person's group, on their clock, in their safe hours; whatever changes, nobody is asked twice a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from service.core.model import Urgency
from service.store import due_rows, people
from service.store.schema import checkins, dues, escalations, messages, participants
from service.usecases import groups as groups_of
from service.usecases import preferences
from service.usecases.escalations import claim, resolve
from service.usecases.joining import Invitation, NotInvited, invite
from service.usecases.planning import plan, plan_all
from service.usecases.turn import begin_turn
from tests.support.house import AMINA, PARTICIPANT, STRANGER, TUESDAY
from tests.usecases.homes import GROUPS, Village, at_once
from tests.usecases.small_flows import MORNINGS, TOGETHER, joined, small_home

Build = Callable[..., Village]
WEEK = "How was your week?"
A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture
def house(build_house: Build) -> Village:
    house = build_house()
    house.publish(small_home())
    return house


def rows(house: Village, state: str = "waiting") -> list[tuple[str, datetime]]:
    query = select(dues.c.detail, dues.c.run_at).where(dues.c.kind == "begin", dues.c.state == state)
    return [(row.detail["flow"], row.run_at) for row in house.rows(query.order_by(dues.c.run_at, dues.c.id))]


def all_planned(house: Village) -> int:
    changed = sum(plan_all(house.deps))
    assert sum(plan_all(house.deps)) == 0
    return changed


def at(house: Village, moment: str) -> None:
    """The clock of the story shows that moment, in UTC, and what fell due until then was done at its time."""
    end = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    while house.clock.now() < end:
        later = select(func.min(dues.c.run_at)).where(dues.c.state == "waiting", dues.c.run_at > house.clock.now())
        [soon] = house.values(later)
        house.clock.move(min(soon or end, end) - house.clock.now())
        house.settle()


def choose(house: Village, **values: object) -> None:
    """As a preference that was changed where nobody planned anew."""
    with house.database.write() as tx:
        tx.execute(update(participants).values(**values))


def test_one_check_in_waits_for_each_flow_of_the_group_and_each_begins_the_next(house: Village) -> None:
    noor = joined(house)
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK)]
    house.passes(days=7)
    noor.hears(WEEK)
    assert rows(house) == [("weekly-check-in", TUESDAY + 2 * A_WEEK)]
    assert all_planned(house) == 0


def test_nobody_is_asked_on_the_day_on_which_they_join(build_house: Build) -> None:
    house = build_house(now=TUESDAY.replace(hour=9))
    house.publish(small_home())
    joined(house)
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK)]


def test_a_check_in_comes_on_the_persons_own_clock(house: Village) -> None:
    joined(house, zone="Asia/Karachi")
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK - timedelta(hours=5))]


def test_whoever_joined_before_a_flow_was_published_gets_it_with_the_next_look(house: Village) -> None:
    noor = joined(house)
    house.publish(small_home(TOGETHER))
    assert all_planned(house) == 1
    assert rows(house) == [("daily", TUESDAY.replace(day=25, hour=9)), ("weekly-check-in", TUESDAY + A_WEEK)]
    at(house, "2026-11-25T09:00")
    noor.hears("Is today all right?")


def test_a_flow_that_leaves_the_schedule_is_not_begun_and_one_that_comes_back_is(house: Village) -> None:
    noor = joined(house)
    house.publish(small_home("groups:\n  everyone: {name: Everyone}\n"))
    assert all_planned(house) == 1
    assert rows(house) == []
    at(house, "2026-12-02T12:00")
    noor.hears_nothing()
    house.publish(small_home(GROUPS))
    all_planned(house)
    assert rows(house) == [("weekly-check-in", TUESDAY + 2 * A_WEEK)]


def test_a_flow_that_has_just_left_the_schedule_is_not_begun_either(house: Village) -> None:
    noor = joined(house)
    house.publish(small_home(None))  # and nobody has planned anew
    house.passes(days=7)
    noor.hears_nothing()
    assert rows(house) == []


def test_a_changed_time_moves_what_waits_and_asks_nobody_twice_on_a_day(house: Village) -> None:
    noor = joined(house)
    house.publish(small_home(GROUPS.replace("11:00", "15:00")))
    all_planned(house)
    at(house, "2026-12-01T14:59")
    noor.hears_nothing()
    at(house, "2026-12-01T15:00")
    noor.hears(WEEK)
    house.publish(small_home(GROUPS.replace("11:00", "18:00")))
    all_planned(house)
    at(house, "2026-12-01T19:00")
    noor.hears_nothing()
    assert rows(house) == [("weekly-check-in", datetime(2026, 12, 8, 18, tzinfo=UTC))]


def test_a_day_that_was_given_up_and_comes_back_uses_the_same_row(house: Village) -> None:
    joined(house)
    for groups in (GROUPS.replace("Tuesday", "Friday"), GROUPS, GROUPS.replace("Tuesday", "Friday"), GROUPS):
        house.publish(small_home(groups))
        assert all_planned(house) == 2
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK)]
    assert len(rows(house, "cancelled")) == 1


def test_other_safe_hours_move_what_waits(house: Village) -> None:
    noor = joined(house)
    choose(house, safe_from=14 * 60, safe_to=18 * 60)
    all_planned(house)
    at(house, "2026-12-01T13:59")
    noor.hears_nothing()
    at(house, "2026-12-01T14:00")
    noor.hears(WEEK)


def test_safe_hours_that_changed_unseen_are_kept_all_the_same(house: Village) -> None:
    noor = joined(house)
    choose(house, safe_from=14 * 60, safe_to=18 * 60)
    at(house, "2026-12-01T13:59")
    noor.hears_nothing()
    at(house, "2026-12-01T14:00")
    noor.hears(WEEK)


def test_another_zone_moves_what_waits(house: Village) -> None:
    joined(house)
    choose(house, zone="America/New_York")
    all_planned(house)
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK + timedelta(hours=5))]


def test_a_slower_pace_is_every_second_week(house: Village) -> None:
    noor = joined(house)
    with house.database.write() as tx:
        preferences.keep(house.deps, tx, house.participant_id(), "pace", "slower", house.clock.now())
    all_planned(house)
    [(_, first)] = rows(house)
    house.clock.move(first - house.clock.now())
    house.settle()
    noor.hears(WEEK)
    assert rows(house) == [("weekly-check-in", first + 2 * A_WEEK)]


def test_another_group_asks_other_things_at_other_times(house: Village) -> None:
    noor = joined(house)
    assert groups_of.move(house.deps, house.participant_id(), "mornings") is None
    assert rows(house) == [
        ("daily", TUESDAY.replace(day=25, hour=9)),
        ("weekly-check-in", TUESDAY.replace(day=27, hour=14)),
    ]
    at(house, "2026-11-25T09:00")
    noor.hears("Is today all right?")
    noor.texts("1").next()
    assert groups_of.move(house.deps, house.participant_id(), "everyone") is None
    assert rows(house) == [("weekly-check-in", TUESDAY + A_WEEK)]


@pytest.mark.parametrize("group", ["morning", "staff", "evenings"])
def test_nobody_is_put_into_a_group_that_is_not_theirs_to_be_in(house: Village, group: str) -> None:
    joined(house)
    assert "group" in str(groups_of.move(house.deps, house.participant_id(), group))
    with pytest.raises(NotInvited) as refused:
        invite(house.deps, Invitation(STRANGER, "Zara", "en", group=group))
    assert "group" in str(refused.value)
    assert len(house.values(select(participants.c.id))) == 1


def test_whoever_is_invited_into_a_group_is_asked_what_it_is_asked(house: Village) -> None:
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en", group="mornings"))
    house.settle()
    assert rows(house) == []
    phone = house.phone(PARTICIPANT, "Noor")
    phone.next()
    phone.texts("1").next()
    assert [flow for flow, _ in rows(house)] == ["daily", "weekly-check-in"]


@pytest.mark.parametrize("state", ["declined", "left"])
def test_whoever_has_gone_is_asked_nothing(house: Village, state: str) -> None:
    noor = joined(house)
    choose(house, state=state)
    assert all_planned(house) == 1
    house.passes(days=8)
    noor.hears_nothing()


def test_whoever_stopped_texts_is_asked_nothing_and_is_asked_again_when_they_come_back(house: Village) -> None:
    noor = joined(house)
    noor.texts("STOP").next()
    at(house, "2026-12-01T12:00")
    noor.hears_nothing()
    assert rows(house) == [("weekly-check-in", TUESDAY + 2 * A_WEEK)]
    noor.texts("START").next()
    at(house, "2026-12-08T11:00")
    noor.hears(WEEK)


def test_nothing_begins_while_something_urgent_is_open(house: Village) -> None:
    noor, amina = joined(house), house.staff("amina", AMINA)
    noor.texts("I am not safe").next()
    amina.next()
    claim(house.deps, house.escalation().id, "amina")
    with house.database.write() as tx:  # so that nobody is asked whether they forgot it
        tx.execute(update(dues).where(dues.c.escalation_id.is_not(None)).values(state="cancelled"))
    house.clock.move(A_WEEK)
    house.settle()
    noor.hears_nothing()
    assert rows(house) == [("weekly-check-in", TUESDAY + 2 * A_WEEK)]
    resolve(house.deps, house.escalation().id, "amina", "")
    house.passes(days=7)
    noor.hears(WEEK)


def test_a_check_in_that_finds_another_open_waits_for_it_and_then_begins(house: Village) -> None:
    house.publish(small_home(MORNINGS.replace("Friday, at: 14:00", "Wednesday, at: 09:00")))
    noor = joined(house)
    groups_of.move(house.deps, house.participant_id(), "mornings")
    at(house, "2026-11-25T09:30")
    noor.hears("Is today all right?")
    assert ("weekly-check-in", datetime(2026, 11, 25, 10, tzinfo=UTC)) in rows(house)
    assert all_planned(house) == 0
    noor.texts("1").next()
    at(house, "2026-11-25T10:00")
    noor.hears(WEEK)
    assert ("weekly-check-in", datetime(2026, 12, 2, 9, tzinfo=UTC)) in rows(house)


def test_one_that_waited_until_the_next_one_is_left_out(house: Village) -> None:
    house.publish(
        small_home(
            GROUPS.replace("{flow: weekly-check-in, on: Tuesday, at: 11:00}", "{flow: daily, on: every day, at: 11:00}")
        )
    )
    noor = joined(house)
    assert house.check_in() is None
    noor.hears(WEEK)
    with house.database.write() as tx:  # a question that waits for days
        tx.execute(update(dues).where(dues.c.kind == "silence").values(run_at=TUESDAY + 3 * A_DAY))
    at(house, "2026-11-27T10:30")
    assert rows(house) == [("daily", datetime(2026, 11, 27, 11, tzinfo=UTC))]
    waits = select(dues.c.detail).where(dues.c.state == "waiting", dues.c.kind == "begin")
    assert [detail["day"] for detail in house.values(waits)] == ["2026-11-27"]
    noor.hears_nothing()


def test_the_same_check_in_is_not_begun_by_two_who_plan_at_once(house: Village) -> None:
    joined(house)
    house.publish(small_home(TOGETHER))
    at_once(*[lambda: sum(plan_all(house.deps))] * 4)
    assert [flow for flow, _ in rows(house)] == ["daily", "weekly-check-in"]


def test_a_row_that_was_claimed_and_then_moved_is_not_done_by_whoever_claimed_it(house: Village) -> None:
    noor = joined(house)
    house.clock.move(A_WEEK)
    claimed = house.claim_row("bulk")
    assert claimed.kind == "begin"
    house.publish(small_home(GROUPS.replace("11:00", "15:00")))
    all_planned(house)
    with house.database.write() as tx:
        assert not due_rows.hold(tx, claimed.id, claimed.fence)
    house.settle()
    noor.hears_nothing()
    at(house, "2026-12-01T15:00")
    noor.hears(WEEK)


def test_a_process_that_has_not_read_the_new_release_yet_changes_no_plan_and_begins_nothing(house: Village) -> None:
    noor = joined(house)
    old = house.deps.releases.current()
    groups_of.move(house.deps, house.participant_id(), "mornings")
    house.publish(small_home(MORNINGS.replace("at: 09:00", "at: 10:15")))
    new = house.deps.releases.current()
    all_planned(house)
    [(_, first), _] = planned = rows(house)
    house.deps.releases.keep(old)  # as in a process that was idle all the while
    noor.texts("hello there").next()
    assert sum(plan_all(house.deps)) == 0
    with house.database.write() as tx:
        contact = people.lock(tx, people.participant(tx, house.participant_id()).contact_id)
        plan(begin_turn(house.deps, tx, contact, house.clock.now(), "a test"))
    assert rows(house) == planned
    house.clock.move(first - house.clock.now())
    house.settle()
    noor.hears_nothing()
    house.deps.releases.keep(new)
    house.passes(seconds=5)
    noor.hears("Is today all right?")


def test_many_people_are_planned_a_few_at_a_time(house: Village) -> None:
    people = [
        {
            "id": f"{number:032d}",
            "state": "joined",
            "zone": "Europe/London",
            "discreet": True,
            "safe_from": 9 * 60,
            "safe_to": 20 * 60,
            "invited_at": TUESDAY - A_WEEK,
            "joined_at": TUESDAY - A_WEEK,
        }
        for number in range(120)
    ]
    with house.database.write() as tx:
        tx.execute(participants.insert(), people)
    assert list(plan_all(house.deps)) == [50, 50, 20]
    assert rows(house) == [("weekly-check-in", TUESDAY)] * 120


def test_silence_leads_from_the_schedule_by_one_reminder_to_the_daily_list_and_nothing_is_sent(house: Village) -> None:
    noor = joined(house)
    at(house, "2026-12-01T11:00")
    noor.hears(WEEK)
    at(house, "2026-12-02T11:00")
    noor.hears(WEEK)
    assert house.open_escalations() == []
    at(house, "2026-12-03T11:00")
    [listed] = house.open_escalations()
    assert (listed.urgency, listed.reason["kind"]) == (Urgency.SOON, "silence")
    assert house.values(select(checkins.c.status).order_by(checkins.c.opened_at))[-1] == "closed"
    at(house, "2026-12-08T10:59")
    noor.hears_nothing()
    at(house, "2026-12-08T11:00")
    noor.hears(WEEK)


def test_a_daily_check_in_nobody_answers_is_one_line_of_the_daily_list_and_comes_again(house: Village) -> None:
    noor = joined(house)
    groups_of.move(house.deps, house.participant_id(), "mornings")
    at(house, "2026-11-25T09:00")
    noor.hears("Is today all right?")
    at(house, "2026-11-25T13:00")
    noor.hears("Is today all right?")
    at(house, "2026-11-25T17:00")
    assert [row.urgency for row in house.open_escalations()] == [Urgency.SOON]
    at(house, "2026-11-26T09:00")
    noor.hears("Is today all right?")
    assert len(house.rows(select(escalations))) == 1
    assert not house.values(select(messages.c.kind).where(messages.c.kind.in_(("page", "plan"))))
