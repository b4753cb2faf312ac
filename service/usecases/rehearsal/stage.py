"""What a rehearsal plays on: the flows, words, rules and config of a home, and what is given of one person and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from service.core.config import Config
from service.core.flow_file import Flow
from service.core.model import Channel, Duty
from service.core.rota import MINUTES_A_DAY, Hours, Rota, Shift
from service.core.schedule import moment_at
from service.core.story import Given, Hour
from service.core.team import Member
from service.core.urgency import Rules
from service.languages import Languages

WELCOME: Final = "welcome"
_USUAL: Final = Hour(1, 11 * 60)  # Tuesday at eleven
_WORKER: Final = Member("worker", "Amina", frozenset({Duty.TRAINED_STAFF}), training_until=date.max)
_DAY_HOURS: Final = (time(9), time(20))


@dataclass(frozen=True, slots=True)
class Stage:
    """One home: its flows by name, its languages, rules and config."""

    flows: Mapping[str, Flow]
    languages: Languages
    rules: Rules
    config: Config


@dataclass(slots=True)
class Person:
    """One person as the service knows them; what they choose changes them."""

    language: str
    language_known: bool
    state: str  # invited, joined, declined or staff
    discreet: bool
    name: str | None = None
    my: dict[str, str] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where one rehearsal begins."""

    flow: Flow
    channel: Channel
    now: datetime
    zone: str
    config: Config
    given: Given = field(default_factory=Given)
    safe_hours: tuple[time, time] = _DAY_HOURS


def scene_of(stage: Stage, flow: Flow, channel: Channel, given: Given, today: date) -> Scene:
    """The scene that a story gives: Tuesday at eleven with somebody on duty, where it says nothing else."""
    zone = stage.config.service.zone
    config = _with_duty(stage.config, given.on_duty is not False)
    return Scene(flow, channel, _moment(given.now or _USUAL, today, zone), zone, config, given)


def scene_now(stage: Stage, flow: Flow, channel: Channel, given: Given, now: datetime) -> Scene:
    """The scene of this very moment, by the home's own rota, where nothing else is given."""
    zone = stage.config.service.zone
    config = stage.config if given.on_duty is None else _with_duty(stage.config, given.on_duty)
    at = now if given.now is None else _moment(given.now, now.date(), zone)
    return Scene(flow, channel, at, zone, config, given)


def person_of(scene: Scene, language: str) -> Person:
    """Everyone is discreet until they choose otherwise, which they are first asked in the first flow."""
    given, flow = scene.given, scene.flow
    shared = given.my.get("shared_phone")
    told = given.discreet if given.discreet is not None else None if shared is None else shared == "yes"
    state = "staff" if flow.for_staff else "invited" if flow.name == WELCOME else "joined"
    return Person(
        language=language,
        language_known=given.language is not None or flow.name != WELCOME,
        state=state,
        discreet=flow.name == WELCOME if told is None else told,
        name=given.name,
        my=dict(given.my),
        consents=dict(given.consents),
    )


def _moment(hour: Hour, today: date, zone: str) -> datetime:
    """The next such hour from today on."""
    day = today + timedelta(days=(hour.weekday - today.weekday()) % 7)
    return moment_at(day, hour.minute, zone).astimezone(UTC)


def _with_duty(config: Config, somebody: bool) -> Config:
    """The same service with one worker at every hour, or with nobody at all."""
    shift = Shift((_WORKER.id,), frozenset(range(7)), Hours(0, MINUTES_A_DAY))
    rota = Rota(config.service.zone, (shift,) if somebody else ())
    return replace(config, team={_WORKER.id: _WORKER}, rota=rota)
