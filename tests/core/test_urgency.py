"""Who is read first: the rules that ship, held to the texts they were written with and to texts kept apart."""

from __future__ import annotations

import pytest

from service.core.model import Urgency
from service.core.urgency import assess
from tests.core.urgency_texts import OURS, Case, all_cases, cases, found, share, shipped, trusted, urgency

ROUTINE, SOON, URGENT = Urgency
ENGLISH, SPANISH, URDU = ("en",), ("es",), ("ur", "ur-Latn")
APART = "own_kept_apart.csv"  # written before any rule and never tuned on
LEARNT = [case for case in all_cases() if case not in cases(APART)]


def spoken(chosen: list[Case] | tuple[Case, ...], languages: tuple[str, ...]) -> list[Case]:
    return [case for case in chosen if case.language in languages]


@pytest.mark.parametrize("language", sorted({case.language for case in all_cases()}))
def test_no_urgent_text_is_called_routine(language: str) -> None:
    chosen = [case for case in spoken(all_cases(), (language,)) if case.label == "urgent"]
    assert [case.id for case in chosen if urgency(case.text) is ROUTINE] == []


@pytest.mark.parametrize(("languages", "least"), [(ENGLISH, 0.95), (SPANISH, 0.85), (URDU, 0.95)], ids=str)
def test_urgent_texts_that_the_rules_were_written_with_are_put_first(languages: tuple[str, ...], least: float) -> None:
    assert share(spoken(LEARNT, languages), "urgent", URGENT) >= least


@pytest.mark.parametrize(("languages", "least"), [(ENGLISH, 0.85), (SPANISH, 0.75), (URDU, 0.75)], ids=str)
def test_urgent_texts_kept_apart_are_put_first(languages: tuple[str, ...], least: float) -> None:
    assert share(spoken(cases(APART), languages), "urgent", URGENT) >= least


@pytest.mark.parametrize("file", ["dev_urgency.csv", "own_near_misses.csv", APART])
@pytest.mark.parametrize("languages", [ENGLISH, SPANISH, URDU], ids=str)
def test_ordinary_texts_seldom_page_anybody(file: str, languages: tuple[str, ...]) -> None:
    assert share(spoken(cases(file), languages), "routine", URGENT) <= 0.15


@pytest.mark.parametrize("file", ["dev_urgency.csv", APART])
def test_most_ordinary_texts_wait_for_nobody(file: str) -> None:
    assert share(spoken(cases(file), OURS), "routine", SOON) <= 0.60


def test_languages_without_rules_are_read_by_a_person() -> None:
    others = [case for case in cases("dev_urgency.csv") if case.language not in OURS]
    assert len(others) > 40
    assert [case.id for case in others if urgency(case.text) is ROUTINE] == []


@pytest.mark.parametrize("text", ["👌", "👍🏽", "ok", "OK!", "3", "٣", "۳", "४", "1️⃣"])
def test_an_answer_that_is_the_same_in_every_language_needs_no_reviewer(text: str) -> None:
    assert assess(text, shipped()).urgency is ROUTINE


@pytest.mark.parametrize(
    ("plain", "idiom"),
    [
        ("i want to die", "i'm dying for a cuppa"),
        ("i took all my tablets", "took my tablets with breakfast as usual"),
        ("my husband says hell kill me", "these shoes are killing me"),
        ("i am going to cut myself", "cutting down on sugar"),
        ("he threatened to stab me", "could murder a curry"),
        ("think she is having a stroke", "killing time before my appointment"),
        ("jumped in front of a train", "jumped for joy when i heard"),
        ("me quiero morir", "muerta de risa con tu mensaje"),
        ("me va a matar", "este calor me mata"),
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
        "i never said i wouldn't do it",
        "no quiero vivir",
        "no quiero despertar",
        "jeena nahi chahti",
        "میں جینا نہیں چاہتی",
        "stop the pain",
        "stop he's hurting me",
    ],
)
def test_a_no_never_lowers_what_it_is_part_of(text: str) -> None:
    assert urgency(text) is URGENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no suicidal thoughts", SOON),
        ("i was suicidal years ago", SOON),
        ("i was suicidal years ago and now its back", URGENT),
        ("feeling suicidal again", URGENT),
        ("i self harmed as a teenager", SOON),
        ("i self harmed this morning", URGENT),
        ("i overdosed in june", SOON),
        ("i overdosed", URGENT),
    ],
)
def test_what_is_long_past_or_denied_is_read_but_wakes_nobody(text: str, expected: Urgency) -> None:
    assert urgency(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "s u i c i d e",
        "1 want 2 d1e",
        "i waaaant to dieeee",
        "su\u200bicidal",
        "i want to k\u0456ll myself",  # one letter is Cyrillic
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "suisidal tonite",
        "dont want 2 b here nemore",
        "goin to kil miself",
        "i want to in my life",  # as a telephone writes down "end my life"
        "boy a matarme",
        "kiero morirme",
        "khud kushi krna chahta hu",
        "خود\u200cکشی کرنا چاہتا ہوں",
    ],
)
def test_the_same_words_count_however_they_are_typed(text: str) -> None:
    assert urgency(text) is URGENT


@pytest.mark.parametrize(
    ("text", "least"),
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
    ],
)
def test_what_is_garbled_huge_or_not_understood_reaches_a_person(text: str, least: Urgency) -> None:
    assert urgency(text) >= least


def test_the_reason_points_at_the_words_that_were_written() -> None:
    text = "had my hair done. i want to kill myself. lovely day"
    first = found(text).because[0]
    assert first.urgency is URGENT
    assert first.rule.startswith("en/")
    assert text[first.start : first.end].endswith("kill myself")


def test_the_version_names_every_language_with_the_day_of_its_rules() -> None:
    versions = dict(part.split() for part in found("hello").version.split(", "))
    assert sorted(versions) == ["en", "es", "ur"]
    assert all(len(version) == len("2026-11-24") for version in versions.values())


def test_every_rule_that_ships_gives_its_reason_in_plain_words() -> None:
    every = [rule for language in trusted().languages for rule in language.raising.rules]
    assert [rule.name for rule in every if not 10 <= len(rule.reason) <= 110] == []
