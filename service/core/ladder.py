"""Whom to alert next, and after how long: one step of a wave, until a human says "I have it"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.core.rota import Rota
from service.core.routing import all_who_may, candidates
from service.core.schedule import local_day
from service.core.team import Team, may_take_urgent

ON_DUTY = "on_duty"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: whoever is on duty (`ON_DUTY`) or a member's id, and how long to wait for an acknowledgement."""

    who: str
    wait: timedelta
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs from first to last; a claim without a word to the person is forgotten after `forgotten_after`.

    The last rung is a named member and the only one that repeats; ValueError otherwise.
    """

    rungs: tuple[Rung, ...]
    forgotten_after: timedelta

    def __post_init__(self) -> None:
        if not self.rungs or self.rungs[-1].who == ON_DUTY:
            raise ValueError("the last rung must name a member of the team")
        if [rung.repeat for rung in self.rungs] != [False] * (len(self.rungs) - 1) + [True]:
            raise ValueError("the last rung repeats, and no other")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now: page these members, wait, then climb to `rung + 1`. With `alarm` the operator is told too."""

    page: tuple[str, ...]
    wait: timedelta
    rung: int
    alarm: bool


def climb(ladder: Ladder, team: Team, rota: Rota, now: datetime, language: str, rung: int, asked: frozenset[str]) -> Step:
    """The step of a wave that is due at `now`, at `rung` (0 begins; beyond the last is the last, which repeats).

    A rung that has nobody new to ask is passed at once: an empty rota costs no waiting time. `asked` holds those who
    were paged in this wave or said that they can't take it.
    """
    last = len(ladder.rungs) - 1
    for index in range(min(rung, last), last):
        page = _new_person(ladder.rungs[index], team, rota, now, language, asked)
        if page:
            return Step(page, ladder.rungs[index].wait, index, alarm=False)
    return Step(_at_the_top(ladder.rungs[last], team, rota, now, language, asked), ladder.rungs[last].wait, last, True)


def _new_person(rung: Rung, team: Team, rota: Rota, now: datetime, language: str, asked: frozenset[str]) -> tuple[str, ...]:
    if rung.who == ON_DUTY:
        return candidates(team, rota, now, language, asked)[:1]
    return tuple(who for who in _if_able(rung.who, team, rota, now) if who not in asked)


def _at_the_top(rung: Rung, team: Team, rota: Rota, now: datetime, language: str, asked: frozenset[str]) -> tuple[str, ...]:
    """The named member every time, and one who has come on duty since; if the named one may not, everybody who may."""
    named = _if_able(rung.who, team, rota, now)
    if not named:
        return all_who_may(team, rota, now, language)
    return named + candidates(team, rota, now, language, asked | {rung.who})[:1]


def _if_able(who: str, team: Team, rota: Rota, now: datetime) -> tuple[str, ...]:
    able = who in team and may_take_urgent(team[who], local_day(now, rota.zone))
    return (who,) if able else ()
