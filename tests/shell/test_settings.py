"""The environment: what is accepted, what is refused and in which words, and what is never shown."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from service.settings import SETTINGS_TABLE, Settings, SettingsError, load, prepare, session_secret

TOKEN = "0123456789abcdef0123456789abcdef"
OTHER_TOKEN = "fedcba9876543210fedcba9876543210"
NUMBER = "+15550100177"


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    return {
        "PUBLIC_ADDRESS": "https://care.example.org",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": NUMBER,
        "ALONGSIDE_DATA": str(tmp_path / "data"),
    }


def problems(environ: dict[str, str], **keywords: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, **keywords)
    return caught.value.problems


def test_everything_embedded_is_kept_in_the_data_folder(good, tmp_path):
    settings = load(good)
    data = tmp_path / "data"
    assert settings.database_url == f"sqlite:///{data}/alongside.sqlite"
    assert settings.keys_url == f"sqlite:///{data}/keys.sqlite"
    assert settings.secret_file == data / "secret"
    assert settings.redis_embedded
    assert settings.redis_url.startswith("unix:///")
    assert (settings.bind, settings.port) == ("127.0.0.1", 8000)
    assert not settings.simulated
    assert not settings.on_postgresql


def test_every_problem_is_said_at_once():
    found = problems({"ALONGSIDE_PORT": "eighty", "TWILIO_AUTH_TOKEN": "short", "ALONGSIDE_BIND": "here"})
    named = [problem.partition(":")[0].partition(" ")[0] for problem in found]
    assert sorted(named) == [
        "ALONGSIDE_BIND", "ALONGSIDE_PORT", "PUBLIC_ADDRESS", "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PUBLIC_ADDRESS", "http://care.example.org", "write https://HOST"),
        ("PUBLIC_ADDRESS", "http://127.0.0.1:8000", "write https://HOST"),
        ("PUBLIC_ADDRESS", "care.example.org", "write https://HOST"),
        ("PUBLIC_ADDRESS", "https://care.example.org/hooks", "nothing after it"),
        ("PUBLIC_ADDRESS", "https://care.example.org?x=1", "nothing after it"),
        ("PUBLIC_ADDRESS", "https://me:pass@care.example.org", "nothing after it"),
        ("PUBLIC_ADDRESS", "https://[", "nothing after it"),
        ("TWILIO_ACCOUNT_SID", "AC123", "AC and 32 hexadecimal digits"),
        ("TWILIO_AUTH_TOKEN", "guess", "16 characters or more"),
        ("TWILIO_AUTH_TOKEN_SECOND", "two words that are long", "without spaces"),
        ("TWILIO_NUMBER", "555 0100", "country code"),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG1", "MG and 32"),
        ("TWILIO_API_ADDRESS", "http://twilio.example.org", "127.0.0.1"),
        ("DATABASE_URL", "mysql://here/db", "postgresql://"),
        ("DATABASE_URL", "postgresql://host/", "name the database"),
        ("DATABASE_URL", "sqlite://", "four slashes"),
        ("DATABASE_URL", "sqlite:///:memory:", "four slashes"),
        ("REDIS_URL", "http://localhost", "redis://HOST"),
        ("REDIS_URL", "redis://", "redis://HOST"),
        ("ALONGSIDE_HOME", "/nowhere/at/all", "flows, locales, config not found"),
        ("ALONGSIDE_SECRET_FILE", "/nowhere/at/all", "head -c 32 /dev/urandom"),
        ("ALONGSIDE_TEST_NUMBERS", "+15550100123,5550100", "entry 2"),
        ("ALONGSIDE_BIND", "example.org", "an IP address"),
        ("ALONGSIDE_PORT", "0", "1 to 65535"),
        ("ALONGSIDE_PORT", "70000", "1 to 65535"),
        ("ALONGSIDE_PORT", "\N{ARABIC-INDIC DIGIT EIGHT}0", "1 to 65535"),
        ("ALONGSIDE_MODE", "test", "write run"),
        ("ALONGSIDE_MOVABLE_CLOCK", "1", "remove it"),
        ("ALONGSIDE_MOVABLE_CLOCK", "yes", "write 1"),
        ("ALONGSIDE_PROT", "8000", "did you mean ALONGSIDE_PORT?"),
        ("TWILIO_ACCOUNT_ID", "AC", "did you mean TWILIO_ACCOUNT_SID?"),
        ("TWILIO_ZZZZ", "1", "there is no such setting"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_write(good, name, value, words):
    found = problems({**good, name: value})
    assert len(found) == 1
    assert found[0].startswith(name)
    assert words in found[0]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://me:secret@db/care", "postgresql+psycopg://me:secret@db/care"),
        ("postgresql://db/care?sslmode=require", "postgresql+psycopg://db/care?sslmode=require"),
        ("postgresql+psycopg://postgres@/care?host=/run/pg", "postgresql+psycopg://postgres@/care?host=/run/pg"),
        ("sqlite:////srv/care.sqlite", "sqlite:////srv/care.sqlite"),
    ],
)
def test_a_database_url_is_normalised(good, given, read):
    assert load({**good, "DATABASE_URL": given}, mode="demo").database_url == read


def test_on_postgresql_a_run_needs_its_keys_and_secret_said(good, tmp_path):
    found = problems({**good, "DATABASE_URL": "postgresql://db/care"})
    assert [problem.split()[0] for problem in found] == ["KEYS_URL", "ALONGSIDE_SECRET_FILE"]
    assert load({**good, "DATABASE_URL": "postgresql://db/care"}, mode="demo").on_postgresql


def test_a_key_store_on_postgresql_needs_its_master_key_file_said(good, tmp_path):
    elsewhere = {**good, "KEYS_URL": "postgresql://vault/keys"}
    assert [problem.split()[0] for problem in problems(elsewhere)] == ["ALONGSIDE_KEY_FILE"]
    assert "no folder" in problems({**elsewhere, "ALONGSIDE_KEY_FILE": "/nowhere/at/all"})[0]
    assert load({**elsewhere, "ALONGSIDE_KEY_FILE": str(tmp_path / "master")}).key_file == tmp_path / "master"
    assert load(elsewhere, mode="demo").key_file is not None


def test_keys_are_never_kept_in_the_database_that_they_open(good):
    same = {**good, "DATABASE_URL": "postgresql://db/care", "KEYS_URL": "postgres://db/care"}
    assert "apart" in problems(same, mode="demo")[0]


def test_a_secret_that_everybody_can_read_is_refused(good, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 32)
    secret.chmod(0o644)
    assert "chmod 600" in problems({**good, "ALONGSIDE_SECRET_FILE": str(secret)})[0]
    secret.chmod(0o640)
    assert load({**good, "ALONGSIDE_SECRET_FILE": str(secret)}).secret_file == secret


def test_the_demo_may_be_on_this_machine_and_move_time(good):
    del good["PUBLIC_ADDRESS"]
    settings = load({**good, "ALONGSIDE_MOVABLE_CLOCK": "1", "ALONGSIDE_PORT": "8123"}, mode="demo")
    assert settings.public_address == "http://127.0.0.1:8123"
    assert settings.movable_clock
    assert problems({**good, "PUBLIC_ADDRESS": "http://care.example.org"}, mode="demo")


def test_another_api_address_is_a_simulator(good):
    assert load({**good, "TWILIO_API_ADDRESS": "http://127.0.0.1:9000/"}).api_address == "http://127.0.0.1:9000"
    assert load({**good, "TWILIO_API_ADDRESS": "http://127.0.0.1:9000"}).simulated
    assert not load({**good, "TWILIO_API_ADDRESS": "https://api.twilio.com/"}).simulated


def test_a_variable_without_a_value_is_not_set(good):
    assert load({**good, "REDIS_URL": "", "TWILIO_AUTH_TOKEN_SECOND": " "}) == load(good)


@pytest.mark.parametrize("mode", ["run", "demo"])
def test_another_process_loads_the_same_settings(good, tmp_path, mode):
    clock = {"ALONGSIDE_MOVABLE_CLOCK": "1"} if mode == "demo" else {}
    settings = load({**good, "TWILIO_AUTH_TOKEN_SECOND": OTHER_TOKEN, "REDIS_URL": "redis://r/1",
                     "ALONGSIDE_TEST_NUMBERS": f"{NUMBER}, +15550100124,{NUMBER}", **clock}, mode=mode)  # fmt: skip
    assert settings.test_numbers == (NUMBER, "+15550100124")
    assert load(settings.environment()) == settings


def test_no_secret_and_no_number_is_ever_shown(good):
    canaries = (TOKEN, OTHER_TOKEN, NUMBER, "pa55word", "+15550100124")
    given = {**good, "TWILIO_AUTH_TOKEN_SECOND": OTHER_TOKEN, "ALONGSIDE_TEST_NUMBERS": "+15550100124",
             "DATABASE_URL": "postgresql://me:pa55word@db/care", "KEYS_URL": "postgresql://me:pa55word@db/keys",
             "REDIS_URL": "redis://:pa55word@r/0"}  # fmt: skip
    shown = repr(load(given, mode="demo"))
    wrong = {**given, "ALONGSIDE_TEST_NUMBERS": "+15550100124 x", "TWILIO_NUMBER": NUMBER + "9999999",
             "DATABASE_URL": "my://me:pa55word@db", "REDIS_URL": "re://:pa55word@r"}  # fmt: skip
    shown += "".join(problems(wrong, mode="demo"))
    assert [canary for canary in canaries if canary in shown] == []


def test_every_setting_has_its_row_and_every_row_is_read(good):
    names = [row.name for row in SETTINGS_TABLE]
    assert len(set(names)) == len(names)
    assert set(load(good).environment()) == set(names) - {"ALONGSIDE_VENV"}
    assert all(row.description and row.default for row in SETTINGS_TABLE)


def test_what_is_prepared_is_private(good):
    settings = load(good)
    prepare(settings)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (settings.data, *settings.data.iterdir())}
    assert modes == {"data": 0o700, "keys.sqlite": 0o600, "secret": 0o600}
    assert len(session_secret(settings)) == 32


def test_the_secret_is_made_once_whoever_starts_at_the_same_moment(good):
    settings = load(good)
    secrets: list[bytes] = []

    def start() -> None:
        prepare(settings)
        secrets.append(session_secret(settings))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 8
    assert len(set(secrets)) == 1


def test_a_secret_that_was_cut_short_is_not_used(good):
    settings = load(good)
    prepare(settings)
    settings.secret_file.write_bytes(b"short")
    with pytest.raises(SettingsError, match="cut short"):
        session_secret(settings)


def test_settings_do_not_change(good):
    with pytest.raises(AttributeError):
        load(good).port = 1  # type: ignore[misc]
    assert isinstance(load(good), Settings)
