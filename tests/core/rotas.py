"""The named cast, and random teams and rotas: what the tests of duty share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from service.core.config import Config, PromiseRules, Service, Within
from service.core.ladder import ON_DUTY, Ladder, Rung
from service.core.model import Duty
from service.core.rota import Change, Hours, Rota, Shift
from service.core.team import Member

LONDON = "Europe/London"
ZONES = [LONDON, "Asia/Karachi", "America/New_York", "Australia/Lord_Howe"]
STAFF, LONG = frozenset({Duty.TRAINED_STAFF}), date(2099, 1, 1)
EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))

AMINA = Member("amina", "Amina", STAFF, ("en", "ur"), training_until=LONG)
BEN = Member("ben", "Ben", STAFF, ("en", "es"), training_until=LONG)
PETRA = Member("petra", "Petra", frozenset({Duty.PEER}), ("en", "ur"))
LENA = Member("lena", "Lena", STAFF, ("en", "ur"), training_until=date(2026, 6, 30))
SAM = Member("sam", "Sam", frozenset({Duty.OPERATOR}), ("en",))


def team_of(*members: Member) -> dict[str, Member]:
    return {member.id: member for member in members}


TEAM = team_of(PETRA, LENA, AMINA, BEN, SAM)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shift(who: str, start: str, end: str, days: frozenset[int] = EVERY_DAY) -> Shift:
    """A shift of these people (spaces between), such as shift("amina ben", "22:00", "06:00")."""
    return Shift(tuple(who.split()), days, hours(start, end))


def change(on: date, who: str, start: str = "00:00", end: str = "24:00", last: date | None = None) -> Change:
    return Change(on, last or on, tuple(who.split()), hours(start, end))


def hours(start: str, end: str) -> Hours:
    begin, finish = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
    return Hours(begin, finish if finish > begin else finish + 1440)


def rota(*parts: Shift | Change, zone: str = LONDON) -> Rota:
    shifts = tuple(part for part in parts if isinstance(part, Shift))
    return Rota(zone, shifts, tuple(part for part in parts if isinstance(part, Change)))


def ladder(*rungs: str, last: str = "ben") -> Ladder:
    """Rungs that wait 5 minutes, and the last, which repeats every 10."""
    climbing = tuple(Rung(who, timedelta(minutes=5)) for who in rungs)
    return Ladder((*climbing, Rung(last, timedelta(minutes=10), repeat=True)), timedelta(minutes=30))


def config(of: Rota, urgent: Within | None = None, soon: Within | None = None, team: dict[str, Member] = TEAM) -> Config:
    promises = PromiseRules(urgent or Within(timedelta(minutes=15)), soon or Within(timedelta(hours=24)))
    return Config(Service("Alongside", "GB", of.zone, "en", (), promises), team, of, ladder(ON_DUTY, ON_DUTY), "sam")


moments = st.integers(0, 365 * 1440).map(lambda minutes: utc("2026-01-01T00:00") + timedelta(minutes=minutes))
around_dst = st.sampled_from([utc("2026-03-27T12:00"), utc("2026-10-23T12:00"), utc("2026-04-03T12:00")])
near_a_dst_night = st.builds(lambda start, minutes: start + timedelta(minutes=minutes), around_dst, st.integers(0, 5000))
any_moment = moments | near_a_dst_night

ids = st.sampled_from(["a", "b", "c", "d"])
people = st.permutations("abcd").flatmap(lambda all_: st.integers(0, 4).map(lambda few: tuple(all_[:few])))
days_of_year = st.dates(date(2026, 1, 1), date(2027, 1, 31))
quarters = st.integers(0, 95).map(lambda quarter: quarter * 15)
any_hours = st.builds(lambda start, length: Hours(start, start + length), quarters, st.integers(1, 96).map(lambda n: n * 15))


def member(who: str) -> st.SearchStrategy[Member]:
    """Somebody who is mostly trained staff, whose training may hold, have lapsed, lapse tonight or have no end date."""
    return st.builds(
        Member,
        id=st.just(who),
        name=st.just("Name"),
        duties=st.just(STAFF) | st.frozensets(st.sampled_from(list(Duty)), max_size=3),
        languages=st.lists(st.sampled_from(["en", "ur", "es"]), max_size=2, unique=True).map(tuple),
        training_until=st.sampled_from([LONG, LONG, date(2025, 12, 31), None]) | days_of_year,
    )


teams = st.builds(
    lambda everybody, gone: team_of(*(one for one in everybody if one.id not in gone)),
    st.tuples(*(member(who) for who in "abcd")),
    st.frozensets(ids, max_size=4),
)
shifts = st.builds(Shift, people, st.frozensets(st.integers(0, 6), min_size=1), any_hours)
changes = st.builds(
    lambda first, days, who, when: Change(first, first + timedelta(days=days), who, when),
    days_of_year,
    st.integers(0, 20),
    people,
    any_hours,
)
rotas = st.builds(
    Rota,
    st.sampled_from(ZONES),
    st.lists(shifts, min_size=1, max_size=4).map(tuple),
    st.lists(changes, max_size=2).map(tuple),
)
ladders = st.builds(lambda climbing, last: ladder(*climbing, last=last), st.lists(st.just(ON_DUTY) | ids, max_size=3), ids)
