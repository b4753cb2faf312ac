"""Check flows, languages and config without publishing them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from service.cli._deps import say_problems
from service.core.config_groups import GROUPS
from service.usecases.groups import NOBODY_IS_ASKED
from service.usecases.publishing import HomeProblems, check_home


@click.command("check")
@click.option(
    "--home", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path(), help="The folder to check."
)
def command(home: Path) -> None:
    """List every problem of a home with its file, its line and what to write; exit code 2 if there is one."""
    try:
        snapshot = check_home(home, datetime.now(UTC).date())
    except HomeProblems as error:
        say_problems(error)
        sys.exit(2)
    flows, languages = len(snapshot["flows"]), len(snapshot["languages"])
    click.echo(f"No problems: {flows} flows, {languages} languages.")
    if GROUPS not in snapshot["config"]:
        click.echo(NOBODY_IS_ASKED)
