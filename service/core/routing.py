"""Whom to ask first among those on duty. An urgent page reaches only trained staff whose training holds (I16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from service.core.language_codes import is_spoken
from service.core.rota import Counts, Rota, on_duty
from service.core.schedule import local_day
from service.core.team import Member, Team, is_trained_staff, may_take_urgent

__all__ = ["Counts", "all_who_may", "candidates", "may_take_urgent", "reads", "takes_urgent"]


def candidates(team: Team, rota: Rota, now: datetime, language: str, exclude: frozenset[str]) -> tuple[str, ...]:
    """Who is on duty and may take something urgent: first those who speak the language, then in the rota's order."""
    today = local_day(now, rota.zone)
    able = [team[who] for who in on_duty(rota, now) if who in team and who not in exclude]
    return tuple(member.id for member in _ranked(able, language) if may_take_urgent(member, today))


def all_who_may(team: Team, rota: Rota, now: datetime, language: str) -> tuple[str, ...]:
    """Everybody in the team who may take something urgent, on duty or not, in the same order of fit."""
    today = local_day(now, rota.zone)
    return tuple(member.id for member in _ranked(list(team.values()), language) if may_take_urgent(member, today))


def takes_urgent(team: Team) -> Counts:
    """For coverage: whether a member may take urgent things on a local day."""
    return _counts(team, may_take_urgent)


def reads(team: Team) -> Counts:
    """For coverage: whether a member is trained staff, who read everything that is not urgent."""
    return _counts(team, lambda member, _: is_trained_staff(member))


def _ranked(members: list[Member], language: str) -> list[Member]:
    return sorted(members, key=lambda member: not is_spoken(language, member.languages))


def _counts(team: Team, may: Callable[[Member, date], bool]) -> Counts:
    return lambda who, day: who in team and may(team[who], day)
