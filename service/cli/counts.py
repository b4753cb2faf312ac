"""Count what was answered to a flow, never of fewer than five people."""

from __future__ import annotations

import sys

import click

from service.cli._deps import dependencies
from service.usecases import counts
from service.usecases.errors import UseCaseError

LONGEST = 365


@click.command("counts")
@click.argument("flow")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, LONGEST), help="How far back to look.")
def command(flow: str, days: int) -> None:
    """Print how many people gave each answer to the questions of FLOW. That it was counted stands in the audit.

    Fewer than five people are never shown as a number, nor is nobody: whoever reads it could guess who they were.
    """
    with dependencies() as deps:
        try:
            questions = counts.count(deps, flow, days)
        except UseCaseError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        click.echo(f"{flow}: the last {days} days, by people")
        for question in questions:
            click.echo(f"\n{question.words}")
            width = max(len(one.answer) for one in question.counts)
            for one in question.counts:
                many = "fewer than five" if one.people is None else str(one.people)
                click.echo(f"  {one.answer:{width}}  {many}")
