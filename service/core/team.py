"""The people of the service and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.core.model import Duty


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team. Numbers and passwords are kept in the store, never here."""

    id: str
    name: str
    duties: frozenset[Duty]
    languages: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    training_until: date | None = None


Team = Mapping[str, Member]


def is_trained_staff(member: Member) -> bool:
    """Whether this person reads what participants write; a survivor may be both peer and trained staff."""
    return Duty.TRAINED_STAFF in member.duties


def may_take_urgent(member: Member, today: date) -> bool:
    """Whether an urgent page may reach this member: trained staff whose training holds on the local day `today` (I16).

    The end date counts to the end of that day. Without an end date there is no training to rely on.
    """
    return is_trained_staff(member) and member.training_until is not None and today <= member.training_until
