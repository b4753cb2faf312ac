"""Groups as written: who is asked what, when; and each fault with its line and what to write instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.core.config_groups import check_flows
from service.core.flow_file import Flow, load_flow
from service.core.groups import CheckIn, Group, group_of
from tests.core.config_texts import GROUPS, load, problems

EVERY_DAY = frozenset(range(7))
PROJECT = Path(__file__).parents[2]
FLOW = """\
flow: weekly
starts: every week
purpose: To hear how your week was.
wellbeing: You know best.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 90 days
channels: [sms]
steps:
  - id: week
    ask: How was your week?
    yes_no: true
  - id: thanks
    say: Thank you.
"""


def flow(name: str, starts: str, *, for_staff: bool = False) -> Flow:
    return replace(load_flow(FLOW, "flows/weekly.yml"), name=name, starts=starts, for_staff=for_staff)


FLOWS = {
    "weekly": flow("weekly", "every week"),
    "daily": flow("daily", "every day"),
    "team": flow("team", "every week", for_staff=True),
    "welcome": flow("welcome", "on joining"),
    "broken": None,
}


def test_groups_are_what_is_written() -> None:
    groups = load(groups=GROUPS).groups
    assert groups["everyone"] == Group("everyone", "Everyone", (CheckIn("weekly", frozenset({1}), 11 * 60),))
    assert groups["mornings"].check_ins == (
        CheckIn("daily", EVERY_DAY, 9 * 60),
        CheckIn("weekly", frozenset({4}), 14 * 60),
    )
    assert groups["staff"].check_ins == (CheckIn("team", frozenset({4}), 15 * 60 + 30),)
    assert check_flows(GROUPS, FLOWS) == ()


def test_a_service_without_the_file_has_no_groups_and_a_group_may_be_asked_nothing() -> None:
    assert load().groups == {}
    assert load(groups="groups:\n  everyone: {name: Everyone}\n").groups["everyone"].check_ins == ()


def test_whoever_is_in_no_group_of_the_file_is_in_everyones() -> None:
    groups = load(groups=GROUPS).groups
    assert group_of(groups, "mornings") == groups["mornings"]
    assert group_of(groups, None) == group_of(groups, "gone") == group_of(groups, "staff") == groups["everyone"]
    assert group_of(groups, "mornings", is_staff=True) == groups["staff"]
    assert group_of({}, "mornings") is None
    assert group_of({"everyone": groups["everyone"]}, None, is_staff=True) is None


FAULTS = [
    ("groups:\n", "group:\n", 1, "group is not known in groups.yml; did you mean groups?"),
    ("  everyone:", "  all:", 1, "everyone is missing: the people who are in no other group; write everyone: and a name"),
    ("    name: Everyone\n", "", 2, "name is missing in everyone; write name: …"),
    ("name: Everyone", "nmae: Everyone", 3, "nmae is not known in everyone; did you mean name?"),
    (
        "  mornings:",
        "  Early Bird:",
        6,
        "Early Bird can't name a group; write a short name in small letters, such as mornings",
    ),
    ("{flow: weekly, on: Tuesday", "{on: Tuesday", 5, "flow is missing in a check-in; write flow: …"),
    ("on: Tuesday", "on: Tusday", 5, "on: Tusday is not a day of the week; did you mean Tuesday?"),
    ("on: Tuesday", "days: Tuesday", 5, "days is not known in a check-in; write one of: flow, on, at"),
    ("at: 11:00", "at: 11am", 5, "at: 11am is not a time of day; write one from 00:00 to 24:00, such as 09:00"),
    ("at: 11:00", "at: 24:00", 5, "at: 24:00 belongs to the next day; write 00:00 and that day"),
    ("- {flow: weekly, on: Tuesday, at: 11:00}", "weekly", 5, "check_ins is a list; begin each of its lines with a dash"),
    (
        "{flow: weekly, on: Friday, at: 14:00}",
        "{flow: daily, on: Friday, at: 14:00}",
        10,
        "daily comes on Friday already, by line 9; write one time a day",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), FAULTS)
def test_a_fault_in_the_groups_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GROUPS
    assert f"config/groups.yml:{line}: {message}" in problems(groups=GROUPS.replace(old, new, 1))


def test_all_of_a_files_problems_come_at_once_and_each_once() -> None:
    wrong = GROUPS.replace("on: Tuesday", "on: Tusday").replace("at: 14:00", "at: 2pm").replace("15:30", "25:00")
    assert [problem.split(": ")[0] for problem in problems(groups=wrong)] == [
        "config/groups.yml:5",
        "config/groups.yml:10",
        "config/groups.yml:16",
    ]


UNFIT = [
    ("flow: weekly, on: Tue", "flow: weakly, on: Tue", 5, "weakly is not in flows/; did you mean weekly?"),
    (
        "flow: weekly, on: Tue",
        "flow: welcome, on: Tue",
        5,
        "welcome starts on joining, and a group is asked only what starts every week or every day; "
        "change its starts:, or take this line out",
    ),
    (
        "on: Tuesday",
        "on: [Tuesday, Friday]",
        5,
        "weekly starts every week, and is written here for 2 days; write one, such as on: Tuesday",
    ),
    ("flow: weekly, on: Tue", "flow: team, on: Tue", 5, "team is for staff; move this line to the group staff:"),
    (
        "flow: team",
        "flow: weekly",
        14,
        "weekly is for participants, and this group is the team; write a flow with for: staff",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), UNFIT)
def test_a_flow_that_does_not_fit_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GROUPS
    [problem] = check_flows(GROUPS.replace(old, new, 1), FLOWS)
    assert str(problem) == f"config/groups.yml:{line}: {message}"


def test_a_daily_flow_may_come_on_some_days_and_a_broken_one_is_not_blamed_again() -> None:
    assert check_flows(GROUPS.replace("on: every day", "on: Monday to Friday"), FLOWS) == ()
    assert check_flows(GROUPS.replace("flow: daily", "flow: broken"), FLOWS) == ()
    assert check_flows(GROUPS.replace("on: Tuesday", "on: Tusday"), FLOWS) == ()


def test_the_groups_that_ship_ask_everyone_how_their_week_was_and_nothing_else() -> None:
    written = (PROJECT / "config" / "groups.yml").read_text(encoding="utf-8")
    groups = load(groups=written).groups
    assert [(one.flow, one.days) for one in groups["everyone"].check_ins] == [("weekly-check-in", frozenset({1}))]
    flows = {
        path.stem: load_flow(path.read_text(encoding="utf-8"), f"flows/{path.name}")
        for path in (PROJECT / "flows").glob("*.yml")
        if not path.name.endswith(".stories.yml")
    }
    assert check_flows(written, flows) == ()
