"""The few kinds of words that a story is written in. Each gives its meaning, or raises Unclear with what to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from service.core import config_values
from service.core.model import Channel, Urgency
from service.core.preferences import PREFERENCES
from service.core.story import HASH, ONCE, STAR, TWICE, Hour
from service.core.yaml_lines import Unclear, suggest

ROLES: Final = ("participant", "trained_staff", "peer", "coordinator")
NOT_DELIVERED, OPTED_OUT = "not delivered", "opted out"
_UNITS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_SPAN = re.compile(r"([0-9]{1,4}) (minute|hour|day|week)s?")


@dataclass(frozen=True, slots=True)
class Silence:
    """How long somebody is silent; without a span, how often the service waits."""

    span: timedelta | None = None
    times: int = 1


yes_or_no = config_values.yes_or_no


def true(words: str) -> bool:
    """Only true can be written: what is not so is left out."""
    _one_of(words, ("true",))
    return True


def span(words: str) -> timedelta:
    """30 minutes, 2 hours, 1 day → a time."""
    found = _SPAN.fullmatch(words)
    if found is None or int(found[1]) == 0:
        raise Unclear(f"{words} is not a length of time; write it as 30 minutes, 2 hours or 1 day")
    return int(found[1]) * _UNITS[found[2]]


def silence(words: str) -> Silence:
    """2 hours, or once or twice: as often as the service waits."""
    if words in (ONCE, TWICE):
        return Silence(times=2 if words == TWICE else 1)
    try:
        return Silence(span(words))
    except Unclear:
        raise Unclear(f"{words} is no silence; write once, twice, or a time such as 2 hours") from None


def hour(words: str) -> Hour:
    """Tuesday 11:00 → a time of the week."""
    day, _, clock = words.rpartition(" ")
    if not day:
        raise Unclear(f"{words} is no time of the week; write the day and the hour, such as Tuesday 11:00")
    days = config_values.weekdays(day)
    if len(days) != 1:
        raise Unclear(f"{day} is more than one day; write one, such as Tuesday 11:00")
    return Hour(next(iter(days)), config_values.clock(clock) % (24 * 60))


def channel(words: str) -> Channel:
    """Sms or voice."""
    _one_of(words, tuple(one.value for one in Channel))
    return Channel(words)


def silence_plan(words: str) -> str:
    """What a person wants their silence to mean."""
    return _one_of(words, PREFERENCES["silence_plan"].values)


def delivery(words: str) -> bool:
    """Whether texts arrive; only `fails` need be written."""
    _one_of(words, ("fails",))
    return False


def role(words: str) -> str:
    """Who the person is."""
    return _one_of(words, ROLES)


def whole_number(words: str) -> int:
    """A count."""
    if not re.fullmatch(r"[0-9]{1,6}", words):
        raise Unclear(f"{words} is no whole number; write one such as 3")
    return int(words)


def keys(words: str) -> str:
    """Digits, hash or star → the keys of a phone."""
    if words in ("hash", "star"):
        return HASH if words == "hash" else STAR
    if not re.fullmatch(r"[0-9]{1,12}", words):
        raise Unclear(f"{words} is no key; write a digit, hash or star")
    return words


def deed(words: str) -> Literal["claims", "accepts"]:
    """What a worker does."""
    return "claims" if _one_of(words, ("claims", "accepts")) == "claims" else "accepts"


def urgency(words: str) -> Urgency:
    """Routine, soon or urgent."""
    return Urgency.of(_one_of(words, tuple(one.label for one in Urgency)))


def page(words: str) -> bool:
    """Who is paged: nobody but trained staff ever is."""
    _one_of(words, ("trained_staff",))
    return True


def promise(words: str) -> bool:
    """Whether a time was promised."""
    return _one_of(words, ("given", "none")) == "given"


def later(words: str) -> tuple[str, timedelta]:
    """after-a-hard-week in 2 days → the flow and the time until it begins."""
    flow, _, after = words.partition(" in ")
    if not after:
        raise Unclear(f"{words} says no time; write the flow and when, such as after-a-hard-week in 2 days")
    return flow.strip(), span(after.strip())


def told(words: str) -> str:
    """What staff are told that is not about an answer."""
    return _one_of(words, (NOT_DELIVERED, OPTED_OUT))


def _one_of(words: str, known: tuple[str, ...]) -> str:
    if words not in known:
        raise Unclear(f"{words} is not known here; {suggest(words, known)}")
    return words
