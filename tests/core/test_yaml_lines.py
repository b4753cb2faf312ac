"""YAML read as words: what cannot be read is explained in plain words, and nothing that is typed breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.config_file import ConfigProblems
from service.core.model import Problem
from tests.core.config_texts import ROTA, load, problems


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty; README.md beside it shows what to write"),
        ("team:\n\tamina: x\n", 2, "a tab stands here; write spaces instead"),
        ("team: a: b\n", 1, 'words with ": " in them need "quotes" around them; else check the spaces before'),
        ("team: [a, b\n", 2, "a [ or { is never closed; write its ] or }"),
        ("team: 'x\n", 2, 'a quote is never closed; write the closing "'),
        ("team: *a\n", 1, 'words that begin with * need "quotes" around them'),
        ("team: &a {}\n", 1, "& and * do not repeat things here; write it out again, or put the words in quotes"),
        ("team: @a\n", 1, 'words that begin with a sign such as @ or % need "quotes" around them'),
        ("team:\n  a: 1\n b: 2\n", 3, "this line begins further left or right than its neighbours; line them up"),
        ("team: 1\n---\nteam: 2\n", 2, "--- stands in the file; leave it out"),
        ("team:\n  \x07\n", 2, "this can't be read: odd sign"),
        ("hello\n", 1, "team.yml has lines of the form key: value; write team"),
        ("team: hello\n", 1, "team has lines of the form key: value below it"),
        ("team: " + "[" * 600, 1, "lists stand in lists too many times; write it flatter"),
        ("# " + "x" * 300_000, 1, "the file is longer than 200,000 characters; split or shorten it"),
    ],
)
def test_yaml_that_cannot_be_read_is_explained_in_plain_words(text: str, line: int, message: str) -> None:
    assert f"config/team.yml:{line}: {message}" in problems(team=text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab:-[]{}#&*'\"|>%@!\n\t ,09?\x07é\u2028\ufeff", max_size=60), st.integers(0, len(ROTA)))
def test_whatever_is_typed_into_a_file_ends_in_config_or_in_problems(typed: str, place: int) -> None:
    found: tuple[Problem, ...] | None = None
    try:
        load(rota=ROTA[:place] + typed + ROTA[place:])
    except ConfigProblems as caught:
        found = caught.problems
    assert found is None or (found and all(problem.line >= 1 and problem.message for problem in found))
