"""config/groups.yml: the groups of participants, and which flows each is asked on which days, at what time.

The flows are in other files, so what is written here is held against them on its own (`check_flows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from service.core import config_values as values
from service.core.flow_file import Flow
from service.core.groups import EVERYONE, STAFF, CheckIn, Group
from service.core.model import Problem
from service.core.rota import MINUTES_A_DAY
from service.core.yaml_lines import Fields, Sheet, Text, Unclear, Written, suggest

GROUPS = "config/groups.yml"
GROUP_KEYS = ("name", "check_ins")
CHECK_IN_KEYS = ("flow", "on", "at")
WEEKLY, DAILY = "every week", "every day"


@dataclass(frozen=True, slots=True)
class WrittenCheckIn:
    """One line of a group, and where it stands."""

    flow: Text
    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """A group as far as it could be understood."""

    group: Group
    lines: tuple[WrittenCheckIn, ...]


def read_groups(sheet: Sheet) -> dict[str, WrittenGroup] | None:
    """The groups as written, with every problem noted in the sheet; None if the file can't be read at all."""
    written = sheet.read()
    if written is None:
        return None
    table = Fields(sheet, written, "groups.yml", ("groups",), ("groups",)).table("groups")
    if table is None:
        return None
    read = {key.value: _group(sheet, key, value) for key, value in table.pairs}
    if EVERYONE not in read:
        sheet.wrong(table.line, f"{EVERYONE} is missing: the people who are in no other group; write {EVERYONE}: and a name")
    return {name: group for name, group in read.items() if group}


def check_flows(text: str, flows: Mapping[str, Flow | None]) -> tuple[Problem, ...]:
    """What the flows have against a groups.yml. None stands for a flow that has problems of its own."""
    sheet = Sheet(GROUPS, text)
    groups = read_groups(sheet) or {}
    sheet.problems.clear()  # they are load_config's to tell
    for written in groups.values():
        for line in written.lines:
            _check_flow(sheet, written, line, flows)
    return tuple(sheet.problems)


def _group(sheet: Sheet, key: Text, written: Written) -> WrittenGroup | None:
    before = len(sheet.problems)
    fields = Fields(sheet, written, key.value, GROUP_KEYS, ("name",))
    name = fields.value("name", str)
    lines = tuple(line for one in fields.many("check_ins") if (line := _line(sheet, one)))
    _check_id(sheet, key)
    _check_once_a_day(sheet, lines)
    if name is None or len(sheet.problems) > before:
        return None
    group = Group(key.value, name, tuple(line.check_in for line in lines))
    return WrittenGroup(group, lines)


def _line(sheet: Sheet, written: Written) -> WrittenCheckIn | None:
    fields = Fields(sheet, written, "a check-in", CHECK_IN_KEYS, CHECK_IN_KEYS)
    flow = fields.text("flow")
    days = [fields.parsed("on", one, values.weekdays) for one in fields.texts("on")]
    minute = fields.value("at", _time)
    on = frozenset(day for some in days if some for day in some)
    if flow is None or minute is None or None in days or not on:
        return None
    return WrittenCheckIn(flow, CheckIn(flow.value, on, minute))


def _check_id(sheet: Sheet, key: Text) -> None:
    if not values.MEMBER_ID.fullmatch(key.value):
        sheet.wrong(key.line, f"{key.value} can't name a group; write a short name in small letters, such as mornings")


def _check_once_a_day(sheet: Sheet, lines: tuple[WrittenCheckIn, ...]) -> None:
    """A flow that comes twice on one day asks the same person the same thing twice."""
    for one, other in combinations(lines, 2):
        both = sorted(one.check_in.days & other.check_in.days)
        if both and one.flow.value == other.flow.value:
            again = f"{other.flow.value} comes on {values.WEEK[both[0]].title()} already, by line {one.flow.line}"
            sheet.wrong(other.flow.line, f"{again}; write one time a day")


def _check_flow(sheet: Sheet, written: WrittenGroup, line: WrittenCheckIn, flows: Mapping[str, Flow | None]) -> None:
    name, group = line.flow, written.group
    if name.value not in flows:
        sheet.wrong(name.line, f"{name.value} is not in flows/; {suggest(name.value, list(flows))}")
        return
    flow = flows[name.value]
    if flow is None:
        return
    for why in _unfit(flow, group):
        sheet.wrong(name.line, why)


def _unfit(flow: Flow, group: Group) -> Iterator[str]:
    """Why a group can't be asked a flow as it stands in its file."""
    days = [day for one in group.check_ins if one.flow == flow.name for day in one.days]
    if flow.starts not in (WEEKLY, DAILY):
        yield (
            f"{flow.name} starts {flow.starts}, and a group is asked only what starts every week or every day; "
            f"change its starts:, or take this line out"
        )
    elif flow.starts == WEEKLY and len(days) > 1:
        yield f"{flow.name} starts every week, and is written here for {len(days)} days; write one, such as on: Tuesday"
    if flow.for_staff and group.id != STAFF:
        yield f"{flow.name} is for staff; move this line to the group {STAFF}:"
    if group.id == STAFF and not flow.for_staff:
        yield f"{flow.name} is for participants, and this group is the team; write a flow with for: staff"


def _time(words: str) -> int:
    minute = values.clock(words)
    if minute == MINUTES_A_DAY:
        raise Unclear("24:00 belongs to the next day; write 00:00 and that day")
    return minute
