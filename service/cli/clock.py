"""Move the clock of the demo forward."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import click

from service.cli._deps import dependencies
from service.store.clock import ClockIsFixed

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@click.command("clock")
@click.argument("how_long")
def command(how_long: str) -> None:
    """Move the demo's clock forward by HOW_LONG: 90s, 5m, 2h, 1d. A real deployment refuses."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", how_long.strip().lower())
    if found is None:
        raise click.BadParameter("write a number and s, m, h or d: 5m")
    with dependencies() as deps:
        try:
            now = deps.clock.move(timedelta(**{_UNITS[found[2]]: int(found[1])}))
        except ClockIsFixed as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        for lane in ("urgent", "reply", "bulk"):
            deps.bell.ring(lane)
        click.echo(f"It is now {now:%Y-%m-%d %H:%M:%S} UTC for the demo.")
