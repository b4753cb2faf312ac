"""The rota as written: times and days as people say them, and each fault with its line."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.rota import Hours
from tests.core.config_texts import ROTA, load, problems


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("from: 09:00\n    to: 17:00", Hours(540, 1020)),
        ('from: "09:00"\n    to: "17:00"', Hours(540, 1020)),
        ("from: 9:30\n    to: 24:00", Hours(570, 1440)),
        ("from: 22:00\n    to: 06:00", Hours(1320, 1800)),
        ("from: 00:00\n    to: 00:01", Hours(0, 1)),
        ("from: 12:30  # half past\n    to: 12:45", Hours(750, 765)),
    ],
)
def test_times_are_times_quoted_or_not_and_never_numbers_in_base_sixty(written: str, hours: Hours) -> None:
    rota = ROTA.replace("from: 09:00\n    to: 17:00", written)
    assert load(rota=rota).rota.shifts[0].hours == hours


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("every day", range(7)),
        ("Monday to Friday", range(5)),
        ("Saturday, Sunday", [5, 6]),
        ("[Saturday, Sunday]", [5, 6]),
        ("Saturday and Sunday", [5, 6]),
        ("wednesday", [2]),
        ("Friday to Monday", [4, 5, 6, 0]),
        ("Monday to Tuesday, Friday", [0, 1, 4]),
    ],
)
def test_days_are_written_as_people_say_them(written: str, days: list[int]) -> None:
    rota = ROTA.replace("Monday to Friday", written)
    assert load(rota=rota).rota.shifts[0].days == frozenset(days)


def test_times_left_out_are_the_whole_day_and_a_change_may_close_many_days() -> None:
    rota = ROTA.replace("2026-12-25, who: ben, from: 09:00, to: 17:00", "2026-12-24 to 2026-12-31, who: nobody")
    [closed] = load(rota=rota).rota.changes
    assert (closed.first, closed.last, closed.who) == (date(2026, 12, 24), date(2026, 12, 31), ())
    assert closed.hours == Hours(0, 1440)


def test_a_rota_may_go_by_its_own_clock() -> None:
    assert load(rota="zone: Asia/Karachi\n" + ROTA).rota.zone == "Asia/Karachi"


ROTA_FAULTS = [
    ("who: [amina, ben]", "who: [amna, ben]", 2, "amna is not in config/team.yml; did you mean amina?"),
    (
        "who: [amina, ben]",
        "who: [zebedee]",
        2,
        "zebedee is not in config/team.yml; write one of: amina, ben, petra, sam",
    ),
    ("who: [amina, ben]", "who: sam", 2, "sam is neither trained staff nor peer; give the shift to somebody who is"),
    ("who: [amina, ben]", "who: nobody", 2, "who: nobody is on this shift; name somebody, or leave the shift out"),
    ("who: [amina, ben]", "who: [ben, nobody]", 2, "who: nobody stands beside a name; write one or the other"),
    ("who: [amina, ben]", "who: []", 2, "who is missing in a shift; write who: …"),
    ("    days: Monday to Friday\n", "", 2, "days is missing in a shift; write days: …"),
    ("days: Monday", "day: Monday", 3, "day is not known in a shift; did you mean days?"),
    ("Monday to Friday", "Mondy to Friday", 3, "days: Mondy is not a day of the week; did you mean Monday?"),
    (
        "Monday to Friday",
        "1 2 3",
        3,
        "days: 1 2 3 is not a day of the week; write every day, Monday to Friday, or Saturday, Sunday",
    ),
    (
        "Monday to Friday",
        "weekdays",
        3,
        "days: weekdays is not a day of the week; did you mean Monday to Friday?",
    ),
    (
        "from: 09:00\n",
        "from: 25:00\n",
        4,
        "from: 25:00 is not a time of day; write one from 00:00 to 24:00, such as 09:00",
    ),
    ("from: 09:00\n", "from: 9am\n", 4, "from: 9am is not a time of day; write one from 00:00 to 24:00, such as 09:00"),
    ("from: 09:00\n", "from: 24:00\n", 4, "from: nothing starts at 24:00; write from: 00:00 and the day after"),
    (
        "to: 17:00\nch",
        "to: 09:00\nch",
        5,
        "to: a shift ends when it starts; for a whole day write from: 00:00 and to: 24:00",
    ),
    ("    to: 17:00\nch", "ch", 4, "from: from and to stand together; write both, or neither for the whole day"),
    ("2026-12-25", "25/12/2026", 7, "on: 25/12/2026 is not a date; write year-month-day, such as 2026-12-25"),
    ("2026-12-25", "2026-02-30", 7, "on: 2026-02-30 is not a day that exists; write one such as 2026-12-25"),
    ("2026-12-25", "2026-12-25 to 2026-12-24", 7, "on: 2026-12-24 is before 2026-12-25; write the earlier day first"),
    ("page: on duty", "page: petra", 9, "petra is not trained staff, and nobody else is paged; name another member"),
    ("page: on duty", "page: bem", 9, "bem is not in config/team.yml; did you mean ben?"),
    ("wait: 5 minutes", "wait: 5 min", 10, "wait: 5 min is not a length of time; write it as 5 minutes or 2 hours"),
    ("wait: 5 minutes", "wait: 2 hours", 10, "wait: 2 hours is too long; write 1 hour at most"),
    (
        "wait: 5 minutes",
        "repeat: 5 minutes",
        10,
        "repeat is not known in a rung that is not the last; write one of: page, wait",
    ),
    (
        "page: ben",
        "page: on duty",
        11,
        "page: on duty may be nobody; name the duty manager on the last rung, such as page: ben",
    ),
    (
        "wait: 5 minutes",
        "wait: 15 minutes",
        11,
        "the last rung is asked after 15 minutes, and urgent is promised in 15 minutes; "
        "shorten the waits, or promise more in config/service.yml",
    ),
    ("operator: sam", "operator: ben", 14, "ben has not the duty operator; add it in config/team.yml"),
    ("operator: sam", "", 1, "operator is missing in rota.yml; write operator: …"),
    (
        "forgotten_after: 30 minutes",
        "forgotten_after: 0 minutes",
        13,
        "forgotten_after: 0 minutes is not a length of time; write it as 5 minutes or 2 hours",
    ),
    ("changes:", "chnages:", 6, "chnages is not known in rota.yml; did you mean changes?"),
    (
        "operator: sam",
        "operator: sam #1",
        14,
        'what follows # would be lost; put "quotes" around the words, or two spaces before a note',
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), ROTA_FAULTS)
def test_a_fault_in_the_rota_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in ROTA
    assert f"config/rota.yml:{line}: {message}" in problems(rota=ROTA.replace(old, new, 1))


def test_one_fault_is_named_once() -> None:
    nested = ROTA.replace("who: [amina, ben]", "who: [[amina]]")
    assert problems(rota=nested) == ["config/rota.yml:2: who is a list of single words; write who: [one, other]"]


SECOND_SHIFT = """\
  - who: {who}
    days: {days}
    from: {start}
    to: {end}
