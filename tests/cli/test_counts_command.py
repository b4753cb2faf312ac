"""`alongside counts`: an operator counts answers, and sees no number that could be a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import counts as counts_cli
from service.usecases.deps import Deps
from tests.usecases.homes import Village, flow, small

WEEK = flow(
    "week",
    """
  - id: week
    ask: How was your week?
    why: So that we notice.
    choices: {good: Good, hard: Very hard}
  - id: bye
    say: Thank you.
""",
)


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    village = Village(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path, home=small(week=WEEK))

    @contextmanager
    def dependencies() -> Iterator[Deps]:
        yield village.deps

    monkeypatch.setattr(counts_cli, "dependencies", dependencies)
    yield village
    village.close()


def count(*arguments: str) -> Result:
    return CliRunner().invoke(counts_cli.command, list(arguments))


def test_five_people_are_a_number_and_fewer_are_not(village: Village) -> None:
    for number in range(6):
        phone = village.participant(f"Person {number}", number=f"+4477009002{number:02d}")
        village.check_in(f"Person {number}", "week")
        phone.texts("1" if number else "2").catches_up()
    said = count("week", "--days", "7")
    assert (said.exit_code, said.stdout.splitlines()) == (
        0,
        [
            "week: the last 7 days, by people",
            "",
            "How was your week?",
            "  Good                  5",
            "  Very hard             fewer than five",
            "  (in their own words)  fewer than five",
            "  (skipped)             fewer than five",
        ],
    )


def test_a_flow_that_is_not_there_ends_it_with_a_sentence(village: Village) -> None:
    said = count("weak")
    assert (said.exit_code, said.stdout) == (2, "")
    assert "the release has week, welcome" in said.stderr


@pytest.mark.parametrize("days", ["0", "366", "some"])
def test_days_that_make_no_sense_are_refused(village: Village, days: str) -> None:
    assert count("week", "--days", days).exit_code == 2
