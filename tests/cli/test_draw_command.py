"""`alongside draw`: a picture of each flow that ships stands in docs/, and is the one that the flow gives today."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from service.cli.draw import command, picture
from service.languages import read_home
from service.settings import PROJECT
from service.usecases.releases import Release, build
from tests.cli.test_story_command import home

__all__ = ["home"]

PICTURES = PROJECT / "docs" / "pictures"
FLOWS = sorted(file.stem for file in (PROJECT / "flows").glob("*.yml") if "." not in file.stem)


@cache
def shipped() -> Release:
    return build(read_home(PROJECT), date(2026, 11, 24))


@pytest.mark.parametrize("name", FLOWS)
def test_the_picture_in_docs_is_that_of_the_flow(name: str) -> None:
    drawn = picture(shipped().flows[name], shipped().languages, "en")
    kept = PICTURES / f"flow-{name}.svg"
    again = f"./alongside draw {name} --out docs/pictures/flow-{name}.svg"
    assert kept.exists(), again
    assert kept.read_text("utf-8") == drawn, f"the flow has changed since: {again}"


def test_no_picture_is_left_of_a_flow_that_is_gone() -> None:
    assert sorted(file.stem.removeprefix("flow-") for file in PICTURES.glob("flow-*.svg")) == FLOWS


@pytest.mark.parametrize("name", FLOWS)
def test_it_can_be_drawn_in_every_language(name: str) -> None:
    for code in shipped().languages.codes:
        root = ElementTree.fromstring(picture(shipped().flows[name], shipped().languages, code))
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == code


def test_it_is_written_where_it_is_asked_for(home: Path) -> None:
    out = home / "wall.svg"
    result = CliRunner().invoke(command, ["case", "--language", "اردو", "--out", str(out), "--home", str(home)])
    assert result.exit_code == 0
    assert f"{out} is drawn" in result.stdout
    assert 'xml:lang="ur"' in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["cse"], "There is no flow cse; did you mean `case`?"),
        (["case", "--language", "urd"], "There is no language urd; did you mean `ur`?"),
        (["case", "--out", "no/such/folder/x.svg"], "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_is_told_kindly(home: Path, arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(command, [*arguments, "--home", str(home)])
    assert (result.exit_code, says in result.stderr) == (2, True)
