"""Prices and rates: counted with where somebody declared them, refused where they are no numbers, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from service.core.config import Rate
from tests.core.config_texts import SERVICE, load, problems

PRICES = """\
prices:
  currency: GBP
  text_out: 0.04
  person_text: 0
  source: the carrier's page
  as_of: 2026-11-20
"""
RATES = """\
rates:
  urgent: {minutes: 45, per_100: 1}
  soon: {minutes: 10, per_100: 12.5}
  routine: {minutes: 2, per_100: 30}
"""


def test_nothing_is_assumed_where_nothing_is_declared() -> None:
    service = load().service
    assert (service.prices, service.rates) == (None, None)


def test_prices_and_rates_are_read_as_written() -> None:
    service = load(service=SERVICE + PRICES + RATES).service
    assert service.prices is not None
    assert (service.prices.currency, service.prices.as_of) == ("GBP", date(2026, 11, 20))
    assert (service.prices.text_out, service.prices.person_text) == (Decimal("0.04"), Decimal(0))
    assert (service.prices.text_in, service.prices.call_minute) == (None, None)
    assert service.rates is not None
    assert service.rates.soon == Rate(Decimal(10), Decimal("12.5"))


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("text_out: 0.04", "text_out: 0,04", "text_out: 0,04 is no price; write it with a point and without the currency"),
        ("text_out: 0.04", "text_out: -1", "text_out: -1 is no price"),
        ("text_out: 0.04", "textout: 0.04", "textout is not known in prices; did you mean text_out?"),
        ("currency: GBP", "currency: pounds", "currency: pounds is no currency; write its three letters, such as GBP"),
        ("currency: GBP", "currency: gbp", "currency: gbp is no currency; did you mean GBP?"),
        ("  source: the carrier's page\n", "", "source is missing in prices; write source: …"),
        ("as_of: 2026-11-20", "as_of: 2027-01-01", "as_of: 2027-01-01 is still to come; write the day on which you looked"),
        ("  text_out: 0.04\n  person_text: 0\n", "", "no price stands here; write one or more of: text_out, text_in"),
        ("  routine: {minutes: 2, per_100: 30}\n", "", "routine is missing in rates; write routine: …"),
        ("minutes: 45", "minutes: long", "minutes: long is no number of minutes; write one such as 10"),
        ("per_100: 30", "per_100: 101", "per_100: 101 is not how many of 100 check-ins; write a number from 0 to 100"),
    ],
)
def test_each_fault_is_told_with_what_to_write(good: str, bad: str, says: str) -> None:
    text = (SERVICE + PRICES + RATES).replace(good, bad, 1)
    told = problems(service=text)
    assert len(told) == 1
    assert told[0].split(": ", 1)[1].startswith(says), told
