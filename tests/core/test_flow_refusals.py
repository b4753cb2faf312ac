"""What is no flow at all is refused at once, however large, deep or hostile it is. Work is counted, not timed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.conditions import Matches
from service.core.flow_checks import check_steps
from service.core.flow_file import FlowProblems, load_flow
from service.core.flow_yaml import Problems
from tests.core.calls import calls_of
from tests.core.checkins import HEAD


def load(steps: str):
    return load_flow(HEAD + steps, "flows/case.yml")


def problems_of(text: str) -> list[str]:
    return [str(problem).removeprefix("flows/case.yml:") for problem in all_problems(text)]


def test_tabs_are_told_line_by_line():
    assert problems_of("flow: case\n\tstarts: x\nsay:\tHello\n") == [
        "2: a tab stands here; write spaces instead",
        "3: a tab stands here; write spaces instead",
    ]


def test_a_file_of_more_than_a_megabyte_is_refused_unread():
    assert problems_of("ü" * 500_001)[0].startswith("1: the file is larger than 1 MB")
    huge = "- a\n" * 2_500_000
    assert calls_of(lambda: all_problems(huge), within="") < 100


@pytest.mark.parametrize("deep", ["- " * 25 + "a", "[" * 50_000, "{a: " * 400 + "}" * 400])
def test_deep_nesting_is_refused_without_reading_on(deep):
    assert problems_of(f"flow: case\nsteps:\n  {deep}\n") == ["3: nested more than 20 deep; write it flatter"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_the_work_of_refusing_deep_nesting_does_not_grow_with_it(opening):
    def work(times):
        return calls_of(lambda: all_problems(f"flow: case\nsteps:\n  {opening * times}\n"), within="")

    assert work(100_000) < 1.5 * work(1_000)


def test_brackets_without_end_are_not_even_looked_at():
    assert calls_of(lambda: all_problems(f"flow: case\nsteps:\n  {'[' * 500_000}\n"), within="") < 200


def test_a_bomb_of_aliases_is_refused_at_its_first_name():
    names = [f"n{place}" for place in range(9)]
    lines = ["n0: &n0 [lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    bomb = "\n".join(lines) + "\n"
    assert problems_of(bomb) == [
        '1: a name with & or * (a YAML anchor); write it out, or put words in "quotes"',
    ]
    assert calls_of(lambda: all_problems(bomb), within="") < 5_000


def test_a_flow_far_too_long_is_not_compared_step_by_step():
    step = load("  - {id: a, say: Hello.}\n").steps[0]

    def work(times):
        steps = tuple(replace(step, id=f"s{place}", when=Matches("s1", ("b",), 11)) for place in range(times))
        flow = replace(load("  - {id: a, say: Hello.}\n"), steps=steps)
        return calls_of(lambda: check_steps(flow, frozenset(), Problems("flows/case.yml")))

    assert work(8_000) < 2.5 * work(4_000)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ud800"])
def test_a_character_that_no_text_may_hold_is_told_with_its_line(character):
    told = problems_of(HEAD + f"  - id: a\n    say: Hel{character}lo.\n")
    assert told == ["12: a character that no text may hold stands here; take it out"]


def test_a_control_character_that_an_escape_makes_is_told_too():
    told = problems_of(HEAD + '  - id: a\n    say: "Hel\\x07lo"\n')
    assert told == ["12: a control character stands in these words; take it out"]


PIECES = st.sampled_from(
    ["- ", "id: a", "say: b", "{", "}", "[", "]", ":", "\n", "  ", "#", '"', "'", "&a", "*a", "|", ">", "?", "!", "%",
     "---", "steps:", "when:", "choices:", "ask: c", "yes_no:", "true", "silence:", "\\", "é", "\x85", "\u2028", ","]
)  # fmt: skip


def all_problems(text):
    try:
        load_flow(text, "flows/case.yml")
    except FlowProblems as error:
        return error.problems
    return ()


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.booleans())
def test_any_text_is_a_flow_or_problems_with_lines_in_the_file(text, with_head):
    text = HEAD + text if with_head else text
    lines = text.replace("\x85", "\n").replace("\u2028", "\n").count("\n") + 2
    assert all(1 <= problem.line <= lines and problem.message for problem in all_problems(text))
