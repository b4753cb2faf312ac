"""Plans check-ins: one waiting `begin` row a person and flow of their group, and never a day's check-in twice.

The row's key holds the day on the person's calendar, and rows are never deleted: a day that had its check-in has it for
good, however often groups, hours, pace or zones change afterwards. Whatever changes them calls `plan`; the clock calls
`plan_all` for what nobody called for, such as a new release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, assert_never

from sqlalchemy import Connection, Row, literal_column, select

from service.core.groups import CheckIn, group_of
from service.core.schedule import local_day, moment_at
from service.core.schedule_plan import Planned, Rhythm, coming
from service.store import due_rows
from service.store.queries import insert_once
from service.store.schema import contacts, dues, participant_contacts, participants
from service.usecases.deps import Deps
from service.usecases.outbox import due_row
from service.usecases.preferences import slower_ones
from service.usecases.releases import Release
from service.usecases.turn import Turn, clock_time

_AT_ONCE = 50  # people in one transaction: nobody's text waits long for it
_CANDIDATES = 3  # at most today's is used up, and tomorrow's by somebody whose zone has changed
_GONE = ("done", "broken")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """What a plan is made from: whose it is, when they are asked at the earliest, and what their group is asked."""

    id: str
    rhythm: Rhythm
    check_ins: tuple[CheckIn, ...]
    earliest: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A check-in that waits for its time."""

    due_id: int
    flow: str
    day: str
    moment: datetime  # as the group's file said when it was planned
    run_at: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """No longer planned."""

    due_id: int


@dataclass(frozen=True, slots=True)
class Move:
    """Still planned for that day, at another hour."""

    due_id: int
    at: datetime
    planned: Planned


@dataclass(frozen=True, slots=True)
class Begin:
    """Planned, and not waiting yet."""

    person: str
    planned: Planned


Change = Cancel | Move | Begin


def plan(turn: Turn) -> None:
    """Bring the plan of this turn's participant up to date; the caller holds their contact.

    Nothing changes by the groups of a release that no longer runs: the clock plans by the next one within the hour.
    """
    if turn.at.participant_id is not None and turn.deps.releases.is_running(turn.tx, turn.release):
        ids = [turn.at.participant_id]
        _apply(turn.tx, changes(turn.deps, turn.tx, turn.release, ids, turn.now), turn.now)


def plan_all(deps: Deps) -> Iterator[int]:
    """Bring everybody's plan up to date, a few people at a time; how many rows had to change, each time."""
    last = ""
    while ids := _some_after(deps, last):
        last, now, release = ids[-1], deps.clock.now(), deps.releases.current()
        with deps.database.read() as connection:
            found = changes(deps, connection, release, ids, now)
        if found:
            with deps.database.write() as tx:
                _hold(tx, ids)
                if not deps.releases.is_running(tx, release):
                    return  # whoever sees the new one begins anew
                found = changes(deps, tx, release, ids, now)
                _apply(tx, found, now)
        yield len(found)


def is_planned(detail: Mapping[str, str]) -> bool:
    """Whether this is the detail of a `begin` row from a group's schedule, and not from a flow or a person."""
    return "moment" in detail


def key_of(person: str, flow: str, day: date | str) -> str:
    """One check-in of a flow, a person and a day."""
    return f"begin:{person}:{flow}:{day}"


def people(deps: Deps, tx: Connection, release: Release, ids: Sequence[str]) -> dict[str, Person]:
    """Who of these is asked anything by itself, and what."""
    slower = slower_ones(deps, tx, ids)
    rows = tx.execute(select(participants).where(participants.c.id.in_(ids), participants.c.state.in_(("joined", "staff"))))
    return {row.id: _person(row, release, row.id in slower) for row in rows}


def waiting(tx: Connection, ids: Sequence[str]) -> dict[str, list[Waiting]]:
    """What these people's schedules have waiting, the first first."""
    query = select(dues.c.participant_id, dues.c.id, dues.c.run_at, dues.c.detail).where(
        dues.c.participant_id.in_(ids),
        dues.c.kind == literal_column("'begin'"),
        dues.c.state == literal_column("'waiting'"),
    )
    found: dict[str, list[Waiting]] = defaultdict(list)
    for row in tx.execute(query.order_by(dues.c.run_at, dues.c.id)):
        if is_planned(row.detail):
            moment = datetime.fromisoformat(row.detail["moment"])
            one = Waiting(row.id, row.detail["flow"], row.detail["day"], moment, row.run_at)
            found[row.participant_id].append(one)
    return found


