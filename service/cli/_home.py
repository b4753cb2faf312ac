"""What commands that only look at a home share: the home as a release, and kind words for what it has not got."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from service.core.config_file import ConfigProblems
from service.core.flow_fields import did_you_mean
from service.core.flow_file import Flow, FlowProblems
from service.core.model import Channel
from service.core.urgency import RuleProblems
from service.languages import read_home
from service.settings import PROJECT
from service.usecases.releases import Release, build

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="ALONGSIDE_HOME",
    default=PROJECT,
    help="The folder with flows/, locales/ and config/.",
)


def refuse(message: str) -> NoReturn:
    """End the command with a sentence and code 2."""
    click.echo(message, err=True)
    sys.exit(2)


def opened(home: Path) -> tuple[dict[str, Any], Release]:
    """The home as it was read, and as a release; every problem is told, and then the command ends with code 2."""
    snapshot = read_home(home)
    try:
        return snapshot, build(snapshot, datetime.now(UTC).date())
    except (FlowProblems, ConfigProblems, RuleProblems) as error:
        refuse(str(error))


def flow_named(release: Release, name: str) -> Flow:
    """The flow of that name, with or without its folder and .yml."""
    bare = name.replace("\\", "/").rpartition("/")[2].removesuffix(".yml").removesuffix(".stories")
    flow = release.flows.get(bare)
    if flow is None:
        refuse(f"There is no flow {name}; {did_you_mean(bare, release.flows)}")
    return flow


def language_named(release: Release, code: str | None) -> str:
    """That language, or the one that the service begins in."""
    if code is None:
        return release.config.service.language
    if code in release.languages.codes:
        return code
    named = {release.languages.name(one).casefold(): one for one in release.languages.codes}
    if code.casefold() in named:
        return named[code.casefold()]
    refuse(f"There is no language {code}; {did_you_mean(code, release.languages.codes)}")


def channel_named(flow: Flow, name: str | None) -> Channel:
    """That channel, if the flow has it; the flow's first if none is named."""
    if name is None:
        return flow.channels[0]
    known = [channel.value for channel in flow.channels]
    if name not in known:
        refuse(f"{flow.name} has no channel {name}; {did_you_mean(name, known)}")
    return Channel(name)
