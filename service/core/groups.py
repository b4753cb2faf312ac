"""Groups of participants, and which flows each of them is asked when (`config/groups.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EVERYONE = "everyone"
"""The group of every participant who is in no other."""
STAFF = "staff"
"""The group of the team: asked flows for staff alone, and no participant is in it."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A flow on some days of every week (Monday 0), at so many minutes after midnight on each person's own clock."""

    flow: str
    days: frozenset[int]
    minute: int


@dataclass(frozen=True, slots=True)
class Group:
    """People who are asked the same things at the same times."""

    id: str
    name: str
    check_ins: tuple[CheckIn, ...]


def group_of(groups: Mapping[str, Group], name: str | None, *, is_staff: bool = False) -> Group | None:
    """The group that somebody is in: the team's, the named one, or else everyone's; None where it is not written."""
    if is_staff:
        return groups.get(STAFF)
    named = groups.get(name) if name and name != STAFF else None
    return named or groups.get(EVERYONE)
