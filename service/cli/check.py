"""Check flows, languages and config without publishing them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from service.cli._deps import say_problems
from service.core.config_groups import GROUPS
from service.core.flow_fields import did_you_mean
from service.core.language_codes import tidy
from service.languages import read_home
from service.languages.confirming import counts, to_confirm, told
from service.usecases.groups import NOBODY_IS_ASKED
from service.usecases.publishing import HomeProblems, check_home

EVERY = "every language"


@click.command("check")
@click.option(
    "--home", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path(), help="The folder to check."
)
@click.option(
    "--for-translators",
    "translators",
    metavar="[LANG]",
    is_flag=False,
    flag_value=EVERY,
    help="What native readers must confirm in every language, or text by text in one.",
)
def command(home: Path, translators: str | None) -> None:
    """List every problem of a home with its file, its line and what to write; exit code 2 if there is one."""
    if translators is not None:
        _for_translators(home, translators)
        return
    try:
        snapshot = check_home(home, datetime.now(UTC).date())
    except HomeProblems as error:
        say_problems(error)
        sys.exit(2)
    flows, languages = len(snapshot["flows"]), len(snapshot["languages"])
    click.echo(f"No problems: {flows} flows, {languages} languages.")
    if GROUPS not in snapshot["config"]:
        click.echo(NOBODY_IS_ASKED)


def _for_translators(home: Path, wanted: str) -> None:
    found = to_confirm(read_home(home))
    chosen = [one for one in found if wanted == EVERY or tidy(one.code) == tidy(wanted)]
    if not chosen:
        click.echo(f"There is no language {wanted}; {did_you_mean(wanted, [one.code for one in found])}", err=True)
        sys.exit(2)
    click.echo("\n".join(map(counts, chosen)))
    for one in chosen:
        click.echo("\n".join(("", *told(one, each=wanted != EVERY))))
    if wanted == EVERY:
        click.echo(
            "\nText by text: alongside check --for-translators LANG. To hand it over: alongside translate export LANG."
        )
