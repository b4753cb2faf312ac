"""`alongside try`: a flow walked in the terminal, by hand or piped, and written down as a story that comes true."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.story import command as story
from service.cli.try_ import command
from tests.cli.test_story_command import GOOD, home, tell

__all__ = ["home"]


def walk(home: Path, typed: str, *more: str) -> Result:
    return CliRunner().invoke(command, ["case", "--home", str(home), *more], input=typed)


def test_by_text_it_shows_each_part_why_it_is_asked_and_whom_it_reaches(home: Path) -> None:
    result = walk(home, "3\n/end\n")
    assert result.exit_code == 0
    for line in [
        "case by text in en. /help says what can be done here.",
        "┌ text, 1 part (GSM-7)",
        "│ 3 Hard",
        "    why: So that we notice when things change.",
        "    3 (hard) would reach a person: soon",
        "    4 (ring) would reach a person: soon, who is to call",
        "> 3",
        "    → put before a person, soon: an answer at week hard",
    ]:
        assert line in result.stdout.splitlines(), line
    assert result.stdout.splitlines()[-2:] == ["All that happened:", "  put before a person, soon: an answer at week hard"]


def test_by_call_it_shows_pauses_and_keys(home: Path) -> None:
    result = walk(home, "9\n0\n/silent\n/hang-up\n", "--channel", "voice")
    lines = result.stdout.splitlines()
    assert "♪ Good … press 1" in lines
    assert "    keys: 1 2 3 4 answer, 0 person, 8 slower, 9 again, * back, # skip" in lines
    assert "    → put before a person, soon: they asked for a person" in lines
    assert lines.count("♪ Good … press 1") == 4  # asked, again, after the person was promised, after a silence


def test_words_of_time_and_staff(home: Path) -> None:
    result = walk(home, "/later 1 day\n/later soon\n/claims\n4\n/claims\n/whisper\n/help\n/silent\n")
    for line in [
        "    soon is not a length of time; write it as 30 minutes, 2 hours or 1 day",
        "    nothing was put before a person, so nobody can take it",
        "    /whisper is not known; /help says what can be done here",
        "  /later 1 day   time goes by",
    ]:
        assert line in result.stdout.splitlines(), line


def test_somebody_known_is_met_as_they_are(home: Path) -> None:
    state = home / "ana.yml"
    state.write_text("name: Ana\nsilence_plan: call\non_duty: no\n", "utf-8")
    result = walk(home, "4\n/end\n", "--as", str(state))
    assert "│ Hello, Ana." in result.stdout
    assert "We cannot say when." in result.stdout


def test_a_state_that_cannot_be_read_is_told_with_its_line(home: Path) -> None:
    state = home / "ana.yml"
    state.write_text("name: Ana\nsilence_plam: call\n", "utf-8")
    result = walk(home, "", "--as", str(state))
    assert result.exit_code == 2
    assert f"{state}:2: silence_plam is not known in given; did you mean silence_plan?" in result.stderr


def test_the_walk_is_written_as_a_story_that_comes_true_everywhere(home: Path) -> None:
    tell(home, GOOD)
    result = walk(home, "3\n1 2\n2\n/claims\n/end\nNot safe\n", "--write")
    assert "The story is written into flows/case.stories.yml." in result.stdout
    text = (home / "flows" / "case.stories.yml").read_text("utf-8")
    assert text.startswith(GOOD)
    assert (
        text[len(GOOD) :]
        == """
- story: Not safe
  says:
    - service: week
    - chooses: hard
    - service: help
    - chooses: [food, home]
    - service: safe
    - chooses: no
    - service: urgent
    - staff: claims
  leads_to: {escalation: urgent, page: trained_staff, promise: given, notes: {need: [food, home]}}
"""
    )
    told = CliRunner().invoke(story, ["--home", str(home)])
    assert told.stdout.splitlines()[-1] == "2 stories, told 8 times: all came true."


def test_keys_and_silence_of_a_call_are_written_for_calls(home: Path) -> None:
    walk(home, "2\n*\n8\n1\n/silent\n1\n#\n/end\nBack and slower\n", "--channel", "voice", "--write")
    text = (home / "flows" / "case.stories.yml").read_text("utf-8")
    assert "  channel: voice\n" in text
    assert "    - presses: star\n" in text
    assert "    - silent: once\n" in text
    assert CliRunner().invoke(story, ["--home", str(home)]).exit_code == 0


@pytest.mark.parametrize(("answer", "is_written"), [("yes", True), ("no", False), ("", False)])
def test_free_words_are_written_only_after_asking(home: Path, answer: str, is_written: bool) -> None:
    result = walk(home, f"my brother has the flat now\n/end\n{answer}\nWords\n", "--write")
    assert "They may be somebody's own:\n  my brother has the flat now\n" in result.stdout
    file = home / "flows" / "case.stories.yml"
    assert file.exists() is is_written
    if is_written:
        assert "    - person: my brother has the flat now\n" in file.read_text("utf-8")
        assert CliRunner().invoke(story, ["--home", str(home)]).exit_code == 0


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(home: Path) -> None:
    tell(home, GOOD)
    result = walk(home, "1\n/end\nNothing but answers\n", "--write")
    assert result.exit_code == 2
    assert "two stories are called “Nothing but answers”" in result.stderr
    assert (home / "flows" / "case.stories.yml").read_text("utf-8") == GOOD


def test_a_story_without_a_name_is_not_written(home: Path) -> None:
    result = walk(home, "1\n/end\n", "--write")
    assert result.exit_code == 2
    assert "a story needs a name" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["cse"], "There is no flow cse; did you mean `case`?"),
        (["case", "--language", "urd"], "There is no language urd; did you mean `ur`?"),
    ],
)
def test_what_is_not_there_is_told_kindly(home: Path, arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(command, [*arguments, "--home", str(home)])
    assert (result.exit_code, says in result.stderr) == (2, True)
