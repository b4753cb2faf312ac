"""Bring the database to the revision that this program needs."""

from __future__ import annotations

import click

from service.cli._deps import dependencies
from service.store.migrate import migrate


@click.command("migrate")
def command() -> None:
    """Bring the database to the revision that this program needs. Safe to run at any time, also twice at once."""
    with dependencies(migrated=False) as deps:
        click.echo(f"The database is at revision {migrate(deps.database)}.")
