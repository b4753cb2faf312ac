"""What a coordinator writes: understood as meant, or every problem at once with its line and what to write instead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from service.core.config_file import ConfigProblems, load_config, usable_numbers
from service.core.config_groups import CHECK_IN_KEYS, GROUP_KEYS
from service.core.config_rota import ROTA_KEYS
from service.core.config_service import NUMBER_KEYS, SERVICE_KEYS
from service.core.config_team import MEMBER_KEYS
from service.core.ladder import ON_DUTY
from service.core.model import Duty
from service.core.rota import Hours
from tests.core.config_texts import ROTA, SERVICE, TEAM, TODAY, load, problems

SHIPPED = Path(__file__).parents[2] / "config"


def test_what_is_written_is_what_is_meant() -> None:
    config = load()
    assert (config.service.name, config.service.country, config.service.language) == ("Alongside", "GB", "en")
    assert config.service.promises.urgent.time == timedelta(minutes=15)
    assert config.service.promises.soon.working_days == 1
    assert config.team["amina"].duties == {Duty.TRAINED_STAFF, Duty.PEER}
    assert config.team["amina"].training_until == date(2027, 6, 30)
    assert config.team["amina"].skills == {"housing"}
    assert config.team["ben"].languages == ("en",)
    assert (config.rota.zone, config.rota.shifts[0].who) == ("Europe/London", ("amina", "ben"))
    assert config.rota.shifts[0].days == frozenset(range(5))
    assert config.rota.changes[0].first == config.rota.changes[0].last == date(2026, 12, 25)
    assert [rung.who for rung in config.ladder.rungs] == [ON_DUTY, "ben"]
    assert [rung.wait for rung in config.ladder.rungs] == [timedelta(minutes=5), timedelta(minutes=10)]
    assert (config.ladder.forgotten_after, config.operator) == (timedelta(minutes=30), "sam")


OTHER_FAULTS = [
    ("service", "GB", "UK", 2, "country: UK is not a country's code; did you mean GB?"),
    ("service", "GB", "Atlantis", 2, "country: Atlantis is not a country's code; write its two letters, such as GB"),
    ("service", "Europe/London", "London", 3, "zone: there is no time zone London; did you mean Europe/London?"),
    (
        "service",
        "Europe/London",
        "Europe/Lundon",
        3,
        "zone: there is no time zone Europe/Lundon; did you mean Europe/London?",
    ),
    (
        "service",
        "Europe/London",
        "Mars/Base",
        3,
        "zone: there is no time zone Mars/Base; write the continent and a big city of it, such as Europe/London",
    ),
    ("service", "language: en", "language: English", 4, "language: English is not a language's code; did you mean en?"),
    ("service", "15 minutes", "2 days", 6, "urgent: 2 days is not a length of time; write it as 5 minutes or 2 hours"),
    ("service", "15 minutes", "2 hours", 6, "urgent: 2 hours is too long; write 1 hour at most"),
    (
        "service",
        "1 working day",
        "9 working days",
        7,
        "soon: 9 working days can't be promised; write from 1 working day to 5 working days",
    ),
    ("service", "    call: 116 123\n", "", 9, "a crisis line has no number; write call: … or text: …"),
    (
        "service",
        "116 123",
        "one one six",
        10,
        "call: a number to ring is digits and single spaces; write it as a person in the country would dial it",
    ),
    ("service", "free: yes", "free: maybe", 11, "free: maybe is not an answer here; write yes or no"),
    (
        "service",
        "2026-11-01",
        "2026-11-26",
        14,
        "verified_on: 2026-11-26 is still to come; write the day on which somebody rang it",
    ),
    (
        "service",
        "    verified_by: Carol\n",
        "",
        14,
        "verified_on: verified_by is missing beside it; write who rang the number, and where it is published",
    ),
    (
        "team",
        "  ben:",
        "  Ben B:",
        8,
        "Ben B can't name a member; write a short name in small letters, such as amina or amina-k",
    ),
    ("team", "duties: peer", "duties: pear", 15, "duties: pear is not a duty; did you mean peer?"),
    (
        "team",
        "duties: peer",
        "duties: doctor",
        15,
        "duties: doctor is not a duty; write one of: trained staff, peer, coordinator, auditor, operator",
    ),
    ("team", "[en, ur]", "[en, urdu]", 6, "languages: urdu is not a language's code; did you mean ur?"),
    (
        "team",
        "    trained_until: 2027-06-30\n",
        "",
        2,
        "amina is trained staff; write until when: trained_until: 2027-06-30",
    ),
    (
        "team",
        "duties: peer\n",
        "duties: peer\n    trained_until: 2027-06-30\n",
        16,
        "trained_until counts for trained staff only; add trained staff to the duties, or leave it out",
    ),
    ("team", "  petra:\n", "  ben:\n", 13, "ben stands here a second time (first in line 8); keep one"),
    ("team", "team:", "people:", 1, "people is not known in team.yml; write one of: team"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "message"), OTHER_FAULTS)
def test_a_fault_elsewhere_is_named_with_its_line(file: str, old: str, new: str, line: int, message: str) -> None:
    text = {"service": SERVICE, "team": TEAM}[file]
    assert old in text
    assert f"config/{file}.yml:{line}: {message}" in problems(**{file: text.replace(old, new, 1)})


def test_the_next_day_may_have_begun_where_the_service_is() -> None:
    [number] = load(service=SERVICE.replace("2026-11-01", "2026-11-25")).service.numbers
    assert number.verified_on == date(2026, 11, 25)


def test_all_problems_of_all_files_come_at_once_in_the_order_of_their_lines() -> None:
    found = problems(
        service=SERVICE.replace("GB", "UK").replace("free: yes", "free: maybe"),
        team=TEAM.replace("duties: peer", "duties: pear"),
        rota=ROTA.replace("[amina, ben]", "[amna, petra]").replace("to: 17:00\nch", "to: 17.00\nch"),
    )
    assert [problem.split(": ")[0] for problem in found] == [
        "config/service.yml:2",
        "config/service.yml:11",
        "config/team.yml:15",
        "config/rota.yml:2",
        "config/rota.yml:5",
    ]


def test_somebody_half_written_in_the_team_is_not_blamed_in_the_rota_too() -> None:
    found = problems(team=TEAM.replace("    name: Ben\n", ""))
    assert found == ["config/team.yml:8: name is missing in ben; write name: …"]


def test_missing_files_and_files_that_nobody_reads_are_named() -> None:
    with pytest.raises(ConfigProblems) as caught:
        load_config({"config/service.yml": SERVICE, "config/rotas.yml": ROTA}, TODAY)
    assert str(caught.value).splitlines() == [
        "config/team.yml:1: the file is missing; config/README.md shows what to write",
        "config/rota.yml:1: the file is missing; config/README.md shows what to write",
        "config/rotas.yml:1: nothing reads this file; did you mean config/rota.yml?",
    ]


def test_training_may_lapse_on_a_lower_rung_but_not_on_the_last() -> None:
    lapsed = TEAM.replace("2027-06-30", "2026-11-23")
    fault = "the training of ben ended on 2026-11-23, so the last rung wakes nobody"
    remedy = "name another member, or renew the date in config/team.yml"
    assert problems(team=lapsed) == [f"config/rota.yml:11: {fault}; {remedy}"]
    assert load(team=TEAM.replace("2027-06-30", "2026-11-24")).operator == "sam"
    amina_lapsed = TEAM.replace("2027-06-30", "2026-11-23", 1)
    assert load(team=amina_lapsed, rota=ROTA.replace("page: on duty", "page: amina")).operator == "sam"


def test_the_config_that_ships_loads_covers_the_day_and_shows_no_unverified_number() -> None:
    files = {f"config/{path.name}": path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.yml")}
    config = load_config(files, TODAY)
    assert sorted(config.team) == ["amina", "ben", "sam"]
    assert usable_numbers(config.service, TODAY, "en") == ()
    [shift] = config.rota.shifts
    assert (shift.days, shift.hours) == (frozenset(range(7)), Hours(0, 1440))


def test_every_key_is_explained_in_the_readme() -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    keys = {
        *ROTA_KEYS,
        *SERVICE_KEYS,
        *NUMBER_KEYS,
        *MEMBER_KEYS,
        *GROUP_KEYS,
        *CHECK_IN_KEYS,
        "who",
        "days",
        "on",
        "from",
        "to",
        "page",
        "wait",
        "repeat",
    }
    assert [key for key in sorted(keys) if f"`{key}" not in readme] == []
