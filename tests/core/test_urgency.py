"""Who is read first: the rules that ship, held to the texts they were written with and to texts kept apart."""

from __future__ import annotations

import csv
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.core.model import Urgency
from service.core.urgency import Assessment, RuleProblems, Rules, assess, compile_rules
from service.core.urgency_file import read_rules

ROUTINE, SOON, URGENT = Urgency
PROJECT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parent / "urgency_cases"
SHIPPED = ("en", "es", "ur")
WRITTEN = ("en", "es", "ur", "ur-Latn")  # languages as the cases name them: Urdu in both its scripts


@cache
def documents() -> dict[str, dict[str, object]]:
    files = {language: PROJECT / "locales" / language / "urgency.yml" for language in SHIPPED}
    return {language: read_rules(file.read_text("utf-8"), f"locales/{language}/urgency.yml") for language, file in files.items()}


@cache
def rules() -> Rules:
    """The rules themselves, measured as they are: nobody has reviewed them yet."""
    return compile_rules(documents(), trust_unreviewed=True)


def urgency(text: str) -> Urgency:
    return assess(text, rules()).urgency


def cases(*files: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file in files:
        with (CASES / file).open(encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    return rows


def told(rows: list[dict[str, str]], languages: tuple[str, ...] = WRITTEN) -> Counter[tuple[str, str]]:
    """How many texts of each label were called what."""
    return Counter((row["label"], urgency(row["text"]).label) for row in rows if row["language"] in languages)


def share(counts: Counter[tuple[str, str]], label: str, called: str) -> float:
    return counts[label, called] / max(1, sum(number for (was, _), number in counts.items() if was == label))


@pytest.mark.parametrize("file", ["dev_urgency.csv", "own_learn.csv", "own_learn_ur.csv", "own_kept_apart.csv"])
def test_no_urgent_text_is_called_routine_in_any_language(file: str) -> None:
    assert [row["id"] for row in cases(file) if row["label"] == "urgent" and urgency(row["text"]) is ROUTINE] == []


@pytest.mark.parametrize(("languages", "least"), [(("en",), 0.95), (("es",), 0.95), (("ur", "ur-Latn"), 0.95)])
def test_texts_the_rules_were_written_with_are_put_first(languages: tuple[str, ...], least: float) -> None:
    counts = told(cases("dev_urgency.csv", "own_learn.csv", "own_learn_ur.csv"), languages)
    assert share(counts, "urgent", "urgent") >= least


# Texts written before any rule and never tuned on: the nearest thing here to texts that nobody has seen.
@pytest.mark.parametrize(("languages", "least"), [(("en",), 0.85), (("es",), 0.75), (("ur", "ur-Latn"), 0.75)])
def test_texts_kept_apart_are_put_first(languages: tuple[str, ...], least: float) -> None:
    assert share(told(cases("own_kept_apart.csv"), languages), "urgent", "urgent") >= least


@pytest.mark.parametrize("file", ["dev_urgency.csv", "own_learn.csv", "own_kept_apart.csv"])
def test_ordinary_texts_page_seldom_and_most_wait_for_nobody(file: str) -> None:
    counts = told(cases(file))
    assert share(counts, "routine", "urgent") <= 0.10
    assert share(counts, "routine", "soon") <= 0.60


def test_other_languages_are_read_by_a_person_unless_an_answer_is_the_same_in_all() -> None:
    others = [row for row in cases("dev_urgency.csv") if row["language"] not in WRITTEN]
    assert len(others) > 40
    assert {row["id"] for row in others if urgency(row["text"]) is ROUTINE} == set()


@pytest.mark.parametrize("text", ["👌", "👍🏽", "ok", "OK!", "3", "٣", "۳", "४", "1️⃣"])
def test_an_answer_that_is_the_same_in_every_language_is_routine(text: str) -> None:
    assert urgency(text) is ROUTINE


@pytest.mark.parametrize(
    ("plain", "idiom"),
    [
        ("i want to die", "i'm dying for a cuppa"),
        ("i took all my tablets", "took my tablets with breakfast as usual"),
        ("my husband is killing me", "these shoes are killing me"),
        ("i am going to cut myself", "cutting down on sugar"),
        ("he threatened to stab me", "could murder a curry"),
        ("me quiero morir", "me muero de hambre jaja"),
        ("me va a matar", "este calor me mata"),
        ("me voy a tirar por la ventana", "me parto de risa con tu mensaje"),
        ("main mar jana chahti hun", "bhook se jaan nikal rahi hai lol"),
    ],
)
def test_an_idiom_is_not_what_it_says(plain: str, idiom: str) -> None:
    assert (urgency(plain), urgency(idiom)) == (URGENT, ROUTINE)


@pytest.mark.parametrize(
    "text",
    [
        "i don't want to be alive",
        "not saying i'd do it but",
        "can't say i won't hurt myself",
        "it isnt true that im coping, im about to do something awful",
        "no quiero vivir",
        "no te prometo seguir viva",
        "jeena nahi chahti",
        "میں جینا نہیں چاہتی",
        "stop the pain",
        "stop he's hurting me",
    ],
)
def test_a_no_never_lowers_what_it_is_part_of(text: str) -> None:
    assert urgency(text) is URGENT


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "i w a n t  to k i l l myself, s u i c i d e",
        "1 want 2 d1e",
        "i waaaant to dieeee",
        "su\u200bicidal",
        "i want to k\u0456ll myself",  # a Cyrillic letter that looks Latin
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "suisidal tonite",
        "dont want 2 b here nemore",
        "i want to in my life",  # as a telephone may write down "end my life"
        "boy a matarme",
        "kiero morirme",
        "خود‌کشی کرنا چاہتا ہوں",
    ],
)
def test_the_same_words_however_they_are_typed(text: str) -> None:
    assert urgency(text) is URGENT


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("", SOON),
        ("   \n", SOON),
        ("\x00", SOON),
        ("all good\x00 thanks", SOON),
        ("all good \ufffd thanks", SOON),
        ("i want to\x00 die", URGENT),
        ("all good thanks " * 200, SOON),
        ("07700 900123", SOON),
        ("4711", SOON),
        ("blah " * 900 + "i want to kill myself " + "blah " * 900, URGENT),
    ],
)
def test_what_is_garbled_huge_or_not_understood_reaches_a_person(text: str, at_least: Urgency) -> None:
    assert urgency(text) >= at_least


