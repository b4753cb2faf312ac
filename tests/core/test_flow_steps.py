"""Each type of step in cases of data: a fragment of a flow, what is heard, and exactly what follows.

`tests/core/steps/KIND.yml` holds the cases of one type. `given` are facts other than those of a text at noon with
somebody on duty; `flows` are others that the flow runs; `turns` are told in the order in which they happen.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, replace
from datetime import timedelta
from enum import Enum
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service.core.conditions import Unanswered
from service.core.flow_compose import expand
from service.core.flow_file import load_flow
from service.core.model import Channel, Urgency
from service.core.steps import STEP_TYPES
from service.core.steps.shape import StepKind
from tests.core.checkins import FACTS, HEAD, ROUTINE, SOON, URGENT, Person

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).with_name("steps")
URGENCIES = {" (urgent)": URGENT, " (soon)": SOON}


def cases():
    for file in sorted(CASES.glob("*.yml")):
        for case in YAML(typ="safe", pure=True).load(file.read_text("utf-8")):
            yield pytest.param(case, id=f"{file.stem}: {case['case']}")


def told(effect):
    """An effect in words: "Ask week again=yes"."""
    parts = [type(effect).__name__]
    for field in fields(effect):
        value = getattr(effect, field.name)
        if field.default is MISSING:
            parts.append(as_told(value))
        elif value != field.default:
            parts.append(f"{field.name}={as_told(value)}")
    return " ".join(parts)


def as_told(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        days, seconds = value.days, value.seconds
        return f"{days}d" if days else f"{seconds // 3600}h" if seconds >= 3600 else f"{seconds // 60}min"
    if isinstance(value, tuple):
        return ",".join(value) or "-"
    if isinstance(value, Urgency):
        return value.label
    return "-" if value is None else str(value.value if isinstance(value, Enum) else value)


def does(person, deed):
    """What somebody does, told as a coordinator would."""
    if deed == "starts":
        return person.starts()
    if deed.startswith("texts "):
        text, urgency = deed.removeprefix("texts "), ROUTINE
        for mark, found in URGENCIES.items():
            text, urgency = (text.removesuffix(mark), found) if text.endswith(mark) else (text, urgency)
        return person.texts(text, urgency)
    if deed.startswith("presses "):
        return person.presses(deed.removeprefix("presses "))
    if deed.startswith("is silent"):
        hours = re.search(r"for (\d+)h", deed)
        return person.is_silent(int(person.state.reminded), timedelta(hours=int(hours[1]) if hours else 24))
    return {
        "skips": person.skips,
        "wants it again": person.wants_it_again,
        "wants it slower": person.wants_it_slower,
        "goes back": person.goes_back,
        "hangs up": person.hangs_up,
    }[deed]()


def facts_given(given):
    lasts = given.get("last", {})
    return replace(
        FACTS,
        channel=Channel(given.get("channel", "sms")),
        consents={purpose: value == "yes" for purpose, value in given.get("consents", {}).items()},
        language_known=given.get("language", "known") == "known",
        languages=tuple(given.get("languages", FACTS.languages)),
        on_duty=given.get("on_duty", "yes") == "yes",
        promise_kept=given.get("promise_kept", "no") == "yes",
        my=given.get("my", {}),
        last={step: (value,) if value != "?" else Unanswered.UNCLEAR for step, value in lasts.items()},
        times=tuple(given.get("times", ())),
    )


def flow_of(case):
    flow = load_flow(HEAD + case["steps"], "flows/case.yml")
    others = {
        name: load_flow(HEAD.replace("flow: case", f"flow: {name}") + steps, f"flows/{name}.yml")
        for name, steps in case.get("flows", {}).items()
    }
    return expand(flow, {flow.name: flow, **others})


@pytest.mark.parametrize("case", list(cases()))
def test_what_follows_is_exactly_this(case):
    person = Person(flow_of(case), facts_given(case.get("given", {})))
    for turn in case["turns"]:
        ((deed, expected),) = turn.items()
        assert [told(effect) for effect in does(person, deed)] == expected, deed


@pytest.mark.parametrize("kind", list(STEP_TYPES), ids=str)
def test_every_type_has_its_cases_and_meets_a_step_of_its_kind_in_each(kind):
    found = YAML(typ="safe", pure=True).load((CASES / f"{kind}.yml").read_text("utf-8"))
    for case in found:
        raw = load_flow(HEAD + case["steps"], "flows/case.yml")
        assert any(step.kind is kind for step in raw.steps), case["case"]


def test_every_kind_of_step_is_a_type_and_no_case_file_is_left_over():
    assert set(STEP_TYPES) == set(StepKind)
    assert {file.stem for file in CASES.iterdir()} == {kind.value for kind in STEP_TYPES}


@pytest.mark.parametrize("kind", list(STEP_TYPES), ids=str)
def test_every_type_has_its_row_in_the_reference(kind):
    page = (ROOT / "flows/README.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    written = "choices: languages" if kind is StepKind.LANGUAGES else f"{STEP_TYPES[kind].key}: "
    assert any(f"`{written}" in row.split("|")[1] for row in rows), f"flows/README.md has no row for {written}"
