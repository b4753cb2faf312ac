"""config/rota.yml: who is on duty when, whom to alert in which order, and who keeps the machine running."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from service.core import config_values as values
from service.core.ladder import ON_DUTY, Rung
from service.core.rota import MINUTES_A_DAY, Change, Hours, Shift
from service.core.yaml_lines import Fields, Sheet, Text, Written

ROTA_KEYS = ("zone", "shifts", "changes", "ladder", "forgotten_after", "operator")
ROTA_NEEDS = ("shifts", "ladder", "forgotten_after", "operator")
NOBODY = "nobody"
ALL_DAY = Hours(0, MINUTES_A_DAY)


@dataclass(frozen=True, slots=True)
class WrittenRota:
    """All of rota.yml that could be understood, with the lines where it stands."""

    zone: str | None
    shifts: tuple[tuple[int, Shift], ...]
    changes: tuple[tuple[int, Change], ...]
    rungs: tuple[Rung, ...]
    forgotten_after: timedelta | None
    operator: Text | None
    on_shifts: tuple[Text, ...]
    on_rungs: tuple[Text, ...]
    on_last_rung: Text | None


def read_rota(sheet: Sheet) -> WrittenRota | None:
    """What rota.yml says, with every problem noted in the sheet; None if it can't be read at all."""
    written = sheet.read()
    if written is None:
        return None
    fields = Fields(sheet, written, "rota.yml", ROTA_KEYS, ROTA_NEEDS)
    shifts = [_fields_of(sheet, one, "a shift", "days") for one in fields.many("shifts")]
    changes = [_fields_of(sheet, one, "a change", "on") for one in fields.many("changes")]
    rungs = fields.many("ladder")
    read = [_rung(sheet, one, is_last=one is rungs[-1]) for one in rungs]
    named = [name for _, name in read]
    return WrittenRota(
        zone=fields.value("zone", values.zone),
        shifts=tuple((one.line, shift) for one in shifts if (shift := _shift(one))),
        changes=tuple((one.line, change) for one in changes if (change := _change(one))),
        rungs=tuple(rung for rung, _ in read if rung),
        forgotten_after=fields.value("forgotten_after", values.forgotten_after),
        operator=fields.text("operator"),
        on_shifts=tuple(_names(shifts + changes)),
        on_rungs=tuple(name for name in named if name),
        on_last_rung=named[-1] if named else None,
    )


def _fields_of(sheet: Sheet, written: Written, what: str, when: str) -> Fields:
    return Fields(sheet, written, what, ("who", when, "from", "to"), ("who", when))


def _names(all_fields: Iterable[Fields]) -> Iterable[Text]:
    return (name for fields in all_fields for name in fields.texts("who") if name.value != NOBODY)


def _shift(fields: Fields) -> Shift | None:
    who, hours = _people(fields), _hours(fields)
    if who == ():
        fields.wrong("who", "nobody is on this shift; name somebody, or leave the shift out")
    days = [fields.parsed("days", one, values.weekdays) for one in fields.texts("days")]
    on = frozenset(day for some in days if some for day in some)
    return Shift(who, on, hours) if who and on and hours else None


def _change(fields: Fields) -> Change | None:
    who, on, hours = _people(fields), fields.value("on", values.dates), _hours(fields)
    return Change(on[0], on[1], who, hours) if who is not None and on and hours else None


def _people(fields: Fields) -> tuple[str, ...] | None:
    """The ids, in the order written; empty for nobody, None where there is a problem."""
    names = tuple(dict.fromkeys(name.value for name in fields.texts("who")))
    if names == (NOBODY,):
        return ()
    if NOBODY in names:
        fields.wrong("who", "nobody stands beside a name; write one or the other")
    return names if names and NOBODY not in names else None


def _hours(fields: Fields) -> Hours | None:
    """From and to; both left out is the whole day, and a `to` before its `from` is on the next morning."""
    begin, finish = fields.get("from"), fields.get("to")
    if begin is None and finish is None:
        return ALL_DAY
    if begin is None or finish is None:
        fields.wrong("from" if begin else "to", "from and to stand together; write both, or neither for the whole day")
    start, end = fields.value("from", values.clock), fields.value("to", values.clock)
    if start is None or end is None:
        return None
    if start == MINUTES_A_DAY:
        fields.wrong("from", "nothing starts at 24:00; write from: 00:00 and the day after")
        return None
    if start == end:
        fields.wrong("to", f"{fields.what} ends when it starts; for a whole day write from: 00:00 and to: 24:00")
        return None
    return Hours(start, end if end > start else end + MINUTES_A_DAY)


def _rung(sheet: Sheet, written: Written, is_last: bool) -> tuple[Rung | None, Text | None]:
    """A rung if it is right, and the member it names if it names one."""
    what, time = ("the last rung", "repeat") if is_last else ("a rung that is not the last", "wait")
    fields = Fields(sheet, written, what, ("page", time), ("page", time))
    page, wait = fields.text("page"), fields.value(time, values.wait)
    if page is None:
        return None, None
    if page.value.casefold() != "on duty":
        return Rung(page.value, wait, repeat=is_last) if wait else None, page
    if is_last:
        fields.wrong("page", "on duty may be nobody; name the duty manager on the last rung, such as page: ben")
    return Rung(ON_DUTY, wait) if wait and not is_last else None, None
