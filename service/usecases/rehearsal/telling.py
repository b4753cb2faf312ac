"""All the stories of a home: read together, told together, and what is wrong with them as problems with their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from service.core.flow_fields import did_you_mean
from service.core.model import Problem
from service.core.story import Story
from service.core.story_file import StoryProblems, flow_of, load_stories
from service.usecases.rehearsal.playing import Played, play, ways_of
from service.usecases.rehearsal.stage import Stage


def read_stories(texts: Mapping[str, str], stage: Stage, only: Collection[str] = ()) -> tuple[list[Story], list[Problem]]:
    """The stories of files by name, of all flows or `only` some, and every problem of every file."""
    stories: list[Story] = []
    problems: list[Problem] = []
    for file, text in sorted(texts.items()):
        name = flow_of(file)
        if only and name not in only:
            continue
        if name not in stage.flows:
            hint = did_you_mean(name, stage.flows)
            problems.append(Problem(file, 1, f"there is no flow {name} that these stories tell of; {hint}"))
            continue
        try:
            stories += load_stories(text, file, stage.flows[name], tuple(stage.flows), stage.languages.codes)
        except StoryProblems as error:
            problems += error.problems
    return stories, problems


def tell(
    story: Story, stage: Stage, today: date, *, channel: str | None = None, language: str | None = None
) -> Iterator[Played]:
    """The story once on each channel and in each language that it means, or on one and in one of them only."""
    for on, in_language in ways_of(story, stage.flows[story.flow], stage.languages.codes):
        if channel in (None, on) and language in (None, in_language):
            yield play(stage, story, on, in_language, today)


def story_problems(texts: Mapping[str, str], stage: Stage, today: date) -> Iterator[Problem]:
    """What is wrong with the stories of a home: what cannot be read, and what does not come true, each thing once."""
    stories, problems = read_stories(texts, stage)
    yield from problems
    for story in stories:
        yield from _untrue(tell(story, stage, today))


def _untrue(played: Iterable[Played]) -> Iterator[Problem]:
    ways: dict[tuple[int, str], list[str]] = {}
    for one in played:
        for differs in one.differs:
            ways.setdefault((differs.line, differs.why), []).append(f"{one.language} {one.channel.value}")
        story = one.story
    for (line, why), where in ways.items():
        yield Problem(story.file, line, f"“{story.name}” does not come true ({', '.join(where)}): {why}")
