"""Begin a check-in with one person now."""

from __future__ import annotations

import sys

import click

from service.cli._deps import dependencies
from service.usecases.starting import begin_now


@click.command("check-in")
@click.argument("participant")
@click.option("--flow", default="weekly-check-in", show_default=True, help="Which flow.")
def command(participant: str, flow: str) -> None:
    """Begin a check-in with PARTICIPANT (an id from `alongside people list`) now, if they have joined."""
    with dependencies() as deps:
        why_not = begin_now(deps, participant, flow)
        if why_not:
            click.echo(why_not, err=True)
            sys.exit(2)
        click.echo("The check-in has begun; outside their safe hours its first question waits.")
