"""Groups of config/groups.yml against what is beside them: the flows of the home, and the people who are in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, func, select, update

from service.core.config_groups import GROUPS, check_flows
from service.core.flow_file import Flow, FlowProblems, load_flow
from service.core.groups import EVERYONE, STAFF, Group
from service.core.model import Problem
from service.core.yaml_lines import suggest
from service.store import people
from service.store.schema import participants
from service.usecases import planning
from service.usecases.deps import Deps
from service.usecases.turn import begin_turn

NOBODY_IS_ASKED = f"There is no {GROUPS}: nobody is asked anything by itself, only when a worker begins a check-in."


def group_faults(snapshot: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with the flows that the groups of a home name."""
    written = snapshot["config"].get(GROUPS)
    if written is None:
        return ()
    flows = {PurePosixPath(file).stem: (text, file) for file, text in sorted(snapshot["flows"].items())}
    # Only what the file may name is read, for its own problems are told elsewhere.
    return check_flows(written, {name: _read(*flow) if name in written else None for name, flow in flows.items()})


def _read(text: str, file: str) -> Flow | None:
    try:
        return load_flow(text, file)
    except FlowProblems:
        return None


def people_without_group(tx: Connection, groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Groups that people are in and that a new groups.yml no longer has: nobody's check-ins change unseen."""
    query = select(participants.c.group_name, func.count()).group_by(participants.c.group_name)
    for name, count in tx.execute(query.order_by(participants.c.group_name)):
        if name and groups and name not in groups:
            who = "1 person is" if count == 1 else f"{count} people are"
            what = f"write it again, or move them first: alongside people group PERSON {EVERYONE}"
            yield Problem(GROUPS, 1, f"{who} in the group {name}, which is not here; {what}")


def why_not_in(groups: Mapping[str, Group], name: str) -> str | None:
    """Why nobody can be put into a group of that name, and what to write; None if they can."""
    known = [one for one in groups if one != STAFF]
    if name == STAFF:
        return f"group {name!r} is the team's: {suggest('', known)}"
    if name not in groups:
        return f"group {name!r} is not in {GROUPS}: {suggest(name, known) if known else 'write it there first, or nothing'}"
    return None


def move(deps: Deps, participant_id: str, name: str) -> str | None:
    """Put somebody into a group, and plan what they are asked from now on; why they can't be, or None."""
    why_not = why_not_in(deps.releases.current().config.groups, name)
    if why_not:
        return why_not
    with deps.database.write() as tx:
        found = people.participant(tx, participant_id)
        if found is None:
            return "there is no participant with that id: see 'alongside people list'"
        if found.state == STAFF:
            return "they are a member of the team, and are in its group"
        now = deps.clock.now()
        turn = begin_turn(deps, tx, people.lock(tx, found.contact_id), now, f"group:{participant_id}")
        turn.for_participant(participant_id)
        mine = update(participants).where(participants.c.id == participant_id)
        tx.execute(mine.values(group_name=None if name == EVERYONE else name))
        planning.plan(turn)
        turn.writes.flush()
    return None
