"""A flow file's text to a Flow, or every problem in it at once, each with its line and what to write instead."""

from __future__ import annotations

from dataclasses import replace

from service.core import flow_checks, flow_word_checks, flow_yaml
from service.core.flow_fields import Fields, did_you_mean
from service.core.flow_head import HEADER_KEYS, HEADER_WORDS, STARTS, read_head
from service.core.flow_plan import Flow, FlowText
from service.core.flow_yaml import Problems
from service.core.model import Problem
from service.core.steps import STEP_TYPES
from service.core.steps.shape import Step, StepKind
from service.core.steps.step_type import StepType

__all__ = ["HEADER_KEYS", "HEADER_WORDS", "STARTS", "Flow", "FlowProblems", "FlowText", "load_flow"]


class FlowProblems(Exception):
    """The flow cannot be used; `problems` holds all that is wrong, by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_flow(text: str, file: str) -> Flow:
    """The flow in a file's text; FlowProblems with every problem if there is any. `file` is how messages call it."""
    problems = Problems(file)
    tree = flow_yaml.read_tree(text, problems)
    flow = None
    if isinstance(tree, flow_yaml.Mapping):
        flow = _read_flow(Fields(tree, problems, "the head of a flow"), file)
    elif not problems:
        problems.add(1, "this is not a flow; begin with `flow:` and its name, and see flows/README.md")
    if problems or flow is None:
        raise FlowProblems(problems.sorted())
    return flow


def _read_flow(fields: Fields, file: str) -> Flow:
    head = read_head(fields, file)
    steps, unread = _read_steps(fields)
    flow = replace(head, steps=tuple(replace(step, flow=head.name) for step in steps))
    flow_checks.check_steps(flow, unread, fields.problems)
    flow_word_checks.check_words(flow.header, flow.steps, fields.problems)
    return flow


def _read_steps(fields: Fields) -> tuple[tuple[Step, ...], frozenset[str]]:
    """The steps, and the ids of those that could not be read: they stand there as words, and get no second problem."""
    node = fields.node.items.get("steps")
    if node is None:
        return (), frozenset()
    if not isinstance(node, flow_yaml.Sequence) or not node.items:
        fields.wrong("steps", "`steps` takes a list; write each step below it, beginning with `- id:`")
        return (), frozenset()
    steps: list[Step] = []
    unread: set[str] = set()
    for item in node.items:
        if not isinstance(item, flow_yaml.Mapping):
            fields.problems.add(item.line, "a step has no keys; write `- id:` and its name, then its words below")
            continue
        inner = Fields(item, fields.problems, "a step")
        step = _read_step(inner)
        if step is not None:
            steps.append(step)
            continue
        name = item.items.get("id")
        step_id = name.value if isinstance(name, flow_yaml.Text) else ""
        unread.add(step_id)
        steps.append(Step(step_id, StepKind.SAY, item.line))
    return tuple(steps), frozenset(unread)


def _read_step(fields: Fields) -> Step | None:
    kinds = [step_type for step_type in STEP_TYPES.values() if step_type.is_written(fields.node)]
    if not kinds:
        _explain_no_kind(fields)
        return None
    kind = kinds[0]
    if len(kinds) > 1:
        fields.wrong(kinds[1].key, f"one step is both `{kind.key}` and `{kinds[1].key}`; make two steps of it")
        return None
    fields.where = f"a {kind.written} step"
    fields.refuse_unknown((*kind.keys, *_refuse_misplaced(fields, kind)))
    return kind.read(fields)


def _refuse_misplaced(fields: Fields, kind: StepType) -> list[str]:
    """Note and give the keys that only another type of step has."""
    elsewhere = {key for other in STEP_TYPES.values() for key in other.keys} - set(kind.keys)
    found = [key for key in fields.node.items if key in elsewhere]
    for key in found:
        owners = dict.fromkeys(other.written for other in STEP_TYPES.values() if key in other.keys)
        message = f"`{key}` does not go with {kind.written}, only with {', '.join(owners)}; take the line out"
        fields.wrong(key, message)
    return found


def _explain_no_kind(fields: Fields) -> None:
    questions = [kind.key for kind in STEP_TYPES.values() if "ask" in kind.keys and kind.key != "offer"]
    if "ask" in fields:
        answers = ", ".join(dict.fromkeys(f"`{key}`" for key in questions))
        fields.wrong("ask", f"a question says no answers; add one of {answers}, such as `yes_no: true`")
    else:
        unknown = [key for key in fields.node.items if key not in ("id", "when")]
        known = ("ask", *(kind.key for kind in STEP_TYPES.values()))
        hint = did_you_mean(unknown[0], known) if unknown else "write `say:` or `ask:`"
        fields.wrong(unknown[0] if unknown else "id", f"a step that says and asks nothing; {hint}")
