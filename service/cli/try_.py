"""Walk a flow in the terminal, as the person would meet it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from service.cli._aside import before, happened
from service.cli._home import HOME, channel_named, flow_named, language_named, opened, refuse
from service.cli._transcript import spoken
from service.cli.story import stage_of
from service.core.flow_file import Flow
from service.core.model import Channel
from service.core.story import Given, Hour, Story
from service.core.story_file import StoryProblems, load_given, load_stories
from service.core.story_values import span
from service.core.story_write import written
from service.core.yaml_lines import Unclear
from service.usecases.rehearsal import CannotHappen, Recording, Rehearsal, Said, Stage, play, scene_now

WHAT_TO_TYPE = """\
Type what the person would type{or_key}, and press Enter. Also:
  /silent        no answer, for as long as the service waits
  /later 1 day   time goes by
  /hang-up       the call is over
  /claims        a worker takes what was raised; /accepts: a worker comes onto the line
  /end           enough"""


@click.command("try")
@click.argument("flow")
@click.option("--language", help="In which language; without it, the one the service begins in.")
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]), help="By text or by call.")
@click.option(
    "--as",
    "state",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with what is known of the person, written as under `given` in a story.",
)
@click.option("--write", is_flag=True, help="At the end, add the walk to the flow's stories.")
@HOME
def command(flow: str, language: str | None, channel: str | None, state: Path | None, write: bool, home: Path) -> None:
    """Walk FLOW as the person would meet it: by text with each part counted, or by call with its pauses and keys.

    Beside it stands why each question is asked, and whom an answer reaches. Nothing is sent and nothing is kept.
    """
    _, release = opened(home)
    plan, stage = flow_named(release, flow), stage_of(release)
    given = _given(state, plan, release.languages.codes)
    code = language_named(release, language or given.language)
    now = datetime.now(UTC)
    scene = scene_now(stage, plan, channel_named(plan, channel), given, now)
    walk = _Walk(Recording(Rehearsal(stage, scene, code)))
    typed = _Typed()
    walk.go(typed)
    if write:
        _write(typed, stage, walk.recording, home, code, now)


def _given(state: Path | None, flow: Flow, languages: tuple[str, ...]) -> Given:
    if state is None:
        return Given()
    try:
        return load_given(state.read_text(encoding="utf-8"), str(state), flow, languages)
    except StoryProblems as error:
        refuse(str(error))
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{state} cannot be read: {error}")


class _Typed:
    """What is typed, a line at a time; told again where nobody sees it being typed."""

    def __init__(self) -> None:
        self._stream = sys.stdin
        self._seen = self._stream.isatty()

    def lines(self) -> Iterator[str]:
        """Every line until the end."""
        while (line := self.line("> ")) is not None:
            yield line

    def line(self, prompt: str) -> str | None:
        """One line; None at the end."""
        click.echo(prompt, nl=False)
        line = self._stream.readline()
        if not self._seen:
            click.echo(line.rstrip("\n"))
        return line.strip() if line else None


@dataclass(slots=True)
class _Walk:
    """One walk, shown while it goes."""

    recording: Recording

    def go(self, typed: _Typed) -> None:
        """From the first words to the end of what is typed."""
        rehearsal = self.recording.rehearsal
        scene = rehearsal.present.scene
        by = "by call" if rehearsal.in_call else "by text"
        click.echo(f"{scene.flow.name} {by} in {rehearsal.present.language}. /help says what can be done here.\n")
        self._show(self.recording.begin)
        for line in typed.lines():
            if line == "/end":
                break
            self._do(line)
        self._sum()

    def _do(self, line: str) -> None:
        if line == "/help":
            keys = ", the keys they would press" if self.recording.rehearsal.in_call else ""
            click.echo(WHAT_TO_TYPE.format(or_key=keys))
            return
        deed = self._deed(line)
        if deed is None:
            return
        try:
            self._show(deed)
        except CannotHappen as error:
            click.echo(f"    {error}")

    def _deed(self, line: str) -> Callable[[], Said] | None:
        recording = self.recording
        word, _, rest = line.partition(" ")
        match word:
            case "/silent":
                return recording.is_silent
            case "/hang-up":
                return recording.hangs_up
            case "/claims" | "/accepts":
                return lambda: recording.staff("claims" if word == "/claims" else "accepts")
            case "/later":
                try:
                    length = span(rest.strip())
                except Unclear as error:
                    click.echo(f"    {error if rest else 'say how long: /later 1 day'}")
                    return None
                return lambda: recording.passes(length)
            case _ if line.startswith("/"):
                click.echo(f"    {word} is not known; /help says what can be done here")
                return None
            case _:
                return lambda: recording.types(line)

    def _show(self, deed: Callable[[], Said]) -> None:
        """What is done, what is said to it, and beside it what nobody is told."""
        rehearsal = self.recording.rehearsal
        was = before(rehearsal.outcome)
        was_open = rehearsal.checkin.is_open
        said = deed()
        for line in happened(rehearsal.outcome, was):
            click.echo(f"    → {line}")
        for line in spoken(said, rehearsal.present.scene.channel):
            click.echo(line)
        for line in self._about_the_question(said):
            click.echo(f"    {line}")
        if was_open and not rehearsal.checkin.is_open:
            click.echo("    (the check-in is over; /end leaves)")

    def _about_the_question(self, said: Said) -> Iterator[str]:
        """Why it is asked, and which answers reach a person."""
        question = self.recording.rehearsal.question
        if question is None or not any(piece.asks for piece in said.pieces):
            return
        yield f"why: {self.recording.rehearsal.checkin.reason()}"
        for place, choice in enumerate(question.choices, 1):
            if choice.raises is not None:
                yield f"{place} ({choice.id}) would reach a person: {choice.raises.label}"
            elif choice.offer is not None:
                yield f"{place} ({choice.id}) would reach a person: soon, who is to {choice.offer}"

    def _sum(self) -> None:
        """All that it led to."""
        click.echo("\nAll that happened:")
        lines = list(happened(self.recording.rehearsal.outcome, None))
        for line in lines or ["nothing that reaches a person, and nothing kept"]:
            click.echo(f"  {line}")


# Writing the walk down


def _write(typed: _Typed, stage: Stage, recording: Recording, home: Path, code: str, now: datetime) -> None:
    if words := recording.free_words():
        click.echo("\nThese free words would be written down. They may be somebody's own:")
        for one in words:
            click.echo(f"  {one}")
        answer = typed.line("Write them into the file? Type yes, or anything else to leave it: ")
        if (answer or "").casefold() != "yes":
            click.echo("Nothing was written: without those words the story could not be told again.")
            return
    name = typed.line("\nWhat is the story about, in a few words? ")
    if not name:
        refuse("Nothing was written: a story needs a name.")
    flow = recording.rehearsal.checkin.flow
    path = home / "flows" / f"{flow.name}.stories.yml"
    story = _that_comes_true(stage, recording, name, code, now)
    earlier = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if path.exists() else ""
    text = earlier + written(story)
    try:
        load_stories(text, f"flows/{path.name}", flow, tuple(stage.flows), stage.languages.codes)
    except StoryProblems as error:
        refuse(f"Nothing was written:\n{error}")
    path.write_text(text, encoding="utf-8")
    click.echo(f"The story is written into flows/{path.name}.")


def _that_comes_true(stage: Stage, recording: Recording, name: str, code: str, now: datetime) -> Story:
    """The walk as a story that can be told again: on every channel if it comes true there, and at its hour if need be."""
    present = recording.rehearsal.present
    given, channel = present.scene.given, present.scene.channel
    if not present.is_somebody_on_duty():
        given = replace(given, on_duty=False)
    local = present.scene.now.astimezone(ZoneInfo(present.zone))
    at_its_hour = replace(given, now=Hour(local.weekday(), local.hour * 60 + local.minute))
    for one in (given, at_its_hour):
        story = recording.story(name, one, code)
        played = play(stage, story, channel, code, now.date())
        if played.came_true:
            return _on_all_channels(stage, story, code, now)
    click.echo("Nothing was written: told again, the story does not come true.", err=True)
    for differs in played.differs:
        click.echo(f"  {differs.why}", err=True)
    sys.exit(1)


def _on_all_channels(stage: Stage, story: Story, code: str, now: datetime) -> Story:
    anywhere = replace(story, channel=None)
    channels = stage.flows[story.flow].channels
    if len(channels) > 1 and all(play(stage, anywhere, channel, code, now.date()).came_true for channel in channels):
        return anywhere
    return story
