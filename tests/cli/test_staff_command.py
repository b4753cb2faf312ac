"""`alongside staff`: an operator invites, lists, resets and signs out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import staff as staff_cli
from service.usecases.deps import Deps
from tests.support.inbox_house import CHEAP, Browser, House

MAYAS_PHONE = "07700 900321"
ENVIRONMENT = {
    "ALONGSIDE_MODE": "demo",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a" * 32,
    "TWILIO_NUMBER": "+15550100123",
    "TWILIO_API_ADDRESS": "http://127.0.0.1:9",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    house = House(tmp_path)

    @contextmanager
    def dependencies() -> Iterator[Deps]:
        yield house.deps

    monkeypatch.setattr(staff_cli, "dependencies", dependencies)
    monkeypatch.setattr(staff_cli, "Passwords", lambda: CHEAP)
    for name, value in {**ENVIRONMENT, "PUBLIC_ADDRESS": house.address, "ALONGSIDE_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    yield house
    house.close()


def staff(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(staff_cli.command, list(arguments), input=typed)


def test_an_invitation_prints_an_address_that_works_once(house: House) -> None:
    said = staff("invite", "ben", "--phone", MAYAS_PHONE)
    assert said.exit_code == 0
    address = re.search(r"http://127\.0\.0\.1:8000(/join/\S+)", said.stdout)
    assert address is not None
    browser = Browser(house.app())
    assert "ben" in browser.sees(address[1])
    assert browser.post(address[1], password="quite another phrase").status_code == 303
    assert browser.get(address[1]).status_code == 410


def test_the_number_is_kept_sealed_and_printed_nowhere(house: House) -> None:
    said = staff("invite", "ben", "--phone", MAYAS_PHONE).output + staff("list").output
    assert "900321" not in said.replace(" ", "")
    assert "900321" not in repr(house.audited("invited"))


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("invite", "zoe", "--phone", MAYAS_PHONE), "'zoe' is not in config/team.yml of the running release"),
        (("invite", "ben", "--phone", "123"), "too few digits"),
        (("invite", "ben", "--phone", "ring me"), "There are letters in this number"),
        (("password", "zoe"), "'zoe' is not in config/team.yml"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(house: House, arguments: tuple[str, ...], wrong: str) -> None:
    said = staff(*arguments, typed="four words in a row\nfour words in a row\n")
    assert said.exit_code == 2
    assert wrong in said.stderr


def test_two_members_can_not_have_one_number(house: House) -> None:
    assert staff("invite", "ben", "--phone", MAYAS_PHONE).exit_code == 0
    said = staff("invite", "amina", "--phone", "+447700900321")
    assert said.exit_code == 2
    assert "this is the number of ben" in said.stderr


def test_a_member_is_invited_again_with_the_same_number_or_a_new_one(house: House) -> None:
    for phone in (MAYAS_PHONE, MAYAS_PHONE, "07700 900322"):
        assert staff("invite", "ben", "--phone", phone).exit_code == 0
    assert staff("invite", "amina", "--phone", MAYAS_PHONE).exit_code == 0


def test_the_list_says_who_can_not_be_alerted_and_who_is_in_nobodys_team(house: House) -> None:
    house.account("zoe")
    staff("invite", "ben", "--phone", MAYAS_PHONE)
    lines = {line.split()[0]: line for line in staff("list").stdout.splitlines()}
    assert "trained staff; NO NUMBER: can't be alerted, has a password" in lines["amina"]
    assert "has a number, has a password" in lines["ben"]
    assert "NOT IN config/team.yml: can't sign in" in lines["zoe"]


def test_a_reset_asks_twice_and_signs_them_out_everywhere(house: House) -> None:
    browser = Browser(house.app())
    browser.sign_in("ben")
    assert browser.get("/inbox").status_code == 200
    weak = staff("password", "ben", typed="short\nshort\n")
    assert (weak.exit_code, "at least 12 characters" in weak.stderr) == (2, True)
    done = staff("password", "ben", typed="quite another phrase\nquite another phrase\n")
    assert done.exit_code == 0
    assert "quite another" not in done.output
    assert browser.get("/inbox").status_code == 303
    assert browser.sign_in("ben", "quite another phrase").status_code == 303


def test_a_lost_laptop_is_signed_out(house: House) -> None:
    browser = Browser(house.app())
    browser.sign_in("ben")
    assert "1 session ended." in staff("sign-out", "ben").stdout
    assert browser.get("/inbox").status_code == 303
