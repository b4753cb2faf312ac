"""A story comes true where everything happens as it tells, and else the line and the difference are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service.core.model import Channel
from service.core.story_file import load_stories
from service.core.story_write import written
from service.usecases.rehearsal import Stage, play, story_problems, ways_of
from tests.rehearsal.cases import TODAY, own_stage, stories_of

HERE = Path(__file__).parent
TRUE = stories_of((HERE / "true.stories.yml").read_text("utf-8"))
FALSE = YAML(typ="safe", pure=True).load((HERE / "false.stories.yml").read_text("utf-8"))
LINES = (HERE / "false.stories.yml").read_text("utf-8").split("\n- story: ")[1:]


@pytest.mark.parametrize("story", TRUE, ids=lambda story: story.name)
def test_it_comes_true_on_every_channel_and_in_every_language_that_it_means(story) -> None:
    stage = own_stage()
    for channel, language in ways_of(story, stage.flows["case"], stage.languages.codes):
        played = play(stage, story, channel, language, TODAY)
        assert played.came_true, (channel, language, played.differs)


@pytest.mark.parametrize("place", range(len(FALSE)), ids=[case["story"] for case in FALSE])
def test_what_differs_is_told_with_its_line(place: int) -> None:
    why = FALSE[place]["why"]
    text = "- story: " + LINES[place].split("\n  why: ")[0] + "\n"
    if "leads_to" not in FALSE[place]:
        text += "  leads_to: {nothing: true}\n"
    [story] = stories_of(text)
    stage = own_stage()
    channel, language = next(ways_of(story, stage.flows["case"], ("en",)))
    played = play(stage, story, channel, language, TODAY)
    told = [f"{one.line}: {one.why}" for one in played.differs]
    assert told
    assert any(one.startswith(why) for one in told), told


def test_free_words_are_told_in_one_language_and_everything_else_in_all() -> None:
    stage = own_stage()
    by_name = {story.name: set(ways_of(story, stage.flows["case"], ("en", "ur"))) for story in TRUE}
    assert by_name["Not safe"] == {(channel, code) for channel in Channel for code in ("en", "ur")}
    assert by_name["Why"] == {(Channel.SMS, "en")}
    assert by_name["Two silences in a call"] == {(Channel.VOICE, "en"), (Channel.VOICE, "ur")}


@pytest.mark.parametrize("story", TRUE, ids=lambda story: story.name)
def test_a_story_that_is_written_down_is_the_same_story(story) -> None:
    [again] = stories_of(written(story))
    assert [type(line).__name__ for line in again.says] == [type(line).__name__ for line in story.says]
    stage = own_stage()
    channel, language = next(ways_of(again, stage.flows["case"], stage.languages.codes))
    assert play(stage, again, channel, language, TODAY).came_true


def shipped_stories(stage: Stage):
    for file in sorted((HERE.parents[1] / "flows").glob("*.stories.yml")):
        flow = stage.flows[file.name.removesuffix(".stories.yml")]
        yield from load_stories(
            file.read_text("utf-8"), f"flows/{file.name}", flow, tuple(stage.flows), stage.languages.codes
        )


def test_every_story_that_ships_comes_true_in_every_language_and_channel_it_means(shipped: Stage) -> None:
    wrong = []
    for story in shipped_stories(shipped):
        for channel, language in ways_of(story, shipped.flows[story.flow], shipped.languages.codes):
            played = play(shipped, story, channel, language, TODAY)
            wrong += [f"{story.file}:{one.line}: {channel} {language}: {one.why}" for one in played.differs]
    assert wrong == []


def test_all_that_is_wrong_with_the_stories_of_a_home_is_told_at_once(shipped: Stage) -> None:
    good = "- story: One\n  says: [{service: week}, {chooses: good}]\n  leads_to: {nothing: true}\n"
    texts = {
        "flows/case.stories.yml": good + good.replace("One", "Two").replace("{nothing: true}", "{escalation: soon}"),
        "flows/cse.stories.yml": good,
        "flows/welcome.stories.yml": good,
    }
    told = [str(problem) for problem in story_problems(texts, own_stage(), TODAY)]
    ways = ", ".join(f"{code} {channel}" for channel in ("sms", "voice") for code in own_stage().languages.codes)
    assert told == [
        "flows/cse.stories.yml:1: there is no flow cse that these stories tell of; did you mean `case`?",
        "flows/welcome.stories.yml:2: no step of welcome is called week; " + told[1].rpartition("; ")[2],
        f"flows/case.stories.yml:6: “Two” does not come true ({ways}): "
        "escalation: the story says soon, and it did not happen",
    ]


def test_every_flow_that_ships_has_stories(shipped: Stage) -> None:
    assert {story.flow for story in shipped_stories(shipped)} == set(shipped.flows)
