"""config/service.yml: what the service is called, where it is, what it promises, crisis lines, and what it costs."""

from __future__ import annotations

from datetime import date, timedelta

from service.core import config_values as values
from service.core.config import CrisisNumber, PromiseRules, Service, Within
from service.core.config_prices import read_prices, read_rates
from service.core.yaml_lines import Fields, Sheet, Written

SERVICE_NEEDS = ("name", "country", "zone", "language", "promises")
SERVICE_KEYS = (*SERVICE_NEEDS, "numbers", "prices", "rates")
NUMBER_KEYS = ("name", "call", "text", "free", "languages", "hours", "verified_on", "verified_by", "source")
NUMBER_NEEDS = ("name", "free", "languages", "hours")
ONE_DAY = timedelta(days=1)


def read_service(sheet: Sheet, today: date) -> Service | None:
    """The service as written, or None with every problem noted in the sheet."""
    written = sheet.read()
    if written is None:
        return None
    fields = Fields(sheet, written, "service.yml", SERVICE_KEYS, SERVICE_NEEDS)
    name = fields.value("name", str)
    country = fields.value("country", values.country)
    zone = fields.value("zone", values.zone)
    language = fields.value("language", values.language)
    promises = _promises(sheet, fields.get("promises"))
    numbers = [_number(sheet, item, today) for item in fields.many("numbers")]
    prices = read_prices(sheet, fields.get("prices"), today)
    rates = read_rates(sheet, fields.get("rates"))
    if name is None or country is None or zone is None or language is None or promises is None:
        return None
    shown = tuple(number for number in numbers if number)
    return Service(name, country, zone, language, shown, promises, prices, rates)


def _promises(sheet: Sheet, written: Written | None) -> PromiseRules | None:
    if written is None:
        return None
    fields = Fields(sheet, written, "promises", ("urgent", "soon"), ("urgent", "soon"))
    urgent, soon = fields.value("urgent", _urgent), fields.value("soon", values.within)
    return PromiseRules(urgent, soon) if urgent and soon else None


def _urgent(words: str) -> Within:
    """Somebody in danger is answered in minutes, so a day is never the promise."""
    return Within(time=values.wait(words))


def _number(sheet: Sheet, written: Written, today: date) -> CrisisNumber | None:
    fields = Fields(sheet, written, "a crisis line", NUMBER_KEYS, NUMBER_NEEDS)
    name, hours = fields.value("name", str), fields.value("hours", str)
    free = fields.value("free", values.yes_or_no)
    call, text = fields.value("call", values.to_dial), fields.value("text", values.to_text)
    languages = [fields.parsed("languages", one, values.language) for one in fields.texts("languages")]
    if fields.get("call") is None and fields.get("text") is None:
        sheet.wrong(written.line, "a crisis line has no number; write call: … or text: …")
    verified_on = fields.value("verified_on", values.one_date)
    verified_by, source = fields.value("verified_by", str), fields.value("source", str)
    _check_verified(fields, verified_on, today)
    if name is None or hours is None or free is None or None in languages:
        return None
    spoken = tuple(language for language in languages if language)
    return CrisisNumber(name, call or "", text or "", free, spoken, hours, verified_on, verified_by or "", source or "")


def _check_verified(fields: Fields, verified_on: date | None, today: date) -> None:
    if verified_on is None:
        return
    # `today` may be another zone's: where the service is, the next day may have begun already.
    if verified_on > today + ONE_DAY:
        fields.wrong("verified_on", f"{verified_on} is still to come; write the day on which somebody rang it")
    for key in ("verified_by", "source"):
        if fields.get(key) is None:
            message = f"{key} is missing beside it; write who rang the number, and where it is published"
            fields.wrong("verified_on", message)
