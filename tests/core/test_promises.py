"""No rota, no promise: I17, no time is stated that the rota does not give."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.config import Config, PromiseRules, Within
from service.core.model import Duty, Urgency
from service.core.promises import ReadHours, ReadSpan, promise, read_hours, reading_time
from service.core.rota import HORIZON, Rota, on_duty
from service.core.schedule import local_day
from service.core.team import Member
from tests.core.rotas import (
    LENA,
    PETRA,
    WEEKDAYS,
    any_moment,
    change,
    config,
    rota,
    rotas,
    shift,
    team_of,
    teams,
    utc,
)

MINUTE = timedelta(minutes=1)
OFFICE = rota(shift("amina ben", "09:00", "17:00", WEEKDAYS))
ALWAYS = rota(shift("ben", "00:00", "24:00"))
WORKING_DAY = Within(working_days=1)
URGENT, SOON = Urgency.URGENT, Urgency.SOON
FRIDAY_NOON, FRIDAY_LATE, SATURDAY = utc("2026-12-04T12:00"), utc("2026-12-04T16:50"), utc("2026-12-05T12:00")


@pytest.mark.parametrize(
    ("case", "given_config", "urgency", "now", "when"),
    [
        ("somebody is on", config(OFFICE), URGENT, FRIDAY_NOON, "2026-12-04T12:15"),
        ("the shift ends before: when they are back", config(OFFICE), URGENT, FRIDAY_LATE, "2026-12-07T09:15"),
        ("nobody until Monday", config(OFFICE), URGENT, SATURDAY, "2026-12-07T09:15"),
        ("a day of hours on duty is three office days", config(OFFICE), SOON, FRIDAY_NOON, "2026-12-09T12:00"),
        ("or a day where somebody is always on", config(ALWAYS), SOON, FRIDAY_NOON, "2026-12-05T12:00"),
        ("a working day", config(OFFICE, soon=WORKING_DAY), SOON, FRIDAY_NOON, "2026-12-07T17:00"),
        ("and it never ends as the next day", config(ALWAYS, soon=WORKING_DAY), SOON, FRIDAY_NOON, "2026-12-05T23:59"),
        ("two working days", config(OFFICE, soon=Within(working_days=2)), SOON, FRIDAY_NOON, "2026-12-08T17:00"),
        ("nobody, ever", config(rota()), URGENT, FRIDAY_NOON, None),
        ("routine is read and promises nothing", config(ALWAYS), Urgency.ROUTINE, FRIDAY_NOON, None),
        ("a peer alone keeps no promise", config(rota(shift("petra", "00:00", "24:00"))), SOON, FRIDAY_NOON, None),
        (
            "nor does lapsed training, if urgent",
            config(rota(shift("lena", "00:00", "24:00"))),
            URGENT,
            FRIDAY_NOON,
            None,
        ),
        ("the night clocks go forward", config(ALWAYS), SOON, utc("2026-03-28T12:00"), "2026-03-29T12:00"),
    ],
)
def test_a_promise_is_counted_from_the_rota(
    case: str, given_config: Config, urgency: Urgency, now: datetime, when: str | None
) -> None:
    assert promise(urgency, now, given_config).when == (utc(when) if when else None)


def test_a_closed_day_is_no_working_day() -> None:
    closed = rota(shift("amina", "09:00", "17:00", WEEKDAYS), change(date(2026, 12, 7), ""))
    assert promise(SOON, FRIDAY_NOON, config(closed, soon=WORKING_DAY)).when == utc("2026-12-08T17:00")


def test_a_day_with_less_than_an_hour_on_duty_is_no_working_day() -> None:
    short = rota(shift("amina", "09:00", "09:59", frozenset({0})), shift("amina", "09:00", "10:00", frozenset({1})))
    assert promise(SOON, FRIDAY_NOON, config(short, soon=WORKING_DAY)).when == utc("2026-12-08T10:00")


def test_a_person_hears_who_is_there_now_or_next() -> None:
    now = promise(URGENT, FRIDAY_NOON, config(OFFICE))
    assert (now.on_duty_now, now.next_on) == (True, FRIDAY_NOON)
    later = promise(URGENT, SATURDAY, config(OFFICE))
    assert (later.on_duty_now, later.next_on) == (False, utc("2026-12-07T09:00"))
    never = promise(URGENT, SATURDAY, config(rota()))
    assert (never.on_duty_now, never.next_on) == (False, None)
    routine = promise(Urgency.ROUTINE, SATURDAY, config(OFFICE))
    assert (routine.on_duty_now, routine.next_on) == (False, utc("2026-12-07T09:00"))


def test_training_that_ends_tonight_keeps_no_promise_for_tomorrow() -> None:
    nights = rota(shift("lena", "22:00", "06:00"))
    urgent = promise(URGENT, utc("2026-06-30T22:50"), config(nights, team=team_of(LENA, PETRA)))
    assert urgent.on_duty_now
    assert urgent.when is None


lengths = st.integers(1, 2000).map(lambda minutes: Within(timedelta(minutes=minutes)))
working_days = st.integers(1, 3).map(lambda days: Within(working_days=days))


@settings(deadline=None)
@given(teams, rotas, any_moment, lengths, lengths | working_days, st.sampled_from([URGENT, SOON]))
def test_i17_somebody_who_may_is_on_duty_whenever_a_promise_falls_due(
    team: dict[str, Member], any_rota: Rota, now: datetime, urgent: Within, soon: Within, urgency: Urgency
) -> None:
    made = promise(urgency, now, config(any_rota, urgent, soon, team))
    rule = PromiseRules(urgent, soon).of(urgency) or Within()

    def somebody_at(moment: datetime) -> bool:
        able = [team[who] for who in on_duty(any_rota, moment) if who in team]
        today = local_day(moment, any_rota.zone)
        trained = [one for one in able if Duty.TRAINED_STAFF in one.duties]
        return any(urgency is SOON or (one.training_until or date.min) >= today for one in trained)

    assert made.on_duty_now == somebody_at(now)
    assert made.next_on is None or (somebody_at(made.next_on) and now <= made.next_on < now + HORIZON)
    if made.when is None:
        return
    assert now + rule.time <= made.when <= now + HORIZON, "never sooner than promised"
    start, reading = made.when - reading_time(rule), reading_time(rule)
    assert start >= now
    assert all(somebody_at(start + reading * part / 16) for part in range(16)), "and somebody is there to read"


@settings(max_examples=40, deadline=None)
@given(rotas, any_moment)
def test_the_promised_time_passes_only_while_somebody_is_on_duty(any_rota: Rota, now: datetime) -> None:
    trained = [Member(one, one, frozenset({Duty.TRAINED_STAFF}), training_until=date(2099, 1, 1)) for one in "abcd"]
    when = promise(SOON, now, config(any_rota, soon=Within(timedelta(hours=5)), team=team_of(*trained))).when
    quarter = now - (now - utc("2026-01-01T00:00")) % (15 * MINUTE)  # random rotas change on the quarter of an hour
    worked = timedelta()
    while when and quarter < when:
        if on_duty(any_rota, quarter):
            worked += min(quarter + 15 * MINUTE, when) - max(quarter, now)
        quarter += 15 * MINUTE
    assert not when or worked >= timedelta(hours=5)


@pytest.mark.parametrize(
    ("case", "of", "said"),
    [
        ("always", ALWAYS, ReadHours(True, ())),
        ("never", rota(), ReadHours(False, ())),
        ("by a peer: never", rota(shift("petra", "00:00", "24:00")), ReadHours(False, ())),
        ("office", OFFICE, ReadHours(False, (ReadSpan((0, 1, 2, 3, 4), time(9), time(17)),))),
        (
            "nights",
            rota(shift("ben", "22:00", "06:00")),
            ReadHours(False, (ReadSpan(tuple(range(7)), time(22), time(6)),)),
        ),
        (
            "two who follow each other are one",
            rota(shift("amina", "09:00", "13:00"), shift("ben", "12:00", "17:00")),
            ReadHours(False, (ReadSpan(tuple(range(7)), time(9), time(17)),)),
        ),
        (
            "a whole weekend, day by day",
            rota(shift("ben", "00:00", "24:00", frozenset({5, 6}))),
            ReadHours(False, (ReadSpan((5, 6), time(), time()),)),
        ),
        (
            "as long as a day, from noon to noon",
            rota(shift("ben", "12:00", "24:00", frozenset({5})), shift("ben", "00:00", "12:00", frozenset({6}))),
            ReadHours(False, (ReadSpan((5,), time(12), time()), ReadSpan((6,), time(), time(12)))),
        ),
        (
            "a closed day is left out",
            rota(shift("amina", "09:00", "17:00", WEEKDAYS), change(date(2026, 12, 8), "")),
            ReadHours(False, (ReadSpan((0, 2, 3, 4), time(9), time(17)),)),
        ),
    ],
)
def test_reading_hours_are_those_of_the_coming_week(case: str, of: Rota, said: ReadHours) -> None:
    assert read_hours(config(of), FRIDAY_NOON) == said
    assert read_hours(config(of), FRIDAY_NOON).never == (not said.always and not said.spans)


def test_reading_hours_keep_to_the_wall_when_clocks_change() -> None:
    assert read_hours(config(OFFICE), utc("2026-03-26T12:00")).spans == read_hours(config(OFFICE), FRIDAY_NOON).spans
