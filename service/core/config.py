"""What a service decides about itself: its name, place, promises, crisis numbers, people and rota."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from service.core.groups import Group
from service.core.ladder import Ladder
from service.core.language_codes import is_spoken
from service.core.model import Urgency
from service.core.rota import Rota
from service.core.team import Team

VERIFIED_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Within:
    """How long an answer may take: `time` counts while somebody is on duty; `working_days` to the end of such a day."""

    time: timedelta = timedelta()
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class PromiseRules:
    """What is promised for each urgency that is answered. Routine things are read, and promise nothing."""

    urgent: Within
    soon: Within

    def of(self, urgency: Urgency) -> Within | None:
        """The rule for an urgency, if one is promised."""
        return {Urgency.URGENT: self.urgent, Urgency.SOON: self.soon}.get(urgency)


@dataclass(frozen=True, slots=True)
class CrisisNumber:
    """A line outside the service. `call` is what to dial, `text` what to text; one of them may be empty."""

    name: str
    call: str
    text: str
    free: bool
    languages: tuple[str, ...]
    hours: str
    verified_on: date | None
    verified_by: str
    source: str

    @property
    def number(self) -> str:
        """The one to show where there is room for one: the call if there is one, else the text."""
        return self.call or self.text


@dataclass(frozen=True, slots=True)
class Prices:
    """What the carrier asks for a part of a text, out or in, and a minute of a call; and what a person pays for a text.

    `currency` is ISO 4217. `source` and `as_of` say where and when somebody looked. None: nobody has said.
    """

    currency: str
    source: str
    as_of: date
    text_out: Decimal | None = None
    text_in: Decimal | None = None
    person_text: Decimal | None = None
    call_minute: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """How many minutes one such thing keeps a worker, and how many come of 100 check-ins."""

    minutes: Decimal
    per_100: Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """What a team expects of its own work, from its own counts."""

    urgent: Rate
    soon: Rate
    routine: Rate


@dataclass(frozen=True, slots=True)
class Service:
    """The service itself. `country` is ISO 3166 (GB), `zone` an IANA time zone, `language` the one it begins in."""

    name: str
    country: str
    zone: str
    language: str
    numbers: tuple[CrisisNumber, ...]
    promises: PromiseRules
    prices: Prices | None = None
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that coordinators decide in `config/`, checked as a whole."""

    service: Service
    team: Team
    rota: Rota
    ladder: Ladder
    operator: str
    groups: Mapping[str, Group] = field(default_factory=dict)  # by id; none where there is no groups.yml


def usable_numbers(service: Service, today: date, language: str) -> tuple[CrisisNumber, ...]:
    """The numbers that may be shown: verified within 180 days; in the person's language first, then in the service's.

    The 180 days are a rule of duty of care: published lists of crisis lines disagree, and a dead number costs a life.
    """
    fresh = [number for number in service.numbers if _is_fresh(number, today)]
    theirs = [number for number in fresh if is_spoken(language, number.languages)]
    ours = [number for number in fresh if is_spoken(service.language, number.languages) and number not in theirs]
    return tuple(theirs + ours)


def _is_fresh(number: CrisisNumber, today: date) -> bool:
    return number.verified_on is not None and timedelta() <= today - number.verified_on <= VERIFIED_FOR
