"""The truth about when somebody reads and what it costs, in the words of one person: all of it from the rota and config."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from babel import Locale
from babel.numbers import format_currency

from service.core.config import Config, usable_numbers
from service.core.language_codes import unicode_locale
from service.core.model import Urgency
from service.core.promises import Promise
from service.core.rota import HORIZON, covered
from service.core.routing import reads
from service.core.schedule import local_day


class Told(Protocol):
    """Whoever is told: one person at one moment."""

    @property
    def language(self) -> str:
        """What they are spoken to in."""

    @property
    def now(self) -> datetime:
        """The moment."""

    @property
    def zone(self) -> str:
        """Their own clock."""

    @property
    def config(self) -> Config:
        """What the service has decided about itself."""

    @property
    def is_waiting(self) -> bool:
        """Whether something of theirs is before a person."""

    @property
    def promised_for(self) -> datetime | None:
        """By when that person was promised."""

    def say(self, key: str, /, **values: str | None) -> str:
        """The service's own words in their language."""

    def when(self, moment: datetime) -> str:
        """A moment as they would say it."""

    def promise(self, urgency: Urgency) -> Promise:
        """What the rota gives, and nothing sooner (I17)."""


def promised_time(told: Told) -> str | None:
    """The time of their open escalation, as they would say it; None where none was promised, or it is over."""
    when = told.promised_for
    return None if not told.is_waiting or when is None or when <= told.now else told.when(when)


def reply_promise(told: Told) -> str:
    """When somebody reads what they wrote: the time of their open escalation, else that nothing waits for a person."""
    if not told.is_waiting:
        return told.say("reply_promise.routine")
    return told.say("reply_promise", when=promised_time(told))


def reading_hours(told: Told) -> str:
    """Whether somebody is here to read, and until when, or when next."""
    config = told.config
    run = next(covered(config.rota, reads(config.team), told.now, told.now + HORIZON), None)
    if run is None:
        return told.say("read_hours.unknown_time")
    if run.start > told.now:
        return told.say("read_hours.later", when=told.when(run.start))
    if run.end >= told.now + HORIZON:
        return told.say("read_hours.always")
    return told.say("read_hours.on_duty", when=told.when(run.end))


def crisis_lines(told: Told) -> str | None:
    """Numbers that were verified lately and may be shown; None if there is none."""
    numbers = usable_numbers(told.config.service, local_day(told.now, told.zone), told.language)
    if not numbers:
        return None
    shown = ", ".join(f"{number.number} ({number.name})" for number in numbers[:2])
    return told.say("crisis.numbers", numbers=shown)


def receipt(told: Told, urgency: Urgency) -> str:
    """The truth about when somebody reads what they just wrote."""
    promise = told.promise(urgency)
    if urgency is Urgency.URGENT:
        if promise.on_duty_now and promise.when is not None:
            body = told.say("receipt.urgent.on_duty", when=told.when(promise.when))
        elif promise.next_on is not None:
            body = told.say("receipt.urgent.later", when=told.when(promise.next_on))
        else:
            body = told.say("receipt.urgent.none")
        return f"{body} {crisis_lines(told) or told.say('crisis.unknown_numbers')}"
    if urgency is Urgency.SOON and promise.when is not None:
        return told.say("receipt.soon", when=told.when(promise.when))
    return told.say("receipt.routine" if urgency is Urgency.ROUTINE else "receipt.soon.unknown_time")


def price(told: Told) -> str | None:
    """What an answer by text costs the person, where the service states it."""
    prices = told.config.service.prices
    if prices is None or prices.person_text is None:
        return None
    locale = unicode_locale(told.language) or Locale("en")
    amount = format_currency(prices.person_text, prices.currency, locale=locale)
    return told.say("price", amount=" ".join(amount.split()))  # a space that may not break costs a text its short letters
