"""Check the home and make it the running release."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import click

from service.cli._deps import dependencies, say_problems
from service.settings import load
from service.usecases.publishing import HomeProblems, publish
from service.usecases.releases import NothingPublished


@click.command("publish")
@click.option("--home", type=click.Path(path_type=Path, exists=True, file_okay=False), help="The folder to publish.")
@click.option("--if-nothing-is", is_flag=True, help="Only if nothing is published yet.")
def command(home: Path | None, if_nothing_is: bool) -> None:
    """Check flows, languages and config, and make them the running release.

    On any problem every one is listed, the running release stays as it is, and the exit code is 2.
    """
    with dependencies() as deps:
        if if_nothing_is:
            try:
                click.echo(f"Release {deps.releases.current().number} is running already.")
                return
            except NothingPublished:
                pass
        try:
            release = publish(deps, home or load(os.environ).home, getpass.getuser())
        except HomeProblems as error:
            say_problems(error)
            sys.exit(2)
        click.echo(f"Release {release.number} is running.")
        if not release.reviewed:
            click.echo("It is in trial mode: some words have not been checked by a native reader.")
            click.echo("Texts go only to the simulator or to the numbers in ALONGSIDE_TEST_NUMBERS.")
