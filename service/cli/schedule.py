"""Show when people are asked what in the next weeks, and why."""

from __future__ import annotations

import sys

import click

from service.cli._deps import dependencies
from service.usecases import looking_ahead
from service.usecases.looking_ahead import Ahead, Line


@click.group("schedule")
def command() -> None:
    """Check-ins to come: what config/groups.yml says, on each person's clock, in their safe hours, at their pace."""


@command.command("show")
@click.argument("who")
def show(who: str) -> None:
    """The next four weeks of WHO: a group of config/groups.yml, or an id from `alongside people list`."""
    with dependencies() as deps:
        ahead = looking_ahead.of_group(deps, who) or looking_ahead.of_person(deps, who)
        if ahead is None:
            known = ", ".join(deps.releases.current().config.groups) or "none, for there is no config/groups.yml"
            click.echo(f"{who} is neither a group ({known}) nor an id from 'alongside people list'.", err=True)
            sys.exit(2)
        for line in _said(ahead):
            click.echo(line)


def _said(ahead: Ahead) -> list[str]:
    lines = [ahead.goes_by, *ahead.in_the_way]
    width = max((len(line.flow) for line in ahead.lines), default=0)
    lines += [_one(line, width) for line in ahead.lines]
    return lines if ahead.lines else [*lines, "Nothing is to come in the next four weeks."]


def _one(line: Line, width: int) -> str:
    time = "  –  " if line.is_left_out else f"{line.when:%H:%M}"
    return f"  {line.when:%a %d %b}  {time}  {line.flow:{width}}  {line.remark}".rstrip()
