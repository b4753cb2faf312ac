"""What the pages say is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.settings import SETTINGS_TABLE

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("setting", SETTINGS_TABLE, ids=lambda row: row.name)
def test_every_setting_has_its_row_for_operators(setting) -> None:
    row = f"| `{setting.name}` | {setting.description} | {setting.default} |"
    assert row in (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8")


def test_operators_read_of_no_setting_that_there_is_not() -> None:
    page = (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == {row.name for row in SETTINGS_TABLE}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_points_to_is_there(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:service|flows|locales|config|tests|bench|docs|worker)/[\w./*-]+)`", words)
    linked = re.findall(r"\]\(((?!https?:)[^)#]+)\)", words)
    missing = [name for name in [*named, *linked] if "*" not in name and not (PROJECT / name).exists()]
    assert [name for name in missing if not re.search(r"[A-Z]{4}", name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    commands = {path.stem.rstrip("_").replace("_", "-") for path in (PROJECT / "service" / "cli").glob("[!_]*.py")}
    named = set(re.findall(r"(?m)(?:`|^)\./alongside ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named <= commands
