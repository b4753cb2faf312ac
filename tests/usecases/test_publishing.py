"""Publishing: a home is checked first; the running release and the check-ins that pinned it stay as they were."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from service.store.schema import checkins, releases
from service.usecases.publishing import HomeProblems, check_home, publish
from tests.support.house import HOME, PARTICIPANT, STRANGER
from tests.usecases.homes import Village, _shipped, home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A coordinator's own copy of the home that ships."""
    for part in ("flows", "locales", "config"):
        shutil.copytree(HOME / part, tmp_path / "home" / part)
    return tmp_path / "home"


BROKEN = [
    ("flows/weekly-check-in.yml", "    open: true\n", "    opne: true\n", "flows/weekly-check-in.yml:"),
    ("config/rota.yml", "who: [amina, ben]", "who: [amina, bne]", "config/rota.yml:"),
    ("config/team.yml", "trained_until: 2027-12-31", "trained_until: soon", "config/team.yml:"),
    ("config/service.yml", "country: GB", "country: [", "config/service.yml:"),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), BROKEN)
def test_a_broken_home_is_refused_with_file_and_line_and_the_running_release_goes_on(
    house: Village, folder: Path, file: str, old: str, new: str, named: str
) -> None:
    before = house.deps.releases.current().id
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(HomeProblems) as refused:
        publish(house.deps, folder, "a coordinator")
    assert any(str(problem).startswith(named) and problem.line > 1 for problem in refused.value.problems)
    assert house.deps.releases.current().id == before
    assert len(house.rows(select(releases))) == 1
    house.phone(STRANGER, "a stranger").texts("hello there").next()


def test_all_problems_are_named_at_once(folder: Path) -> None:
    from datetime import date

    for file, old, new, _ in BROKEN[:3]:
        (folder / file).write_text((folder / file).read_text().replace(old, new, 1))
    with pytest.raises(HomeProblems) as refused:
        check_home(folder, date(2026, 11, 24))
    assert {problem.file for problem in refused.value.problems} >= {file for file, *_ in BROKEN[:3]}


def test_a_check_in_goes_on_with_the_words_it_began_with_while_new_ones_are_published(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.hears("How was your week?")
    old = home()["flows"]["flows/weekly-check-in.yml"]
    house.publish(home(**{"weekly-check-in": old.replace("Would any of this help?", "What do you need?")}))
    noor.texts("3").hears("Would any of this help?")
    noor.texts("STOP").next()
    noor.texts("START").next()
    house.check_in()
    noor.hears("How was your week?")
    noor.texts("3").hears("What do you need?")
    pinned = house.values(select(checkins.c.release_id).order_by(checkins.c.id))
    assert len(set(pinned)) == 2


def test_a_check_in_whose_flow_is_gone_goes_on_and_no_new_one_begins(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    without = home()
    del without["flows"]["flows/weekly-check-in.yml"]
    house.publish(without)
    noor.texts("1").hears("anything you would like to add")
    assert "there is no flow" in str(house.check_in())


def test_team_rota_and_rules_are_those_of_the_running_release_for_a_check_in_under_way(house: Village) -> None:
    noor = house.participant()
    house.check_in()
    noor.next()
    sharper = home()
    sharper["languages"]["en"]["urgency"]["urgent"]["cold"] = {"reason": "no heating", "match": "boiler\n"}
    house.publish(sharper)
    noor.texts("the boiler broke").hears("being told now")


def test_another_process_sees_a_new_release_within_a_second(house: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.usecases.releases import Releases

    now = [0.0]
    monkeypatch.setattr("service.usecases.releases.time.monotonic", lambda: now[0])
    other = Releases(house.database)
    first = other.current().number
    house.publish(home())
    now[0] += 1.01
    assert other.current().number == first  # the new one is being read, and nobody waits for it
    for thread in threading.enumerate():
        if thread.name == "release":
            thread.join()
    assert other.current().number == first + 1


def test_the_home_that_ships_can_be_published(house: Village) -> None:
    assert '"flows/welcome.yml"' in _shipped()
    release = publish(house.deps, HOME, "a test")
    assert house.deps.releases.current().id == release.id
    house.text(PARTICIPANT, "hello there")
