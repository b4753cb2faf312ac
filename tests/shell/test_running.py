"""`alongside run` and the command line around it: which processes there are, and what stops a start."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner

from service.cli import main
from service.cli import test as test_command
from service.cli.run import AlreadyRunning, answers_http, children_for, only_one, web_argv
from service.embedded import EmbeddedError
from service.settings import PROJECT, load

DEMO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0123456789abcdef",
    "TWILIO_NUMBER": "+15550100177",
}


@pytest.fixture
def settings(tmp_path: Path):
    return load({**DEMO, "ALONGSIDE_DATA": str(tmp_path)}, mode="demo")


def test_the_procfile_starts_what_run_starts(settings):
    lines = dict(line.split(": ", 1) for line in (PROJECT / "Procfile").read_text().splitlines())
    defaults = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", line) for name, line in lines.items()}
    ours = {child.name: shlex.join(child.argv).replace(sys.executable, "python") for child in children_for(settings)}
    assert ours.pop("valkey")
    assert {name: defaults[name] for name in ours} == ours
    assert defaults["release"].startswith("python -P -m service.cli migrate")


def test_a_server_of_ones_own_takes_the_place_of_the_embedded_valkey(tmp_path):
    given = load({**DEMO, "ALONGSIDE_DATA": str(tmp_path), "REDIS_URL": "redis://localhost"}, mode="demo")
    assert [child.name for child in children_for(given)] == ["web", "worker", "clock"]


def test_sqlite_has_one_web_process_and_postgresql_two(settings):
    on_postgresql = load({**DEMO, "DATABASE_URL": "postgresql://db/care"}, mode="demo")
    assert [web_argv(each)[web_argv(each).index("--workers") + 1] for each in (settings, on_postgresql)] == ["1", "2"]


def test_no_secret_stands_on_a_command_line(settings):
    words = " ".join(word for child in children_for(settings) for word in child.argv)
    assert DEMO["TWILIO_AUTH_TOKEN"] not in words
    assert DEMO["TWILIO_NUMBER"] not in words


def test_run_with_bad_settings_says_every_one_and_ends_with_2(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", "run"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "ALONGSIDE_MOVABLE_CLOCK": "1"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 6
    assert "Traceback" not in done.stderr


def test_one_data_folder_has_one_service(tmp_path):
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match="stop it first"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_web_that_does_not_listen_is_not_ready(settings):
    assert not answers_http(settings, timeout=0.2)


def test_help_names_every_command_without_importing_any(tmp_path):
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    assert "run" in shown.output
    assert "Run the service for real" in shown.output


def test_a_broken_command_breaks_no_other(tmp_path):
    folder = tmp_path / "service"
    shutil.copytree(
        PROJECT / "service" / "cli", folder / "cli", ignore=lambda _, names: set(names) - {"__init__.py", "__main__.py"}
    )
    (folder / "__init__.py").touch()
    (folder / "cli" / "broken.py").write_text('"""Is broken."""\n1 / 0\n')
    (folder / "cli" / "worse.py").write_text("def (")
    (folder / "cli" / "empty.py").write_text('"""Has no command."""\n')
    (folder / "cli" / "two_words.py").write_text(
        '"""Says hello."""\nimport click\n@click.command("two-words")\ndef command(): print("hello")\n'
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-P", "-m", "service.cli", *arguments], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)})  # fmt: skip

    assert run("two-words").stdout == "hello\n"
    assert re.findall(r"^  (\w[\w-]*)", run("--help").stdout.partition("Commands:")[2], re.MULTILINE) == [
        "broken", "empty", "two-words", "worse",
    ]  # fmt: skip
    assert run("broken").returncode == 1
    assert "no click command" in run("empty").stderr
    assert run("nothing").returncode == 2


def test_the_worst_check_decides(monkeypatch, capsys):
    monkeypatch.setattr(test_command, "CHECKS", {"good": ("-c", "pass"), "bad": ("-c", "import sys; sys.exit('a fault')")})
    assert test_command.check(["good"]) == 0
    assert test_command.check(["good", "bad"]) == 1
    said = capsys.readouterr().out
    assert "bad: FAILED" in said
    assert "a fault" in said


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_what_is_missing_fails_the_run_only_where_everything_must_run(monkeypatch, ci, code):
    monkeypatch.setattr(test_command, "NEEDS", ("no.such.module",))
    monkeypatch.setenv("CI", ci)
    assert test_command.ensure_needs() == code


def test_an_unusable_valkey_is_said_in_one_line(settings, monkeypatch):
    def nothing() -> Path:
        raise EmbeddedError("install one")

    monkeypatch.setattr("service.embedded.find_valkey", nothing)
    with pytest.raises(ClickException, match="install one"):
        children_for(settings)
