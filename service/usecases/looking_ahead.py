"""The next weeks of a group or a person, in plain words: when they are asked what, what is moved or left out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.core.groups import EVERYONE, STAFF
from service.core.schedule_plan import Planned, Rhythm, plan
from service.store import people
from service.usecases import planning
from service.usecases.deps import Deps
from service.usecases.groups import NOBODY_IS_ASKED
from service.usecases.joining import SAFE_FROM, SAFE_TO
from service.usecases.planning import Person
from service.usecases.releases import Release
from service.usecases.turn import clock_time

AHEAD = timedelta(weeks=4)
_BEFORE = timedelta(days=3)  # what safe hours keep waiting was written at most so long ago
_STATES = {
    "invited": "They have not said yes yet: nothing is sent until they do.",
    "declined": "They said no: nothing is sent.",
    "left": "They have left: nothing is sent.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One check-in: its day and time on the person's own clock, no time if it is left out, and a remark."""

    when: datetime
    flow: str
    is_left_out: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come, what it goes by, and what stands in its way."""

    goes_by: str
    in_the_way: tuple[str, ...]
    lines: tuple[Line, ...]


def of_group(deps: Deps, name: str) -> Ahead | None:
    """The next weeks of a group, as of somebody in the service's zone who has chosen nothing; None if it is unknown."""
    release, now = deps.releases.current(), deps.clock.now()
    group = release.config.groups.get(name)
    if group is None:
        return None
    rhythm = Rhythm(release.config.service.zone, clock_time(SAFE_FROM), clock_time(SAFE_TO))
    person, zone = Person("", rhythm, group.check_ins, now), ZoneInfo(rhythm.zone)
    in_the_way = () if group.check_ins else ("This group is asked nothing by itself.",)
    return Ahead(_goes_by(group.name, rhythm), in_the_way, tuple(_line(one, zone) for one in _to_come(person, now)))


def of_person(deps: Deps, participant_id: str) -> Ahead | None:
    """The next weeks of a participant; None if nobody has that id."""
    release, now = deps.releases.current(), deps.clock.now()
    with deps.database.read() as connection:
        found = people.participant(connection, participant_id)
        if found is None:
            return None
        in_the_way = tuple(_in_the_way(found, release))
        person = planning.people(deps, connection, release, [participant_id]).get(participant_id)
        if person is None:
            return Ahead(f"{_group_name(release, found)}.", in_the_way, ())
        planned = {planning.key_of(person.id, one.flow, one.day): one for one in _to_come(person, now)}
        for had in planning.had(connection, list(planned)):
            del planned[had]
        rows = planning.waiting(connection, [participant_id]).get(participant_id, [])
    lines, zone = [], ZoneInfo(person.rhythm.zone)
    for row in rows:
        soon = planned.get(key := planning.key_of(person.id, row.flow, row.day))
        if row.moment <= now and (soon is None or soon.at != row.run_at):
            planned.pop(key, None)
            since = f"waits since {row.moment.astimezone(zone):%a %H:%M}"
            lines.append(Line(row.run_at.astimezone(zone), row.flow, False, since))
    lines += [_line(one, zone) for one in planned.values()]
    return Ahead(_goes_by(_group_name(release, found), person.rhythm), in_the_way, tuple(lines))


def _to_come(person: Person, now: datetime) -> list[Planned]:
    found = plan(person.check_ins, person.rhythm, now - _BEFORE, now + AHEAD)
    return [one for one in found if (one.at or one.moment) >= now and one.moment >= person.earliest]


def _line(one: Planned, zone: ZoneInfo) -> Line:
    written, when = one.moment.astimezone(zone), (one.at or one.moment).astimezone(zone)
    return Line(when, one.flow, one.at is None, _remark(one, written))


def _remark(one: Planned, written: datetime) -> str:
    match one.why:
        case "hours":
            return f"written for {written:%a %H:%M}, outside safe hours"
        case "pace":
            return "left out: asked every second time, as they chose"
        case "next":
            return "left out: safe hours begin only when the next one comes"
    return ""


def _goes_by(group: str, rhythm: Rhythm) -> str:
    hours = f"safe hours {rhythm.safe_from:%H:%M} to {rhythm.safe_to:%H:%M}"
    if rhythm.safe_from == rhythm.safe_to:
        hours = "any hour is safe"
    pace = ", every second time" if rhythm.slower else ""
    return f"{group}: the clock of {rhythm.zone}, {hours}{pace}."


def _group_name(release: Release, found: Any) -> str:
    groups = release.config.groups
    group = groups.get(STAFF if found.state == STAFF else found.group_name or EVERYONE)
    return group.name if group else found.group_name or EVERYONE


def _in_the_way(found: Any, release: Release) -> Iterator[str]:
    """Why nothing of it may happen, as things are now."""
    if not release.config.groups:
        yield NOBODY_IS_ASKED
    if found.state in _STATES:
        yield _STATES[found.state]
    if found.opted_out_at is not None:
        yield "They stopped our texts: nothing is sent until they come back."
