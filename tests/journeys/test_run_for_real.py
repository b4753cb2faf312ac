"""`alongside run`: refuses what it can't run from, tells the story on each database, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.cli._cast import AMINA
from tests.journeys.deployment import Deployment, carrier_of, deployment
from tests.journeys.story import AGREED, NOOR, NOT_SAFE, REPLY
from tests.journeys.team import PASSWORD, code_in
from tests.support import postgres
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("run")]

NOONISH = 13  # o'clock: within her safe hours


def test_bad_and_missing_settings_are_all_said_at_once_and_nothing_is_made(tmp_path: Path) -> None:
    with deployment(tmp_path) as here:
        done = here.refused(
            "run",
            PUBLIC_ADDRESS="http://example.org",
            TWILIO_ACCOUNT_SID="",
            TWILIO_AUTH_TOKEN="short",
            TWILIO_NUMBER="07700 900000",
            TWILIO_TOKEN="a-token-under-another-name",
            REDIS_URL="localhost",
            ALONGSIDE_PORT="http",
            ALONGSIDE_MOVABLE_CLOCK="1",
        )
        assert done.returncode == 2
        said = [line.strip() for line in done.stderr.splitlines()[1:]]
        wrong = ("PUBLIC_ADDRESS", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER", "TWILIO_TOKEN", "REDIS_URL")
        wrong += ("ALONGSIDE_PORT", "ALONGSIDE_MOVABLE_CLOCK")
        assert sorted(line.replace(" is missing", "").partition(":")[0] for line in said) == sorted(wrong)
        assert "short" not in done.stderr.replace("short code", "")
        assert not here.data.exists()


def test_on_sqlite(tmp_path: Path) -> None:
    with deployment(tmp_path) as here:
        _tells_the_story_and_ends(here)


def test_on_postgresql(tmp_path: Path, postgres_server: postgres.Server) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(os.urandom(32))
    secret.chmod(0o600)
    with postgres_server.database() as database, postgres_server.database() as keys:
        more = {"DATABASE_URL": database, "KEYS_URL": keys, "ALONGSIDE_SECRET_FILE": str(secret)}
        more |= {"ALONGSIDE_KEY_FILE": str(tmp_path / "keys.master")}
        with deployment(tmp_path, **more) as here:
            _tells_the_story_and_ends(here)


def _tells_the_story_and_ends(here: Deployment) -> None:
    here.command("migrate")
    assert "trial mode" in here.command("publish")
    with carrier_of(here) as stage:
        here.starts()
        until(lambda: here.health() == "ok", what="/health saying ok")
        phones = StagePhones(stage)
        amina = phones.phone(AMINA.number, "Amina", kind="staff")
        desk = here.hires("amina", AMINA.number, PASSWORD)
        noor = phones.phone(NOOR, "Noor", language="ur")
        person = here.command("people", "add", NOOR, "--name", "Noor", "--language", "ur", "--zone", _zone()).split()[-1]
        phones.agrees(noor)
        here.command("check-in", person)
        noor.hears("3 ").texts("۳").hears("2 ").texts(NOT_SAFE)
        amina.texts(code_in(amina.next())).hears("You have it")
        noor.next()
        page = desk.conversation("Noor")
        assert NOT_SAFE in page.text
        page = desk.replies(page, REPLY)
        noor.hears(REPLY)
        desk.resolves(page, AGREED)
        desk.close()
        phones.close()
        assert here.ends(signal.SIGINT) == 0
        assert here.alive() == []


def _zone() -> str:
    """A zone in which it is early afternoon: the clock of a real deployment can't be moved."""
    ahead = (NOONISH - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
