"""Publishing the home: everything is checked first, and the running release stays untouched on any problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from service.core.config_file import ConfigProblems, load_config
from service.core.flow_compose import load_flows
from service.core.flow_file import FlowProblems
from service.core.model import Problem
from service.core.urgency import RuleProblems, compile_rules
from service.languages import catalog_problems, read_home
from service.usecases.deps import Deps
from service.usecases.groups import group_faults, people_without_group
from service.usecases.releases import Release, build, store_release


class HomeProblems(Exception):
    """The home can't be published; `problems` holds every fault with file, line and what to write."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def check_home(home: Path, today: date) -> dict[str, Any]:
    """The snapshot of a home without a fault; HomeProblems with every problem of every file at once."""
    snapshot: dict[str, Any] = read_home(home)
    problems = [*catalog_problems(snapshot), *_faults(snapshot, today)]
    if not snapshot["flows"]:
        problems.append(Problem("flows/", 1, "there is no flow: put at least one NAME.yml there"))
    if problems:
        raise HomeProblems(tuple(sorted(set(problems), key=lambda one: (one.file, one.line))))
    return snapshot


def publish(deps: Deps, home: Path, made_by: str) -> Release:
    """Check the home and make it the running release; HomeProblems leaves the running one untouched."""
    now = deps.clock.now()
    snapshot = check_home(home, now.date())
    built = build(snapshot, now.date())
    with deps.database.read() as connection:
        if left := tuple(people_without_group(connection, built.config.groups)):
            raise HomeProblems(left)
    release = store_release(deps.database, snapshot, built, made_by, now)
    deps.releases.keep(release)
    return release


def _faults(snapshot: dict[str, Any], today: date) -> Iterator[Problem]:
    yield from _tried(lambda: load_flows(snapshot["flows"]))
    yield from _tried(lambda: load_config(snapshot["config"], today))
    yield from group_faults(snapshot)
    rules = {code: entry["urgency"] for code, entry in snapshot["languages"].items() if entry["urgency"]}
    yield from _tried(lambda: compile_rules(rules))


def _tried(load: Callable[[], object]) -> Iterator[Problem]:
    try:
        load()
    except (FlowProblems, ConfigProblems, RuleProblems) as error:
        yield from error.problems
