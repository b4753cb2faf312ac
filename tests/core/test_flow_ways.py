"""One answer of each kind that leads elsewhere: enough to walk every way, and no more."""

from __future__ import annotations

import pytest

from service.core.flow_file import load_flow
from service.core.flow_ways import OWN_WORDS, answers_that_differ
from service.core.story import SKIP

HEAD = """flow: case
starts: every week
purpose: To try one thing.
wellbeing: Being well is yours to say.
decided_by: No group has decided this yet.
not_for: Emergencies.
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
"""
END = "  - {id: end, say: Thank you.}\n"
CHOICES = "  - {id: week, ask: Well?, choices: {good: Good, mixed: Mixed, hard: Hard}}\n"


@pytest.mark.parametrize(
    ("steps", "answers"),
    [
        (CHOICES, [("good",)]),
        (CHOICES + "  - {id: more, when: {week: hard}, say: Oh.}\n", [("good",), ("hard",)]),
        (CHOICES + "  - {id: more, when: {week: {given: false}}, say: Oh.}\n", [("good",), (SKIP,)]),
        (CHOICES.replace("hard: Hard", "hard: {label: Hard, raises: soon}"), [("good",), ("hard",)]),
        (CHOICES.replace("hard: Hard", "hard: {label: Hard, offer: call}"), [("good",), ("hard",)]),
        (CHOICES.replace("hard: Hard", "hard: {label: Hard, set: {pace: slower}}"), [("good",), ("hard",)]),
        ("  - {id: week, ask: Well?, open: true}\n", [(OWN_WORDS,), (SKIP,)]),
        ("  - {id: week, offer: call}\n", [("yes",), ("no",)]),
        ("  - {id: week, ask: How much?, scale: {from: 1, to: 5}, low: Little, high: Much}\n", [("1",)]),
        (
            "  - {id: week, ask: How much?, scale: {from: 1, to: 5}, low: Little, high: Much}\n"
            "  - {id: more, when: {week: {at_least: 4}}, say: Oh.}\n",
            [("1",), ("4",)],
        ),
        (
            "  - {id: week, ask: May we?, yes_no: true, consent: peers}\n"
            "  - {id: more, when: {consent.peers: yes}, say: Oh.}\n",
            [("yes",), ("no",)],
        ),
        (
            "  - {id: week, ask: Clear?, choices: {a: A, b: B, c: C}, teach_back: {right: b}, otherwise: It is B.}\n",
            [("a",), ("b",)],
        ),
    ],
)
def test_only_what_makes_a_difference_is_tried(steps, answers) -> None:
    flow = load_flow(HEAD + steps + END, "flows/case.yml")
    assert list(answers_that_differ(flow)["week"]) == answers
