"""What commands share: settings from the environment, dependencies from settings, and errors that say what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.keys import KeysError
from service.settings import SettingsError, load, prepare
from service.store.errors import StoreError
from service.store.migrate import check_revision
from service.usecases.deps import Deps
from service.usecases.publishing import HomeProblems
from service.usecases.releases import NothingPublished
from service.wiring import build_deps


@contextmanager
def dependencies(*, migrated: bool = True) -> Iterator[Deps]:
    """The running service's own dependencies; what goes wrong ends the command with a sentence and code 2."""
    try:
        settings = load(os.environ)
        prepare(settings)
        deps = build_deps(settings)
        if migrated:
            check_revision(deps.database)
        yield deps
    except SettingsError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(2)
    except (StoreError, KeysError, NothingPublished) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def say_problems(error: HomeProblems) -> None:
    """Every problem, one a line, and how many there are."""
    for problem in error.problems:
        click.echo(str(problem), err=True)
    count = len(error.problems)
    click.echo(f"{count} problem{'s' if count > 1 else ''} found. Nothing was changed.", err=True)
