"""The schema for editors says what the loader says, and is made from the same tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from service.core.flow_file import FlowProblems, load_flow
from service.core.flow_schema import flow_schema, schema_text
from service.core.preferences import PREFERENCES
from service.core.steps import QUESTIONS, STEP_TYPES
from tests.core.checkins import HEAD

ROOT = Path(__file__).parents[2]
FILE = ROOT / "schema/flow.schema.json"
WRITE = "from service.core.flow_schema import schema_text; print(schema_text(), end='')"
SCHEMA = Draft202012Validator(json.loads(FILE.read_text("utf-8")))
SHIPPED = sorted(path for path in (ROOT / "flows").glob("*.yml") if not path.stem.endswith(".stories"))
CASES = [
    (file.stem, case["case"], case["steps"])
    for file in sorted(Path(__file__).with_name("steps").glob("*.yml"))
    for case in YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
]


def read(text):
    return YAML(typ="safe", pure=True).load(text)


def faults(text):
    return [error.message for error in SCHEMA.iter_errors(read(text))]


def test_the_file_is_what_the_tables_make():
    assert FILE.read_text("utf-8") == schema_text(), (
        f"the tables have changed; write the file again: python -c {WRITE!r} > schema/flow.schema.json"
    )


def test_it_is_a_schema():
    Draft202012Validator.check_schema(flow_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_fits(path):
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(("kind", "case", "steps"), CASES, ids=[f"{kind}: {case}" for kind, case, _ in CASES])
def test_every_case_of_every_step_fits(kind, case, steps):
    assert faults(HEAD + steps) == []


REFUSED = [
    "- {id: a, say: A., odd: true}",
    "- {id: A, say: A.}",
    "- {say: A.}",
    "- {id: a, ask: A?}",
    "- {id: a, yes_no: true}",
    "- {id: a, ask: A?, yes_no: {maybe: {raises: soon}}}",
    "- {id: a, ask: A?, yes_no: {no: {raises: now}}}",
    "- {id: a, ask: A?, choices: {a: A}}",
    "- {id: a, ask: A?, choices: {a: A, b: B, c: C, d: D, e: E}}",
    "- {id: a, ask: A?, choices: {a: A, b: {words: B}}}",
    "- {id: a, ask: A?, choices: {a: A, b: B}, keeps: name}",
    "- {id: a, ask: A?, choices: {a: A, b: B}, teach_back: {right: a}}",
    "- {id: a, ask: A?, choices: languages}",
    "- {id: a, ask: A?, scale: {from: 1, to: 5}, low: Low}",
    "- {id: a, ask: A?, scale: {from: 1, to: 8}, low: Low, high: High}",
    "- {id: a, ask: A?, number: {from: 1, to: 4, digits: 4}}",
    "- {id: a, ask: A?, open: false}",
    "- {id: a, ask: A?, open: true, silence: {then: police}}",
    "- {id: a, ask: A?, open: true, silence: {remind: soon}}",
    "- {id: a, ask: A?, open: true, notes: idee}",
    "- {id: a, say: {one: A.}}",
    "- {id: a, say: A., when: {}}",
    "- {id: a, say: A., when: {week: {below: few}}}",
    "- {id: a, say: A., when: {week: {below: 3, above: 1}}}",
    "- {id: a, offer: lift}",
    "- {offer: call}",
    "- {id: a, raises: soon}",
    "- {set: {pase: slower}}",
    "- {set: {pace: fast}}",
    "- {set: {code: 0417}}",
    "- {later: {flow: a}}",
    "- {later: {flow: a, in: soon}}",
    "- {run: A}",
    "- {end: yes}",
]


@pytest.mark.parametrize("step", REFUSED)
def test_it_refuses_what_the_loader_refuses(step):
    text = f"{HEAD}  {step}\n  - {{id: bye, say: Bye.}}\n"
    assert faults(text)
    with pytest.raises(FlowProblems):
        load_flow(text, "flows/case.yml")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("starts", "now and then"),
        ("read_by", "everybody"),
        ("keep_answers", "for ever"),
        ("channels", "[fax]"),
        ("for", "all"),
    ],
)
def test_it_refuses_a_head_that_the_loader_refuses(key, value):
    lines = [line for line in HEAD.splitlines() if not line.startswith(f"{key}:")]
    text = "\n".join([f"{key}: {value}", *lines, "  - {id: bye, say: Bye.}"])
    assert faults(text)
    with pytest.raises(FlowProblems):
        load_flow(text, "flows/case.yml")


@pytest.mark.parametrize("kind", list(STEP_TYPES), ids=str)
def test_what_a_type_needs_the_loader_asks_for(kind):
    """For each type its first case, without one key that it needs."""
    steps = next(read(steps) for name, _, steps in CASES if name == kind)
    step = next(step for step in steps if STEP_TYPES[kind].key in step and set(STEP_TYPES[kind].needs) <= set(step))
    for key in STEP_TYPES[kind].needs:
        broken = [{name: value for name, value in other.items() if other is not step or name != key} for other in steps]
        text = HEAD + "".join(f"  - {json.dumps(other)}\n" for other in broken)
        assert faults(text), key
        with pytest.raises(FlowProblems):
            load_flow(text, "flows/case.yml")


def test_every_preference_is_kept_by_some_question_and_no_other():
    assert {name for question in QUESTIONS.values() for name in question.kept} == set(PREFERENCES)