changes:
"""


@pytest.mark.parametrize(
    ("who", "days", "start", "end", "overlaps"),
    [
        ("ben", "Monday", "16:00", "18:00", True),
        ("ben", "Monday", "17:00", "18:00", False),
        ("petra", "Monday", "16:00", "18:00", False),
        ("ben", "Saturday", "09:00", "17:00", False),
        ("ben", "Sunday", "22:00", "09:01", True),
        ("ben", "Sunday", "22:00", "09:00", False),
        ("ben", "every day", "08:00", "20:00", True),
    ],
)
def test_nobody_is_on_duty_twice_at_once(who: str, days: str, start: str, end: str, overlaps: bool) -> None:
    second = SECOND_SHIFT.format(who=who, days=days, start=start, end=end)
    rota = ROTA.replace("changes:\n", second)
    if overlaps:
        assert problems(rota=rota) == [
            "config/rota.yml:6: ben is already on duty then, by line 2; change one of the two shifts"
        ]
    else:
        assert len(load(rota=rota).rota.shifts) == 2


@pytest.mark.parametrize(
    ("second", "overlaps"),
    [
        ("on: 2026-12-25, who: amina, from: 16:00, to: 18:00", True),
        ("on: 2026-12-20 to 2026-12-31, who: nobody", True),
        ("on: 2026-12-24, who: amina, from: 22:00, to: 09:30", True),
        ("on: 2026-12-24, who: amina, from: 22:00, to: 09:00", False),
        ("on: 2026-12-25, who: amina, from: 17:00, to: 18:00", False),
        ("on: 2026-12-26, who: amina", False),
    ],
)
def test_two_changes_never_speak_for_the_same_hour(second: str, overlaps: bool) -> None:
    rota = ROTA.replace("ladder:", f"  - {{{second}}}\nladder:")
    if overlaps:
        message = "this change overlaps that of line 7; write one change with everybody in it"
        assert problems(rota=rota) == [f"config/rota.yml:8: {message}"]
    else:
        assert len(load(rota=rota).rota.changes) == 2