def had(tx: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these check-ins have had their time already."""
    query = select(dues.c.unique_key).where(dues.c.unique_key.in_(keys), dues.c.state.in_(_GONE))
    return set(tx.execute(query).scalars())


def changes(deps: Deps, tx: Connection, release: Release, ids: Sequence[str], now: datetime) -> list[Change]:
    """What has to change for these people's rows to be what their groups, hours and pace ask for."""
    rows = waiting(tx, ids)
    wanted = {person.id: _wanted(person, now) for person in people(deps, tx, release, ids).values()}
    keys = [key_of(who, one.flow, one.day) for who, flows in wanted.items() for some in flows.values() for one in some]
    used = had(tx, keys) if keys else set()
    found: list[Change] = []
    for who in ids:
        flows, mine = wanted.get(who, {}), rows.get(who, [])
        for flow in dict.fromkeys([*flows, *(one.flow for one in mine)]):
            free = (one for one in flows.get(flow, ()) if key_of(who, flow, one.day) not in used)
            found += _of_flow(who, [one for one in mine if one.flow == flow], next(free, None), now)
    return found


def _wanted(person: Person, now: datetime) -> dict[str, list[Planned]]:
    """The next few times of each flow."""
    flows = dict.fromkeys(one.flow for one in person.check_ins)
    return {flow: list(islice(to_come(person, flow, now), _CANDIDATES)) for flow in flows}


def to_come(person: Person, flow: str, now: datetime) -> Iterator[Planned]:
    """When a person will be asked a flow, the next time first."""
    later = coming(flow, person.check_ins, person.rhythm, now)
    return (planned for planned in later if planned.moment >= person.earliest)


def _of_flow(who: str, rows: Sequence[Waiting], soon: Planned | None, now: datetime) -> Iterator[Change]:
    """One row waits for each flow; one whose own time has passed is owed until it is done, or the next one is there."""
    for row in rows[1:] if soon else rows:
        yield Cancel(row.due_id)
    if soon is None or soon.at is None:
        return
    if not rows:
        yield Begin(who, soon)
        return
    row, is_owed = rows[0], rows[0].moment <= now
    if row.day == soon.day.isoformat():
        at = max(soon.at, row.run_at) if is_owed else soon.at
        if (at, soon.moment) != (row.run_at, row.moment):
            yield Move(row.due_id, at, soon)
    elif not is_owed or soon.at <= row.run_at:
        yield Cancel(row.due_id)
        yield Begin(who, soon)


def _apply(tx: Connection, found: Sequence[Change], now: datetime) -> None:
    for change in found:
        match change:
            case Cancel():
                due_rows.cancel(tx, now, "not planned", id=change.due_id)
            case Move():
                due_rows.move(tx, change.due_id, change.at, _detail(change.planned))
            case Begin():
                _begin(tx, change, now)
            case _:
                assert_never(change)


def _begin(tx: Connection, new: Begin, now: datetime) -> None:
    """A new row, or the one of that day that was cancelled before."""
    planned = new.planned
    if planned.at is None:
        return
    row = due_row(
        lane="bulk",
        kind="begin",
        unique_key=key_of(new.person, planned.flow, planned.day),
        run_at=planned.at,
        made_at=now,
        participant_id=new.person,
        detail=_detail(planned),
    )
    if not insert_once(tx, dues, row):
        due_rows.revive(tx, str(row["unique_key"]), planned.at, row["detail"])


def _detail(planned: Planned) -> dict[str, str]:
    return {"flow": planned.flow, "day": planned.day.isoformat(), "moment": planned.moment.isoformat()}


def _person(row: Row[Any], release: Release, slower: bool) -> Person:
    group = group_of(release.config.groups, row.group_name, is_staff=row.state == "staff")
    hours = clock_time(row.safe_from), clock_time(row.safe_to)
    return Person(row.id, Rhythm(row.zone, *hours, slower), group.check_ins if group else (), _earliest(row))


def _earliest(row: Row[Any]) -> datetime:
    """Nobody is asked how things are on the very day on which they said that we may."""
    since = row.joined_at or row.invited_at
    return moment_at(local_day(since, row.zone) + _A_DAY, 0, row.zone)


def _some_after(deps: Deps, last: str) -> list[str]:
    query = select(participants.c.id).where(participants.c.id > last).order_by(participants.c.id).limit(_AT_ONCE)
    with deps.database.read() as connection:
        return list(connection.execute(query).scalars())


def _hold(tx: Connection, ids: Sequence[str]) -> None:
    """Hold the contacts of these people, in the order of their ids, as everybody does who holds several."""
    query = (
        select(contacts.c.id)
        .join(participant_contacts, participant_contacts.c.contact_id == contacts.c.id)
        .where(participant_contacts.c.participant_id.in_(ids))
        .order_by(contacts.c.id)
        .with_for_update(of=contacts, key_share=True)
    )
    tx.execute(query)