def test_whatever_fails_is_soon_and_says_so() -> None:
    for broken in (None, 7, b"bytes"):
        found = assess(broken, rules())  # type: ignore[arg-type]
        assert (found.urgency, found.because[0].rule) == (SOON, "failed")
    assert assess("help", None).urgency is SOON  # type: ignore[arg-type]


@given(st.text(max_size=300))
@example("𝕚 𝕨𝕒𝕟𝕥 𝕥𝕠 𝕕𝕚𝕖")
@example("ß" * 50 + "ŉ" + "ﷺ")
@example("\ud800 help")
@settings(deadline=None)
def test_any_text_has_an_urgency_and_reasons_that_lie_inside_it(text: str) -> None:
    found = assess(text, rules())
    assert found.because
    assert found.urgency == max(one.urgency for one in found.because)
    assert all(0 <= one.start <= one.end <= len(text) and one.reason for one in found.because)


@given(
    st.sampled_from(["i want to kill myself", "he has a knife", "quiero morirme ya", "khudkushi karna chahta hun"]),
    st.text(max_size=200),
    st.sampled_from(["\n", ". "]),
)
@example("i want to kill myself", "haha just joking, all good thanks, lovely day", ". ")
@example("he has a knife", "of cheese", ". ")
@settings(deadline=None)
def test_nothing_that_follows_unsays_an_urgent_sentence(sentence: str, more: str, between: str) -> None:
    assert urgency(sentence + between + more) is URGENT


@given(st.lists(st.sampled_from("fine all good thanks kill die myself want to no not the i my end it over".split()), max_size=12))
@settings(deadline=None)
def test_everyday_words_around_it_do_not_make_an_urgent_text_routine(words: list[str]) -> None:
    assert urgency(" ".join([*words, "i want to kill myself"])) is not ROUTINE


def test_the_reason_points_at_the_words() -> None:
    text = "had my hair done. i want to kill myself. lovely day"
    found = assess(text, rules())
    first = found.because[0]
    assert first.urgency is URGENT
    assert "kill myself" in text[first.start : first.end]
    assert first.rule.startswith("en/")
    assert found.version == ", ".join(f"{language} {documents()[language]['version']}" for language in SHIPPED)


@pytest.mark.parametrize(
    "text",
    ["i want to " * 80, "a" * 800, "(((((((((" * 80, "не " * 260, "kill die pills he has took all my " * 23, "😱👊" * 400, "no " * 260],
)
def test_twice_the_text_takes_no_more_than_a_few_times_as_long(text: str) -> None:
    def took(what: str) -> float:
        fastest = []
        for _ in range(3):
            began = time.perf_counter()
            assess(what, rules())
            fastest.append(time.perf_counter() - began)
        return min(fastest)

    assess(text, rules())
    assert took(text * 2) < 12 * max(took(text), 0.001)


