"""What is written down as a story is read back as the same story, whatever words are in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.model import Channel, Urgency
from service.core.steps.shape import Later
from service.core.story import (
    Chooses,
    Given,
    HangsUp,
    Hour,
    LeadsTo,
    Passes,
    Person,
    Presses,
    Says,
    Silent,
    Staff,
    Story,
)
from service.core.story_file import load_stories
from service.core.story_write import quoted, span, written

FILE = "flows/case.stories.yml"
EVERYTHING = Story(
    name="A hard week, then: words",
    flow="case",
    file=FILE,
    line=1,
    channel=Channel.VOICE,
    language="ur",
    given=Given(
        now=Hour(1, 11 * 60 + 5),
        on_duty=False,
        name="Łukasz #2",
        language="ur",
        delivered=False,
        promise_kept=True,
        ideas=3,
        discreet=True,
        role="peer",
        my={"pace": "slower", "name": "yes: no"},
        consents={"peers": False},
        answers={"week": ("hard",), "help": ("food", "home")},
        last={"week": ("good",)},
    ),
    says=(
        Says("week", 1),
        Says("We did not say that well.", 1),
        Chooses(("skip",), 1),
        Chooses(("food", "home"), 1),
        Person("I can't: see the #point", 1),
        Presses("#", 1),
        Presses("*", 1),
        Presses("0417", 1),
        Silent(None, 1),
        Silent(None, 1, 2),
        Silent(timedelta(hours=2), 1),
        Passes(timedelta(days=14), 1),
        HangsUp(1),
        Staff("accepts", 1),
    ),
    leads_to=LeadsTo(
        line=1,
        escalation=Urgency.URGENT,
        page=True,
        promise=False,
        plan="contact",
        notes={"need": ("food",)},
        consent={"peers": True},
        keeps={"code": "0417", "safe_hours": "10:00-12:00"},
        later=(Later("other", timedelta(days=2)), Later("third", timedelta(minutes=90))),
        staff_told=("not delivered",),
    ),
)


def without_lines(story: Story) -> Story:
    return replace(
        story,
        line=1,
        given=replace(story.given, line=0),
        says=tuple(replace(line, line=1) for line in story.says),
        leads_to=replace(story.leads_to, line=1),
    )


def test_everything_that_a_story_can_say_comes_back() -> None:
    [again] = load_stories(written(EVERYTHING), FILE)
    assert without_lines(again) == EVERYTHING


def test_nothing_is_written_as_nothing() -> None:
    story = Story("Nothing", "case", FILE, 1, LeadsTo(1), (Says("week", 1),))
    text = written(story)
    assert text == "- story: Nothing\n  says:\n    - service: week\n  leads_to: {nothing: true}\n"
    [again] = load_stories(text, FILE)
    assert without_lines(again) == story


@given(st.text(min_size=1, max_size=60).filter(lambda words: words.strip() == words and words))
@settings(max_examples=300, deadline=None)
def test_any_words_come_back(words: str) -> None:
    words = words.encode("utf-8", "replace").decode("utf-8")
    story = Story("One", "case", FILE, 1, LeadsTo(1), (Person(words, 1),), Given(name=words))
    [again] = load_stories(written(story), FILE)
    assert (again.says[0], again.given.name) == (Person(words, again.says[0].line), words)


@pytest.mark.parametrize(
    ("words", "as_written"),
    [("good week", "good week"), ("a, b", "a, b"), ("a: b", '"a: b"'), ("a #b", '"a #b"'), ("- a", '"- a"'), ("٢", "٢")],
)
def test_words_stand_in_quotes_only_where_they_must(words: str, as_written: str) -> None:
    assert quoted(words) == as_written


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=7), "1 week"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_that_says_it_exactly(length: timedelta, said: str) -> None:
    assert span(length) == said
