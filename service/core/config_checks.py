"""What no file of config/ sees alone: names against the team, times against each other, waits against promises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations

from service.core.config import PromiseRules
from service.core.config_rota import WrittenRota
from service.core.model import Duty
from service.core.rota import MINUTES_A_DAY, Change, Shift
from service.core.team import Member, is_trained_staff, may_take_urgent
from service.core.yaml_lines import Sheet, Text, suggest

MINUTES_A_WEEK = 7 * MINUTES_A_DAY
ONE_DAY = timedelta(days=1)

Known = Mapping[str, Member | None]
"""Everybody who stands in team.yml; None for whoever could not be understood there, and is not blamed again here."""


def check_people(sheet: Sheet, written: WrittenRota, team: Known, today: date) -> None:
    """Everybody named is in the team and has the duty for it; the last rung can be woken on `today`."""
    for name in written.on_shifts:
        member = _member(sheet, name, team)
        if member and not member.duties & {Duty.TRAINED_STAFF, Duty.PEER}:
            sheet.wrong(name.line, f"{name.value} is neither trained staff nor peer; give the shift to somebody who is")
    for name in written.on_rungs:
        member = _member(sheet, name, team)
        if member and not is_trained_staff(member):
            sheet.wrong(name.line, f"{name.value} is not trained staff, and nobody else is paged; name another member")
    _check_last_rung(sheet, written.on_last_rung, team, today)
    operator = _member(sheet, written.operator, team) if written.operator else None
    if operator and written.operator and Duty.OPERATOR not in operator.duties:
        sheet.wrong(written.operator.line, f"{operator.id} has not the duty operator; add it in config/team.yml")


def check_promise(sheet: Sheet, written: WrittenRota, promises: PromiseRules) -> None:
    """The whole ladder is climbed before the promised time has passed."""
    climbing = sum((rung.wait for rung in written.rungs if not rung.repeat), timedelta())
    name, promised = written.on_last_rung, promises.urgent.time
    if name and climbing >= promised:
        late = f"the last rung is asked after {_minutes(climbing)}, and urgent is promised in {_minutes(promised)}"
        sheet.wrong(name.line, f"{late}; shorten the waits, or promise more in config/service.yml")


def check_times(sheet: Sheet, written: WrittenRota) -> None:
    """Nobody is on duty twice at once, and no two changes speak for the same hour."""
    for (line, one), (other_line, other) in combinations(written.shifts, 2):
        both = [who for who in one.who if who in other.who]
        if both and _shifts_meet(one, other):
            sheet.wrong(other_line, f"{both[0]} is already on duty then, by line {line}; change one of the two shifts")
    for (line, early), (other_line, late) in combinations(written.changes, 2):
        if _changes_meet(early, late):
            sheet.wrong(other_line, f"this change overlaps that of line {line}; write one change with everybody in it")


def _member(sheet: Sheet, name: Text, team: Known) -> Member | None:
    if name.value not in team:
        sheet.wrong(name.line, f"{name.value} is not in config/team.yml; {suggest(name.value, list(team))}")
    return team.get(name.value)


def _check_last_rung(sheet: Sheet, name: Text | None, team: Known, today: date) -> None:
    """Elsewhere routing passes over lapsed training; at the top of the ladder the named one is the one to be woken."""
    member = team.get(name.value) if name else None
    if name and member and is_trained_staff(member) and not may_take_urgent(member, today):
        ended = f"the training of {name.value} ended on {member.training_until}, so the last rung wakes nobody"
        sheet.wrong(name.line, f"{ended}; name another member, or renew the date in config/team.yml")


def _shifts_meet(one: Shift, other: Shift) -> bool:
    """Whether two weekly shifts ever run at once, on a week that begins again where it ends."""
    lengths = one.hours.end - one.hours.start, other.hours.end - other.hours.start
    for day in one.days:
        for other_day in other.days:
            later = (other_day - day) * MINUTES_A_DAY + other.hours.start - one.hours.start
            if later % MINUTES_A_WEEK < lengths[0] or -later % MINUTES_A_WEEK < lengths[1]:
                return True
    return False


def _changes_meet(one: Change, other: Change) -> bool:
    """Whether two changes ever run at once; a night reaches into the next day, so the days beside count too."""
    for days in (-1, 0, 1):
        first, last = one.first + days * ONE_DAY, one.last + days * ONE_DAY
        start, end = (minute + days * MINUTES_A_DAY for minute in (other.hours.start, other.hours.end))
        if first <= other.last and other.first <= last and one.hours.start < end and start < one.hours.end:
            return True
    return False


def _minutes(length: timedelta) -> str:
    return f"{int(length.total_seconds()) // 60} minutes"
