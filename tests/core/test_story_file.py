"""A stories file becomes stories, or every fault is told at once with its line and what to write instead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from service.core.flow_file import load_flow
from service.core.model import Channel, Urgency
from service.core.steps.shape import Later
from service.core.story import Chooses, HangsUp, Hour, Passes, Person, Presses, Says, Silent, Staff
from service.core.story_file import StoryProblems, channels_of, flow_of, load_stories

FAULTS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("story_faults.yml").read_text("utf-8"))

FLOW = load_flow(
    """flow: case
starts: every week
purpose: To try one thing.
wellbeing: Being well is yours to say.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
  - id: week
    ask: How was your week?
    choices: {good: Good, mixed: Up and down, hard: {label: Hard, raises: soon}}
  - id: help
    ask: Would this help?
    choices: {food: Food, home: Heating, none: Not now}
    many: true
    notes: need
  - id: again
    ask: May we ask again?
    yes_no: true
    consent: checkins
  - id: words
    ask: What else?
    open: true
  - id: thanks
    say: Thank you.
""",
    "flows/case.yml",
)


def load(text: str):
    return load_stories(text, "flows/case.stories.yml", FLOW, ("case", "other"), ("en", "ur"))


def a_story(says: str = "chooses: hard", given: str = "{name: Ana}", leads_to: str = "{escalation: soon}") -> str:
    return f"""- story: One
  says:
    - service: week
    - {says}
  given: {given}
  leads_to: {leads_to}
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(StoryProblems) as caught:
        load(text)
    return [str(problem).removeprefix("flows/case.stories.yml:") for problem in caught.value.problems]


@pytest.mark.parametrize("case", FAULTS, ids=[case["fault"] for case in FAULTS])
def test_each_fault_is_told_with_its_line_and_what_to_write(case):
    lines = {key: case[key] for key in ("says_line", "given", "leads_to") if key in case}
    if "says_line" in lines:
        lines["says"] = lines.pop("says_line")
    told = problems_of(case["whole"] if "whole" in case else a_story(**lines))
    assert len(told) == len(case["says"]), told
    for problem, beginning in zip(told, case["says"], strict=True):
        assert problem.startswith(beginning), told


def test_a_good_story_is_read_as_meant():
    [story] = load(
        """- story: A hard week
  channel: voice
  language: ur
  given:
    now: Tuesday 11:00
    on_duty: no
    silence_plan: call
    my: {pace: slower}
    my.channel: voice
    consents: {peers: no}
    answers: {help: [food, home], week: hard}
    last: {week: good}
    promise_kept: yes
    ideas: 3
    role: participant
  says:
    - service: week
    - chooses: [skip]
    - person: I can't say
    - presses: hash
    - presses: 10
    - silent: twice
    - silent: once
    - silent: 2 hours
    - passes: 1 day
    - hangs_up: true
    - staff: claims
  leads_to:
    escalation: urgent
    page: trained_staff
    promise: none
    plan: call
    notes: {need: [food]}
    consent: {checkins: no}
    keeps: {language: ur}
    later: [case in 2 days, other in 1 week]
    staff_told: not delivered
"""
    )
    assert (story.name, story.flow, story.line, story.channel, story.language) == ("A hard week", "case", 1, "voice", "ur")
    given = story.given
    assert (given.now, given.on_duty, given.promise_kept, given.ideas, given.role) == (
        Hour(1, 660),
        False,
        True,
        3,
        "participant",
    )
    assert given.my == {"pace": "slower", "channel": "voice", "silence_plan": "call"}
    assert (given.consents, given.last) == ({"peers": False}, {"week": ("good",)})
    assert given.answers == {"help": ("food", "home"), "week": ("hard",)}
    assert story.says == (
        Says("week", 17),
        Chooses(("skip",), 18),
        Person("I can't say", 19),
        Presses("#", 20),
        Presses("10", 21),
        Silent(None, 22, 2),
        Silent(None, 23, 1),
        Silent(timedelta(hours=2), 24),
        Passes(timedelta(days=1), 25),
        HangsUp(26),
        Staff("claims", 27),
    )
    leads_to = story.leads_to
    assert (leads_to.escalation, leads_to.page, leads_to.promise) == (Urgency.URGENT, True, False)
    assert (leads_to.plan, leads_to.staff_told) == ("call", ("not delivered",))
    assert (leads_to.notes, leads_to.consent, leads_to.keeps) == (
        {"need": ("food",)},
        {"checkins": False},
        {"language": "ur"},
    )
    assert leads_to.later == (Later("case", timedelta(days=2)), Later("other", timedelta(weeks=1)))


def test_what_a_story_leaves_out_is_left_open():
    [story] = load(a_story(given="{}", leads_to="{nothing: true}"))
    assert channels_of(story, FLOW) == (Channel.SMS, Channel.VOICE)
    assert (story.language, story.given.on_duty, story.leads_to.promise, story.leads_to.escalation) == (None,) * 4


@pytest.mark.parametrize(
    ("says", "free"),
    [("chooses: hard", False), ("person: 1 3", False), ("person: ٢", False), ("person: skip", True), ("person: 2 ok", True)],
)
def test_free_words_belong_to_one_language_and_digits_to_none(says, free):
    [story] = load(a_story(says))
    assert story.has_free_words is free


def test_a_file_is_named_for_its_flow():
    assert flow_of("flows/weekly-check-in.stories.yml") == "weekly-check-in"


@given(st.text(alphabet=" -:{}[]#'\"storylchanesg\n12", max_size=120))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_is_read_or_refused(text):
    problems = ()
    try:
        stories = load(text)
    except StoryProblems as error:
        stories, problems = (), error.problems
    assert stories or problems
    assert all(problem.line >= 1 and problem.message for problem in problems)
