"""Every fault of a rules file is named with its file, its line and what to write instead."""

from __future__ import annotations

import pytest

from service.core.model import Urgency
from service.core.urgency import RuleProblems, Rules, assess, compile_rules
from service.core.urgency_file import read_rules

GOOD = """\
language: xx
version: 2026-11-24
reviewed_by: A. Reader
spellings:
  please: pls
words:
  fruit: apple, pear
urgent:
  fallen:
    reason: wrote of a fall
    match: |
      {fruit} ..2 fell
soon:
  heavy:
    reason: wrote of a load
    weak: yes
    match: |
      heavy
routine:
  joiners: and
  phrases: |
    heavy {fruit}
    more please
any_language: ok
"""


def compiled(text: str) -> Rules:
    return compile_rules({"xx": read_rules(text, "locales/xx/urgency.yml")})


def test_a_right_file_says_what_is_urgent_soon_and_routine() -> None:
    texts = ("the pear just fell", "heavy load", "heavy pear and more pls")
    assert [assess(text, compiled(GOOD)).urgency for text in texts] == [Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE]


FAULTS = [
    ("language: xx", "language: en", 1, "write `language: xx`"),
    ("version: 2026-11-24", "version:", 2, "write the day"),
    ("any_language: ok", "anywhere: ok", 24, "“anywhere” is no part of a rules file"),
    ("spellings:\n  please: pls", "spellings: pls", 4, "write names with a colon"),
    ("please: pls", "please: p l", 5, "is several words"),
    ("please: pls", "please: pls\n  peas: pls", 6, "stands for “please” already"),
    ("fruit: apple, pear", "fruit: [apple, pear]", 7, "write words with commas"),
    ("fruit: apple, pear", "Fruit: apple", 7, "can't name a list"),
    ("fruit: apple, pear", "fruit:", 7, "is empty"),
    ("fruit: apple, pear", "fruit: apple, {seeds}", 7, "there is no word list “seeds” above"),
    ("    reason: wrote of a fall\n", "", 9, "has no `reason:`"),
    ("    match: |\n      {fruit} ..2 fell\n", "", 9, "has no `match:`"),
    ("    reason: wrote of a fall", "    because: it fell\n    reason: x", 10, "“because” is no part of a rule"),
    ("    reason: wrote of a fall", "    weak: yes\n    reason: x", 10, "only a rule under `soon:` may be weak"),
    ("    weak: yes", "    weak: maybe", 16, "only a rule under `soon:` may be weak"),
    ("{fruit} ..2 fell", "{vegetable} ..2 fell", 12, "there is no word list “vegetable”"),
    ("{fruit} ..2 fell", "{fruit} ..2 fell\n      fruit (", 13, "can't read the template from “(”"),
    ("{fruit} ..2 fell", "fell? ..", 12, "would match anything"),
    ("  joiners: and", "  joining: and", 20, "“joining” is no part of `routine`"),
    ("    more please", "    more .. please", 23, "may not have a gap"),
    ("urgent:\n", "urgent: pear\nlater:\n", 8, "write names with a colon"),
    ("language: xx", "language: [xx", 2, "this is not YAML"),
    (GOOD, "- one\n- two\n", 1, "write `language:`"),
    (GOOD, "", 1, "write `language:`"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "message"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_each_fault_is_named_with_its_line(right: str, wrong: str, line: int, message: str) -> None:
    assert right in GOOD
    with pytest.raises(RuleProblems) as raised:
        compiled(GOOD.replace(right, wrong, 1))
    assert [problem for problem in map(str, raised.value.problems) if message in problem] != []
    named = next(problem for problem in raised.value.problems if message in str(problem))
    assert str(named).startswith(f"locales/xx/urgency.yml:{line}: ")


def test_all_faults_of_all_files_are_named_at_once() -> None:
    bad = GOOD.replace("{fruit} ..2", "{seeds} ..2").replace("heavy {fruit}", "heavy {nuts}")
    other = bad.replace("language: xx", "language: yy").replace("{seeds}", "{stones}")
    with pytest.raises(RuleProblems) as raised:
        compile_rules({"xx": read_rules(bad, "a"), "yy": read_rules(other, "b")})
    assert [(one.file, one.line) for one in raised.value.problems] == [
        (f"locales/{language}/urgency.yml", line) for language in ("xx", "yy") for line in (12, 22)
    ]


def test_a_list_may_be_made_of_lists_above_it() -> None:
    rules = compiled(GOOD.replace("fruit: apple, pear", "stone: plum\n  fruit: apple, {stone}"))
    assert assess("plum fell", rules).urgency is Urgency.URGENT


ASKED = (
    GOOD
    + """\
asked:
  safe:
    short_no:
      reason: said no to feeling safe
      match: |
        ^ heavy {fruit} $
"""
)


def test_a_rule_for_one_question_raises_only_there() -> None:
    rules = compiled(ASKED)
    urgencies = [assess("heavy pear", rules, question=question).urgency for question in (None, "week", "safe")]
    assert urgencies == [Urgency.ROUTINE, Urgency.ROUTINE, Urgency.URGENT]
    assert assess("more please", rules, question="safe").urgency is Urgency.SOON


WIDTHS = [("pear fell", 2), ("pear that i like fell", 1), ("pear that i fell", 2), ("fell pear", 1)]


@pytest.mark.parametrize(("text", "urgency"), WIDTHS)
def test_a_gap_is_as_wide_as_it_says(text: str, urgency: int) -> None:
    assert assess(text, compiled(GOOD)).urgency == urgency


@pytest.mark.parametrize(
    ("template", "hit", "miss"),
    [
        ("^ pear $", "pear", "a pear"),
        ("(apple|ripe pear) fell", "ripe pear fell", "pear fell"),
        ("pear !over", "pear here", "pear over"),
        ("!2(no) pear", "pear", "no big pear"),
        ("pear ~3 fell", "fell big pear", "fell from his own big pear"),
        ("pear red? fell", "pear fell", "pear green fell"),
    ],
)
def test_templates_read_as_the_rules_file_says(template: str, hit: str, miss: str) -> None:
    rules = compiled(GOOD.replace("{fruit} ..2 fell", template))
    assert [assess(text, rules).urgency for text in (hit, miss)] == [Urgency.URGENT, Urgency.SOON]
