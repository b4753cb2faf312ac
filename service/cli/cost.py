"""Count what a flow costs: texts, calls, what people pay, and minutes of staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

import click
from babel.numbers import format_currency, get_currency_precision

from service.cli._home import HOME, flow_named, language_named, opened
from service.cli.story import stage_of
from service.core.config import Prices, Rates
from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.story import Given
from service.usecases.rehearsal import Stage, Way, Ways, scene_of, ways_through

MOST_REPLIES: Final = 2  # a check-in by text needs no more of a person who pays for each
_NAME: Final = "Aleksandra"  # a long name, since names are in the texts too
_A_WEEK: Final = {"every week": 1, "every day": 7}
_WHERE: Final = "config/README.md says how"


@click.command("cost")
@click.argument("flow")
@click.option("--people", type=click.IntRange(1), required=True, help="How many people are asked.")
@click.option("--language", help="In which language; without it, the one the service begins in.")
@HOME
def command(flow: str, people: int, language: str | None, home: Path) -> None:
    """Count what FLOW costs with so many people: parts out and in, money, what people pay, and minutes of staff.

    Prices and rates stand in config/service.yml. What is not declared there is not counted, and never guessed.
    """
    _, release = opened(home)
    plan, code = flow_named(release, flow), language_named(release, language)
    service = release.config.service
    counted = Counted(plan, people, code, _today())
    for line in report(stage_of(release), counted, service.prices, service.rates):
        click.echo(line)


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Counted:
    """What is to be counted: one flow with so many people."""

    flow: Flow
    people: int
    language: str
    today: date

    @property
    def check_ins(self) -> int:
        """In a week, or once where it does not come back every week."""
        return self.people * _A_WEEK.get(self.flow.starts, 1)

    @property
    def how_often(self) -> str:
        """In words."""
        if self.flow.starts in _A_WEEK:
            return f"{self.flow.starts}, so {_count(self.check_ins, 'check-in')} a week"
        return f"{self.flow.starts}, here once for each"


def report(stage: Stage, counted: Counted, prices: Prices | None, rates: Rates | None) -> Iterator[str]:
    """Every line of the answer."""
    yield f"{counted.flow.name} in {counted.language}, {_count(counted.people, 'person', 'people')}, {counted.how_often}."
    period = "a week" if counted.flow.starts in _A_WEEK else "in all"
    for channel in counted.flow.channels:
        scene = scene_of(stage, counted.flow, channel, Given(name=_NAME), counted.today)
        ways = ways_through(stage, scene, counted.language)
        yield ""
        if channel is Channel.SMS:
            yield from _texts(ways, counted, prices, period)
        else:
            yield from _calls(ways, counted, prices, period)
    yield ""
    yield from _staff(counted, rates, period)


def _texts(ways: Ways, counted: Counted, prices: Prices | None, period: str) -> Iterator[str]:
    yield f"By text ({_many(ways)}):"
    for name, way in _three(ways):
        out = f"{_count(way.texts_out, 'text')} out in {_count(way.parts_out, 'part')}"
        yield f"  {name}: {out}, {_count(way.texts_in, 'text')} in{_price_of(way, counted, prices, period)}"
    yield f"  {_replies(ways, counted)}"
    yield from _money_missing(prices, "text_out", "text_in")
    yield f"  {_person_pays(ways, prices)}"


def _replies(ways: Ways, counted: Counted) -> str:
    most = ways.most_replies
    said = f"A person sends at most {_count(most, 'text')}."
    if most <= MOST_REPLIES:
        return said
    if counted.flow.starts == "on joining":
        return f"{said} That is once, when they join."
    return f"{said} MORE THAN {MOST_REPLIES}: each may cost them; ask less by text, or ask it only in calls."


def _price_of(way: Way, counted: Counted, prices: Prices | None, period: str) -> str:
    if prices is None or prices.text_out is None or prices.text_in is None:
        return ""
    one = way.parts_out * prices.text_out + way.texts_in * prices.text_in
    return f"; {_money(one, prices)} each, {_money(one * counted.check_ins, prices)} {period}"


def _person_pays(ways: Ways, prices: Prices | None) -> str:
    if prices is None or prices.person_text is None:
        return f"What a text costs the person is not declared: write person_text under prices; {_WHERE}."
    if not prices.person_text:
        return "The person pays nothing for a text, as config/service.yml says."
    least, most = (_money(way.texts_in * prices.person_text, prices) for way in (ways.shortest, ways.longest))
    return f"The person pays {least} to {most} each time. Calling us back is free for them."


def _calls(ways: Ways, counted: Counted, prices: Prices | None, period: str) -> Iterator[str]:
    yield f"By call ({_many(ways)}), about:"
    for name, way in _three(ways):
        minutes = max(1, round(way.seconds / 60))
        cost = ""
        if prices is not None and prices.call_minute is not None:
            one = minutes * prices.call_minute
            cost = f"; {_money(one, prices)} each, {_money(one * counted.check_ins, prices)} {period}"
        yield f"  {name}: {_count(minutes, 'minute')}{cost}"
    yield from _money_missing(prices, "call_minute")
    yield "  The person pays nothing: we ring them, and we ring back whoever rings us."


def _money_missing(prices: Prices | None, *needed: str) -> Iterator[str]:
    missing = [key for key in needed if prices is None or getattr(prices, key) is None]
    if missing:
        where = f"under prices in config/service.yml; {_WHERE}"
        yield f"  What it costs us is not counted: write {' and '.join(missing)} {where}."
    elif prices is not None:
        yield f"  Prices: {prices.source}, {prices.as_of}."


def _staff(counted: Counted, rates: Rates | None, period: str) -> Iterator[str]:
    if rates is None:
        yield "Staff: nobody has declared how long answers keep them, so whether there is time to read them is not known."
        yield f"  Write rates in config/service.yml, from your own counts; {_WHERE}."
        return
    yield "Staff, by the rates in config/service.yml:"
    total = Decimal(0)
    for name in ("urgent", "soon", "routine"):
        rate = getattr(rates, name)
        come = rate.per_100 * counted.check_ins / 100
        minutes = come * rate.minutes
        total += minutes
        yield f"  {name}: {_number(come)} {period} at {_number(rate.minutes)} minutes, {_number(minutes)} minutes"
    yield f"  together {_number(total)} minutes {period}, which is {_number(total / 60)} hours."
    yield "  Ask no more people than that time is paid for."


def _three(ways: Ways) -> Iterator[tuple[str, Way]]:
    yield from (("shortest", ways.shortest), ("in the middle", ways.typical), ("longest", ways.longest))


def _many(ways: Ways) -> str:
    return _count(len(ways.ways), "way") + (" through" if ways.all_walked else " through walked, there are more")


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _number(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.1'), ROUND_HALF_UP):,}".removesuffix(".0")


def _money(amount: Decimal, prices: Prices) -> str:
    """With a digit more where it would be nothing."""
    digits = get_currency_precision(prices.currency)
    if amount and amount < Decimal(1).scaleb(-digits) * 10:
        digits += 2
    pattern = f"¤#,##0.{'0' * digits}" if digits else "¤#,##0"
    return format_currency(amount, prices.currency, pattern, locale="en", currency_digits=False)
