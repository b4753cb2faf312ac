"""Measure the service against a named floor in the same run."""

from __future__ import annotations

import sys

import click

import bench
from bench.figures import CannotMeasure, Figures


@click.command("bench")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object; nothing else goes to stdout.")
@click.option("--small", is_flag=True, help="A tiny run that shows that it works; its figures mean nothing.")
def command(name: str | None, as_json: bool, small: bool) -> None:
    """Run the measurement NAME and print ours, the floor and their ratio. Without NAME, list what there is.

    bench/README.md says what each measures and how to read it. Exits with 1 when something that it needs is missing.
    """
    if name is None:
        for one in bench.NAMES:
            click.echo(f"  {one:<10} {(bench.measurement(one).__doc__ or '').partition(chr(10))[0]}")
        return
    if name not in bench.NAMES:
        raise click.BadParameter(f"write one of {', '.join(bench.NAMES)}", param_hint="NAME")
    try:
        found = bench.measurement(name).run(_say, small=small)
    except CannotMeasure as error:
        click.echo(f"{name} can't be measured here: {error}", err=True)
        sys.exit(1)
    click.echo(found.as_json() if as_json else _plainly(found))


def _say(line: str) -> None:
    click.echo(line, err=True)


def _plainly(found: Figures) -> str:
    lines = [
        f"ours   {found.ours:10.2f} {found.unit}",
        f"floor  {found.floor:10.2f} {found.unit}",
        f"ratio  {found.ratio:10.2f}",
    ]
    return "\n".join((*lines, *(f"{key}: {value}" for key, value in found.more.items())))