# The rules file: what a reviewer writes, and what is said of a mistake.

GOOD = """\
language: xx
version: 2026-11-24
reviewed_by: {reviewer}
words:
  self: myself, my self
  act: kill, hurt
urgent:
  harm:
    reason: wrote about harm
    match: |
      {{act}} {{self}} !2(laughing)
      pills ~3 (all|whole)
asked:
  safe:
    not_safe:
      reason: said no
      match: |
        ^ no
soon:
  food:
    reason: may be hungry
    match: |
      no food
  hard:
    reason: may be distress
    weak: yes
    match: |
      dead
any_language: ok
routine:
  joiners: and, thanks
  phrases: |
    (all|very) good
    my phone is dead
"""


def small(text: str = GOOD, reviewer: str = "A. Reviewer", *, trust: bool = False) -> Rules:
    return compile_rules({"xx": read_rules(text.format(reviewer=reviewer), "xx.yml")}, trust_unreviewed=trust)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i will kill my self", URGENT),
        ("i will kill myself laughing", SOON),
        ("the whole box of pills", URGENT),
        ("pills, all of them", URGENT),
        ("no food", SOON),
        ("all good and thanks", ROUTINE),
        ("all good but no food", SOON),
        ("my phone is dead", ROUTINE),
        ("dead", SOON),
        ("all good something", SOON),
    ],
)
def test_templates_say_what_they_mean(text: str, expected: Urgency) -> None:
    assert assess(text, small()).urgency is expected


def test_free_text_is_soon_until_a_reviewer_has_signed_the_rules() -> None:
    assert assess("all good", small(reviewer="")).urgency is SOON
    assert assess("all good", small(reviewer="", trust=True)).urgency is ROUTINE
    assert assess("ok", small(reviewer="")).urgency is ROUTINE
    assert assess("kill myself", small(reviewer="")).urgency is URGENT


def test_the_question_that_was_asked_can_only_raise() -> None:
    def at(question: str | None, text: str) -> Assessment:
        return assess(text, small(), question=question)

    assert at(None, "no thanks").urgency is SOON
    assert at("safe", "no thanks").urgency is URGENT
    assert at("other", "all good").urgency is ROUTINE
    assert at("safe", "all good").urgency is SOON


@pytest.mark.parametrize(
    ("wrong", "instead", "said"),
    [
        ("language: xx", "language: yy", "write `language: xx`, as the folder is called"),
        ("version: 2026-11-24\n", "", "write the day these rules were changed"),
        ("soon:", "sooner:", "“sooner” is no part of a rules file"),
        ("    reason: may be hungry\n", "", "has no `reason:`"),
        ("      no food\n", "", "has no `match:`"),
        ("{{act}} {{self}}", "{{deed}} {{self}}", "there is no word list “deed”"),
        ("pills ~3 (all|whole)", "pills ~3 (all|(whole))", "can't read the template"),
        ("      no food", "      .. ..", "would match anything"),
        ("    (all|very) good", "    (all|very) .. good", "may not have a gap"),
        ("self: myself, my self", "self: [myself, my self]", "write words with commas between them"),
        ("    reason: said no", "    reason: said no\n      because: x", "write reason, match or `weak: yes`"),
        ("    reason: wrote about harm", "    reason: wrote about harm\n    weak: yes", "only a rule under `soon:` may be weak"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_write(wrong: str, instead: str, said: str) -> None:
    assert wrong in GOOD
    with pytest.raises(RuleProblems) as raised:
        small(GOOD.replace(wrong, instead, 1))
    assert any(said in str(problem) for problem in raised.value.problems), str(raised.value)
    assert all(str(problem).startswith("locales/xx/urgency.yml:") for problem in raised.value.problems)


def test_the_line_of_a_template_is_its_own() -> None:
    with pytest.raises(RuleProblems) as raised:
        small(GOOD.replace("pills ~3 (all|whole)", "pills (("))
    line = GOOD.splitlines().index("      pills ~3 (all|whole)") + 1
    assert [problem.line for problem in raised.value.problems] == [line]


def test_what_is_not_yaml_is_said_with_its_line() -> None:
    with pytest.raises(RuleProblems, match=r"xx\.yml:2: this is not YAML"):
        read_rules("language: xx\nversion: : :\n", "xx.yml")


def test_every_shipped_rule_gives_a_reason_in_plain_words() -> None:
    for language in rules().languages:
        for rule in (*language.urgent.rules, *language.soon.rules):
            assert 10 <= len(rule.reason) <= 110, rule.name
