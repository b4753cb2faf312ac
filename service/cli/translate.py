"""Bring new and changed words to the translators."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.languages import read_home, unfinished
from service.languages.update import CannotUpdate, update_catalogs
from service.settings import PROJECT


@click.group("translate")
def command() -> None:
    """The words of the service and of its flows, in every language of locales/."""


@command.command("update")
@click.option(
    "--home",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ALONGSIDE_HOME",
    default=PROJECT,
    help="The folder with flows/, locales/ and config/.",
)
def update(home: Path) -> None:
    """Write locales/messages.pot from the flows, and bring every messages.po up to it. No translation is ever lost."""
    try:
        catalogs = update_catalogs(home)
    except CannotUpdate as broken:
        click.echo("\n".join(map(str, broken.problems)), err=True)
        click.echo("Nothing was written. Put this right, then run it again.", err=True)
        sys.exit(2)
    for one in catalogs:
        click.echo(f"{one.code}: {one.texts} texts, {one.untranslated} to translate, {one.fuzzy} to check (fuzzy)")
    _show_first(home)


def _show_first(home: Path, most: int = 5) -> None:
    """The first few things to do; every one of them has its own line in the catalogs."""
    missing = [one for one in unfinished(read_home(home)) if "no translation" in one.message]
    for one in missing[:most]:
        click.echo(f"  {one}")
    if len(missing) > most:
        click.echo(f"  … and {len(missing) - most} more")
