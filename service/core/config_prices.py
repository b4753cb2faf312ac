"""Two optional parts of config/service.yml: what texts and calls cost, and how long people's answers keep staff."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import list_currencies

from service.core import config_values as values
from service.core.config import Prices, Rate, Rates
from service.core.yaml_lines import Fields, Sheet, Unclear, Written

PRICES = ("text_out", "text_in", "person_text", "call_minute")
PRICES_NEED = ("currency", "source", "as_of")
RATES = ("urgent", "soon", "routine")
RATE_NEEDS = ("minutes", "per_100")
ONE_DAY = timedelta(days=1)


def read_prices(sheet: Sheet, written: Written | None, today: date) -> Prices | None:
    """The prices as written, None where there are none or a problem is noted."""
    if written is None:
        return None
    before = len(sheet.problems)
    fields = Fields(sheet, written, "prices", (*PRICES, *PRICES_NEED), PRICES_NEED)
    currency, source = fields.value("currency", _currency), fields.value("source", str)
    as_of = fields.value("as_of", values.one_date)
    if as_of is not None and as_of > today + ONE_DAY:
        fields.wrong("as_of", f"{as_of} is still to come; write the day on which you looked")
    found = {key: fields.value(key, _price) for key in PRICES}
    if len(sheet.problems) == before and all(price is None for price in found.values()):
        sheet.wrong(written.line, f"no price stands here; write one or more of: {', '.join(PRICES)}")
    if len(sheet.problems) > before or currency is None or source is None or as_of is None:
        return None
    return Prices(currency, source, as_of, **found)


def read_rates(sheet: Sheet, written: Written | None) -> Rates | None:
    """The rates as written, None where there are none or a problem is noted."""
    if written is None:
        return None
    fields = Fields(sheet, written, "rates", RATES, RATES)
    urgent, soon, routine = (_rate(sheet, fields.get(key), key) for key in RATES)
    return Rates(urgent, soon, routine) if urgent and soon and routine else None


def _rate(sheet: Sheet, written: Written | None, what: str) -> Rate | None:
    if written is None:
        return None
    fields = Fields(sheet, written, what, RATE_NEEDS, RATE_NEEDS)
    minutes, per_100 = fields.value("minutes", _amount), fields.value("per_100", _share)
    return Rate(minutes, per_100) if minutes is not None and per_100 is not None else None


def _currency(words: str) -> str:
    known = list_currencies()
    if words not in known:
        hint = f"did you mean {words.upper()}?" if words.upper() in known else "write its three letters, such as GBP"
        raise Unclear(f"{words} is no currency; {hint}")
    return words


def _price(words: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", words):
        raise Unclear(f"{words} is no price; write it with a point and without the currency, such as 0.04")
    return Decimal(words)


def _amount(words: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", words):
        raise Unclear(f"{words} is no number of minutes; write one such as 10")
    return Decimal(words)


def _share(words: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", words) or Decimal(words) > 100:
        raise Unclear(f"{words} is not how many of 100 check-ins; write a number from 0 to 100")
    return Decimal(words)
