"""`alongside cost`: parts, money and minutes, counted from what is declared and from nothing else."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from service.cli.cost import command
from tests.cli.test_story_command import home

__all__ = ["home"]

PRICES = """
prices:
  currency: GBP
  text_out: 0.04
  text_in: 0.005
  call_minute: 0.02
  person_text: 0.12
  source: the carrier's page
  as_of: 2026-11-20
"""
RATES = """
rates:
  urgent: {minutes: 45, per_100: 1}
  soon: {minutes: 10, per_100: 12}
  routine: {minutes: 2, per_100: 30}
"""
FLOW = """flow: two
starts: every day
purpose: To try one thing.
wellbeing: Being well is yours to say.
decided_by: No group has decided this yet.
not_for: Emergencies.
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
  - id: week
    ask: How was it?
    choices: {good: Good, hard: Hard}
  - id: more
    when: {week: hard}
    ask: And now?
    choices: {same: Same, other: Other}
  - id: thanks
    say: Thank you.
"""


def cost(home: Path, *more: str, config: str = "") -> list[str]:
    (home / "flows" / "two.yml").write_text(FLOW, "utf-8")
    service = home / "config" / "service.yml"
    service.write_text(service.read_text("utf-8") + config, "utf-8")
    result = CliRunner().invoke(command, [*more, "--people", "100", "--home", str(home)])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_nothing_is_guessed_where_nothing_is_declared(home: Path) -> None:
    lines = cost(home, "two")
    assert lines[:6] == [
        "two in en, 100 people, every day, so 700 check-ins a week.",
        "",
        "By text (2 ways through):",
        "  shortest: 2 texts out in 2 parts, 1 text in",
        "  in the middle: 2 texts out in 2 parts, 1 text in",
        "  longest: 3 texts out in 3 parts, 2 texts in",
    ]
    assert "  A person sends at most 2 texts." in lines
    text = "\n".join(lines)
    assert "What it costs us is not counted: write text_out and text_in under prices in config/service.yml" in text
    assert "What a text costs the person is not declared: write person_text under prices" in text
    assert "Write rates in config/service.yml, from your own counts" in text
    assert "£" not in text


def test_money_and_minutes_are_counted_from_what_is_declared(home: Path) -> None:
    lines = cost(home, "two", config=PRICES + RATES)
    assert "  shortest: 2 texts out in 2 parts, 1 text in; £0.0850 each, £59.50 a week" in lines
    assert "  longest: 3 texts out in 3 parts, 2 texts in; £0.13 each, £91.00 a week" in lines
    assert "  Prices: the carrier's page, 2026-11-20." in lines
    assert "  The person pays £0.12 to £0.24 each time. Calling us back is free for them." in lines
    assert "  urgent: 7 a week at 45 minutes, 315 minutes" in lines
    assert "  soon: 84 a week at 10 minutes, 840 minutes" in lines
    assert "  routine: 210 a week at 2 minutes, 420 minutes" in lines
    assert "  together 1,575 minutes a week, which is 26.3 hours." in lines


def test_whoever_pays_nothing_is_told_so(home: Path) -> None:
    lines = cost(home, "two", config=PRICES.replace("0.12", "0"))
    assert "  The person pays nothing for a text, as config/service.yml says." in lines


def test_a_check_in_that_asks_too_much_by_text_is_named(home: Path) -> None:
    lines = cost(home, "case")
    assert any(line.startswith("  A person sends at most ") and "MORE THAN 2" in line for line in lines)


def test_another_language_has_other_parts(home: Path) -> None:
    assert cost(home, "two", "--language", "ur")[0].startswith("two in ur, 100 people")
