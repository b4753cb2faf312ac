"""`alongside story`: a line each, and where a story does not come true all that is needed to see why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.story import command
from service.settings import PROJECT

FLOW = (Path(__file__).parents[1] / "rehearsal" / "case.yml").read_text("utf-8")
GOOD = """
- story: Nothing but answers
  says:
    - service: week
    - chooses: good
    - service: plan
    - chooses: call
  leads_to: {keeps: {silence_plan: call}}
"""
WRONG = """
- story: A hard week
  channel: sms
  says:
    - service: week
    - chooses: hard
    - service: help
  leads_to: {nothing: true}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """English and Urdu, one flow, and no stories yet."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    (tmp_path / "config" / "groups.yml").unlink()
    for language in ("en", "ur"):
        shutil.copytree(PROJECT / "locales" / language, tmp_path / "locales" / language)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "case.yml").write_text(FLOW.replace("{flow: weekly-check-in,", "{flow: case,"), "utf-8")
    return tmp_path


def tell(home: Path, stories: str, *more: str) -> Result:
    (home / "flows" / "case.stories.yml").write_text(stories, "utf-8")
    return CliRunner().invoke(command, ["--home", str(home), *more])


def test_stories_that_come_true_are_a_line_each(home: Path) -> None:
    result = tell(home, GOOD)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "yes  case: Nothing but answers (by text in en, ur; by call in en, ur)",
        "1 story, told 4 times: all came true.",
    ]


def test_a_story_that_does_not_come_true_shows_its_line_what_was_said_and_what_happened(home: Path) -> None:
    result = tell(home, GOOD + WRONG)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[1] == "no   case: A hard week (by text in en, ur)"
    assert lines[2] == "     flows/case.stories.yml:16: escalation: soon happened, and the story does not say so"
    assert "       │ 3 Hard" in lines
    assert "       they: 3" in lines
    assert lines[-1] == "2 stories, told 6 times: 2 did not come true."
    assert sum("escalation" in line for line in lines) == 1  # what differs alike in two languages is told once


def test_one_language_and_one_channel_can_be_told_alone(home: Path) -> None:
    result = tell(home, GOOD, "--language", "ur", "--channel", "voice")
    assert "(by call in ur)" in result.stdout
    assert "told once: it came true." in result.stdout


def test_everything_that_was_said_can_be_seen(home: Path) -> None:
    assert "♪ " in tell(home, GOOD, "--language", "en", "--channel", "voice", "-v").stdout


def test_a_file_that_cannot_be_read_is_told_whole(home: Path) -> None:
    result = tell(home, GOOD.replace("good", "god").replace("keeps", "kepes"))
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "flows/case.stories.yml:8: kepes is not known in leads_to; did you mean keeps?",
        "flows/case.stories.yml:8: leads_to says nothing; write what happens, or nothing: true",
    ]


def test_stories_of_no_flow_are_told(home: Path) -> None:
    (home / "flows" / "cse.stories.yml").write_text(GOOD, "utf-8")
    result = tell(home, GOOD)
    assert result.exit_code == 2
    assert "flows/cse.stories.yml:1: there is no flow cse that these stories tell of; did you mean `case`?" in result.stderr


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("cse",), "There is no flow cse; did you mean `case`?"),
        (("case", "--language", "urd"), "There is no language urd; did you mean `ur`?"),
    ],
)
def test_what_is_not_there_is_told_kindly(home: Path, more: tuple[str, ...], says: str) -> None:
    result = tell(home, GOOD, *more)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_home_without_stories_is_told_where_they_go(home: Path) -> None:
    result = CliRunner().invoke(command, ["--home", str(home)])
    assert result.exit_code == 2
    assert "flows/NAME.stories.yml" in result.stderr
