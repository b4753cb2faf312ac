"""Tell the stories of flows, and see whether they come true."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from service.cli._home import HOME, flow_named, language_named, opened, refuse
from service.cli._transcript import transcript
from service.core.model import Channel
from service.core.story import Story
from service.usecases.rehearsal import Played, Stage, read_stories, tell
from service.usecases.releases import Release


@click.command("story")
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@click.option("--language", help="Only in this language.")
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]), help="Only on this channel.")
@click.option("-v", "--verbose", is_flag=True, help="What was said in every story, not only where one did not come true.")
@HOME
def command(flows: tuple[str, ...], language: str | None, channel: str | None, verbose: bool, home: Path) -> None:
    """Tell every story of flows/*.stories.yml, or of each FLOW, on each channel and in each language that it means.

    A line each; where one does not come true: its file and line, what was said, and what happened instead. The exit code
    is then 1, and 2 if a file cannot be read.
    """
    snapshot, release = opened(home)
    wanted = {flow_named(release, name).name for name in flows}
    code = None if language is None else language_named(release, language)
    stage = stage_of(release)
    stories = _stories(snapshot, stage, wanted)
    failed, told = 0, 0
    for story in stories:
        played = list(tell(story, stage, _today(), channel=channel, language=code))
        told += len(played)
        failed += sum(not one.came_true for one in played)
        for line in _report(played, verbose=verbose):
            click.echo(line)
    click.echo(_sum(len(stories), told, failed))
    sys.exit(1 if failed else 0)


def stage_of(release: Release) -> Stage:
    """The release, to rehearse on."""
    return Stage(release.flows, release.languages, release.rules, release.config)


def _stories(snapshot: Mapping[str, Any], stage: Stage, wanted: set[str]) -> list[Story]:
    """The stories that are asked for; every problem of every file is told, and then the command ends with code 2."""
    stories, problems = read_stories(snapshot["stories"], stage, wanted)
    if problems:
        refuse("\n".join(map(str, problems)))
    if not stories:
        refuse("There are no stories to tell: write them beside the flow, in flows/NAME.stories.yml.")
    return stories


def _today() -> date:
    return datetime.now(UTC).date()


def _report(played: list[Played], *, verbose: bool) -> Iterator[str]:
    """One line for a story that came true everywhere; for each way in which it did not, all that is to know."""
    if not played:
        return
    story = played[0].story
    wrong = [one for one in played if not one.came_true]
    yield f"{'no ' if wrong else 'yes'}  {story.flow}: {story.name} ({_ways(wrong or played)})"
    for one in _each_once(played if verbose else wrong):
        for differs in one.differs:
            yield f"     {story.file}:{differs.line}: {differs.why}"
        for line in transcript(one.transcript, one.channel):
            yield f"       {line}"


def _each_once(played: list[Played]) -> list[Played]:
    """One for each channel and outcome: what differs alike in twelve languages need be read once."""
    return list({(one.channel, one.differs): one for one in reversed(played)}.values())[::-1]


def _ways(played: list[Played]) -> str:
    """by text in en, ur; by call in en."""
    languages: dict[Channel, list[str]] = defaultdict(list)
    for one in played:
        languages[one.channel].append(one.language)
    said = {Channel.SMS: "by text", Channel.VOICE: "by call"}
    return "; ".join(f"{said[channel]} in {', '.join(codes)}" for channel, codes in languages.items())


def _sum(stories: int, told: int, failed: int) -> str:
    told_of = f"{stories} {'story' if stories == 1 else 'stories'}, told {'once' if told == 1 else f'{told} times'}"
    if failed:
        return f"{told_of}: {failed} did not come true."
    return f"{told_of}: {'it' if told == 1 else 'all'} came true."
