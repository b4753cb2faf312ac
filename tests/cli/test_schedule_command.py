"""`alongside schedule show` and `alongside people group`: what is to come, in plain words, with no name and no number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from service.cli import check as check_cli
from service.cli import people as people_cli
from service.cli import schedule as schedule_cli
from service.store.schema import participants
from service.usecases import preferences
from service.usecases.deps import Deps
from service.usecases.joining import Invitation, invite
from tests.support.house import HOME, PARTICIPANT
from tests.usecases.homes import Village
from tests.usecases.small_flows import joined, small_home


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    house = Village(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path)
    house.publish(small_home())

    @contextmanager
    def dependencies() -> Iterator[Deps]:
        yield house.deps

    monkeypatch.setattr(schedule_cli, "dependencies", dependencies)
    monkeypatch.setattr(people_cli, "dependencies", dependencies)
    yield house
    house.close()


def show(who: str) -> Result:
    return CliRunner().invoke(schedule_cli.command, ["show", who])


def people(*arguments: str) -> Result:
    return CliRunner().invoke(people_cli.command, list(arguments))


def change(house: Village, **values: object) -> None:
    with house.database.write() as tx:
        tx.execute(update(participants).values(**values))


def test_a_group_shows_the_next_four_weeks(house: Village) -> None:
    said = show("everyone")
    assert said.exit_code == 0
    assert said.stdout.splitlines() == [
        "Everyone: the clock of Europe/London, safe hours 09:00 to 20:00.",
        "  Tue 24 Nov  11:00  weekly-check-in",
        "  Tue 01 Dec  11:00  weekly-check-in",
        "  Tue 08 Dec  11:00  weekly-check-in",
        "  Tue 15 Dec  11:00  weekly-check-in",
    ]


def test_a_person_shows_what_is_moved_and_left_out_and_why_and_no_name_or_number(house: Village) -> None:
    joined(house)
    who = house.participant_id()
    change(house, safe_from=14 * 60, safe_to=18 * 60, zone="Asia/Karachi")
    with house.database.write() as tx:
        preferences.keep(house.deps, tx, who, "pace", "slower", house.clock.now())
    said = show(who).stdout
    assert said.splitlines() == [
        "Everyone: the clock of Asia/Karachi, safe hours 14:00 to 18:00, every second time.",
        "  Tue 01 Dec    –    weekly-check-in  left out: asked every second time, as they chose",
        "  Tue 08 Dec  14:00  weekly-check-in  written for Tue 11:00, outside safe hours",
        "  Tue 15 Dec    –    weekly-check-in  left out: asked every second time, as they chose",
        "  Tue 22 Dec  14:00  weekly-check-in  written for Tue 11:00, outside safe hours",
    ]
    assert "Noor" not in said
    assert PARTICIPANT[-6:] not in said.replace(" ", "")


def test_what_was_begun_today_is_not_shown_again_and_what_was_put_off_is(house: Village) -> None:
    noor = joined(house)
    house.passes(days=7)
    noor.hears("How was your week?")
    assert "01 Dec" not in show(house.participant_id()).stdout
    noor.texts("1").next()
    house.passes(days=6, hours=23)
    zara = invite(house.deps, Invitation(PARTICIPANT, "Zara", "en")).participant_id
    house.settle()
    noor.next()  # a question to Zara on the same phone, which is busy with it
    house.passes(hours=1)
    assert show(house.participant_id("Noor")).stdout.splitlines()[1] == (
        "  Tue 08 Dec  12:00  weekly-check-in  waits since Tue 11:00"
    )
    noor.texts("2").next()
    assert "They said no: nothing is sent." in show(zara).stdout
    house.passes(hours=1)
    noor.hears("How was your week?")


def test_whoever_has_not_joined_or_stopped_texts_hears_nothing_and_it_says_so(house: Village) -> None:
    phone = house.phone(PARTICIPANT, "Noor")
    people("add", PARTICIPANT, "--name", "Noor", "--language", "en", "--group", "quiet")
    house.settle()
    phone.next()
    who = house.participant_id()
    assert "They have not said yes yet: nothing is sent until they do." in show(who).stdout
    phone.texts("1").next()
    assert show(who).stdout.splitlines()[-1] == "Nothing is to come in the next four weeks."
    phone.texts("STOP").next()
    assert "They stopped our texts" in show(who).stdout


def test_somebody_is_moved_and_the_list_says_where_they_are(house: Village) -> None:
    joined(house)
    who = house.participant_id()
    assert people("list").stdout.splitlines() == [f"{who}  joined         en   everyone"]
    assert people("group", who, "quiet").exit_code == 0
    assert people("list").stdout.splitlines() == [f"{who}  joined         en   quiet"]
    assert "Quiet ones" in show(who).stdout
    assert "weekly-check-in" not in show(who).stdout


def test_what_is_neither_a_group_nor_a_person_says_what_to_write(house: Village) -> None:
    said = show("evryone")
    assert (said.exit_code, "everyone, mornings, quiet" in said.stderr) == (2, True)
    moved = people("group", "nobody", "quiet")
    assert (moved.exit_code, "alongside people list" in moved.stderr) == (2, True)
    joined(house)
    moved = people("group", house.participant_id(), "quite")
    assert (moved.exit_code, "did you mean quiet?" in moved.stderr) == (2, True)


def test_without_groups_check_and_show_say_that_nobody_is_asked(house: Village, tmp_path: Path) -> None:
    house.publish(small_home(None))
    joined(house)
    assert "There is no config/groups.yml: nobody is asked anything by itself" in show(house.participant_id()).stdout
    bare = tmp_path / "home"
    for part in ("flows", "locales", "config"):
        (bare / part).parent.mkdir(exist_ok=True)
        (bare / part).symlink_to(HOME / part) if part != "config" else (bare / part).mkdir()
    for file in ("service.yml", "team.yml", "rota.yml"):
        (bare / "config" / file).write_text((HOME / "config" / file).read_text())
    said = CliRunner().invoke(check_cli.command, ["--home", str(bare)])
    assert said.exit_code == 0
    assert "There is no config/groups.yml" in said.stdout
