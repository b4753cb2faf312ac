"""The files in config/ read as one: a whole Config, or every problem of all of them at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from service.core.config import Config, CrisisNumber, PromiseRules, Service, Within, usable_numbers
from service.core.config_checks import check_people, check_promise, check_times
from service.core.config_groups import GROUPS, WrittenGroup, read_groups
from service.core.config_rota import WrittenRota, read_rota
from service.core.config_service import read_service
from service.core.config_team import read_team
from service.core.ladder import Ladder
from service.core.model import Problem
from service.core.rota import Rota
from service.core.team import Member
from service.core.yaml_lines import Sheet, suggest

__all__ = [
    "Config",
    "ConfigProblems",
    "CrisisNumber",
    "Member",
    "PromiseRules",
    "Service",
    "Within",
    "load_config",
    "usable_numbers",
]

SERVICE, TEAM, ROTA = NEEDED = ("config/service.yml", "config/team.yml", "config/rota.yml")
FILES = (*NEEDED, GROUPS)  # without groups nobody is asked anything by itself


class ConfigProblems(Exception):
    """config/ can't be used: one line a problem, with file, line, and what to write instead."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load_config(files: Mapping[str, str], today: date) -> Config:
    """The config of these texts by file name, checked as on `today`; raises ConfigProblems with all of them at once."""
    sheets = {name: Sheet(name, files[name]) for name in FILES if name in files}
    service = read_service(sheets[SERVICE], today) if SERVICE in sheets else None
    team = read_team(sheets[TEAM]) if TEAM in sheets else None
    written = read_rota(sheets[ROTA]) if ROTA in sheets else None
    groups = read_groups(sheets[GROUPS]) if GROUPS in sheets else {}
    if written:
        check_times(sheets[ROTA], written)
    if written and team is not None:
        check_people(sheets[ROTA], written, team, today)
    if written and service:
        check_promise(sheets[ROTA], written, service.promises)
    problems = [*_strangers(files), *(one for sheet in sheets.values() for one in sorted(sheet.problems, key=_line))]
    if problems or service is None or team is None or written is None or groups is None:
        raise ConfigProblems(tuple(problems))
    return _whole(service, team, written, groups)


def _whole(
    service: Service, team: Mapping[str, Member | None], written: WrittenRota, groups: Mapping[str, WrittenGroup]
) -> Config:
    """The parts put together, once nothing is wrong with any of them."""
    if written.operator is None or written.forgotten_after is None:
        raise AssertionError("a missing part has its problem noted")
    return Config(
        service,
        {name: member for name, member in team.items() if member},
        Rota(
            written.zone or service.zone,
            tuple(shift for _, shift in written.shifts),
            tuple(change for _, change in written.changes),
        ),
        Ladder(written.rungs, written.forgotten_after),
        written.operator.value,
        {name: one.group for name, one in groups.items()},
    )


def _strangers(files: Mapping[str, str]) -> Iterator[Problem]:
    """Files that are missing, and files that nobody would read."""
    for name in NEEDED:
        if name not in files:
            yield Problem(name, 1, "the file is missing; config/README.md shows what to write")
    for name in files:
        if name not in FILES:
            yield Problem(name, 1, f"nothing reads this file; {suggest(name, FILES)}")


def _line(problem: Problem) -> int:
    return problem.line
