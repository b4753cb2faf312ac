"""A flow on a wall: every word of it is there, nothing lies over anything else, and it is a file that anything opens."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.drawing import draw
from service.core.drawing.cards import cards_of, head_of, letters_of
from service.core.drawing.layout import laid_out
from service.core.drawing.measure import width, wrap
from service.core.drawing.shapes import Box, Text
from service.core.flow_file import load_flow
from service.core.words import SERVICE_WORDS

SVG = "{http://www.w3.org/2000/svg}"
HEAD = """flow: case
starts: every week
purpose: To try <one> thing & another.
wellbeing: Being well is yours to say.
decided_by: No group has decided this yet.
not_for: Emergencies.
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
"""
STEPS = """
  - id: week
    ask: How has your week been?
    why: So that we notice when things change.
    choices: {good: Good, hard: {label: Hard, raises: soon}, ring: {label: Ring me, offer: call}}
    silence: {remind: 1 day, then: my_silence_plan}
  - id: load
    ask: How heavy was it?
    scale: {from: 1, to: 5}
    low: Light
    high: Too much
  - id: help
    when: {any: [{week: hard}, {load: {at_least: 4}}]}
    ask: Would this help?
    choices: {food: Food, home: Heating, none: Not now}
    many: true
    notes: need
  - id: safe
    when: {all: [{week: {is_not: good}}, {channel: voice}, {my.pace: slower}]}
    ask: Are you safe?
    yes_no: {no: {raises: urgent}}
    silence: {remind: 90 minutes, then: soon}
  - id: may
    ask: May we ask again?
    yes_no: true
    consent: checkins
    after_urgent: true
  - id: words
    when: {may: {given: false}}
    ask: What else?
    open: true
  - when: {week: hard}
    later: {flow: case, in: 2 days}
  - id: thanks
    say: Thank you.
"""


@dataclass(frozen=True)
class Plain:
    """English as it stands in the files, or in a language that runs the other way."""

    code: str = "en"
    right_to_left: bool = False
    languages: tuple[str, ...] = ("en", "ur")

    def flow(self, context: str, english: str) -> str:
        return "و " + english if self.right_to_left else english

    def say(self, key: str, /, **values: str) -> str:
        return SERVICE_WORDS[key].format(**values)

    def language(self, code: str) -> str:
        return code


FLOW = load_flow(HEAD + STEPS, "flows/case.yml")


def texts(svg: str) -> list[str]:
    return [str(node.text) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def picture(flow, speaker=Plain()):
    return laid_out(head_of(flow, speaker), cards_of(flow, speaker), speaker, 1.4)


def test_everything_that_is_said_asked_and_answered_stands_on_it() -> None:
    said = " ".join(texts(draw(FLOW, Plain())))
    for words in [
        *("To try <one> thing & another.", "Who decided this: No group has decided this yet.", "Begins: every week"),
        *("How has your week been?", "So that we notice when things change.", "Good", "Ring me", "Light", "Too much"),
        *("Only if A: Hard or B: ≥ 4", "Only if A: not Good and in a call and pace: slower", "Only if E: not answered"),
        *("Also after something urgent", "In 2 days this begins: case", "Goes into the list of needs.", "The end"),
        "No answer after 1 day: we ask once more. Still none: what they chose for their silence.",
        "No answer after 90 minutes: we ask once more. Still none: a person looks, soon",
    ]:
        assert words in said, words
    assert [said.count("Soon"), said.count("Urgent")] == [3, 2]  # two answers and the legend; one and the legend


def test_letters_name_questions_and_what_an_answer_leads_to() -> None:
    assert letters_of(FLOW) == {"week": "A", "load": "B", "help": "C", "safe": "D", "may": "E", "words": "F"}


def test_it_is_one_file_without_anything_from_elsewhere_and_speaks_to_those_who_cannot_see_it() -> None:
    svg = draw(FLOW, Plain())
    root = ElementTree.fromstring(svg)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} == {
        *("svg", "title", "desc", "rect", "text", "polygon", "polyline"),
    }
    assert "href" not in svg
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "case: To try <one> thing & another."
    told = root.findtext(f"{SVG}desc") or ""
    assert "A. How has your week been?\n1 Good\n2 Hard Soon\n3 Ring me Soon" in told
    assert "D. Only if A: not Good\nand in a call\nand pace: slower Are you safe?\n1 Yes\n2 No Urgent" in told


def _inside(text: Text, box: Box) -> bool:
    wide = width(text.words, text.size, bold=text.bold)
    left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
    return (
        box.x <= left
        and left + wide <= box.x + box.width
        and box.y < text.y - text.size * 0.7
        and text.y < box.y + box.height
    )


def _meet(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def _is_tidy(flow) -> None:
    drawn = picture(flow)
    cards = [thing for thing in drawn.things if isinstance(thing, Box) and thing.group]
    assert len(cards) == len(flow.steps)
    assert not [pair for pair in itertools.combinations(cards, 2) if _meet(*pair)]
    page = Box(0, 0, drawn.width, drawn.height, "paper")
    for text in (thing for thing in drawn.things if isinstance(thing, Text)):
        assert _inside(text, page), text
        touching = [
            card for card in cards if card.y - 4 < text.y < card.y + card.height and card.x <= text.x <= card.x + card.width
        ]
        assert all(_inside(text, card) for card in touching), text


def test_nothing_lies_over_anything_else() -> None:
    _is_tidy(FLOW)


@given(
    st.lists(st.text("abcdefg wiWMé", min_size=1, max_size=90).filter(str.strip), min_size=1, max_size=12),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_words_of_any_length_stay_in_their_place(sentences: list[str], branch: bool) -> None:
    steps = "  - {id: first, ask: Well?, yes_no: {no: {raises: urgent}}, silence: {then: soon}}\n"
    for place, words in enumerate(sentences):
        when = ", when: {first: no}" if branch and place % 2 else ""
        steps += f'  - {{id: s{place}, say: "{words.strip()}"{when}}}\n'
    steps += "  - {id: end, say: Thank you.}\n"
    _is_tidy(load_flow(HEAD + steps, "flows/case.yml"))


def test_a_language_that_runs_right_to_left_begins_at_the_right() -> None:
    drawn = ElementTree.fromstring(draw(FLOW, Plain(code="ar", right_to_left=True)))
    wide = float(drawn.get("width") or 0)
    words = {str(node.text): node for node in drawn.iter(f"{SVG}text")}
    title = words["و To try <one> thing & another."]
    assert float(title.get("x") or 0) > wide * 0.9
    assert title.get("direction") == "rtl"
    english = words["The end"]
    assert (english.get("direction"), english.get("text-anchor")) == (None, "end")


@pytest.mark.parametrize(("text", "lines"), [("", [""]), ("a b", ["a b"]), ("aaaa bbbb", ["aaaa", "bbbb"])])
def test_words_are_wrapped_between_words(text: str, lines: list[str]) -> None:
    assert wrap(text, 10, 40) == lines


def test_a_word_longer_than_any_line_is_cut() -> None:
    lines = wrap("x" * 100, 10, 70)
    assert "".join(lines) == "x" * 100
    assert all(width(line, 10) <= 70 for line in lines)
