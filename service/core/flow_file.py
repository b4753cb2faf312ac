"""A flow file's text to a Flow, or every problem in it at once, each with its line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Final

from service.core import flow_checks, flow_word_checks, flow_yaml
from service.core.flow_fields import Fields, did_you_mean
from service.core.flow_yaml import Problems
from service.core.model import Channel, Problem
from service.core.phrases import placeholders
from service.core.steps import STEP_TYPES
from service.core.steps.shape import Phrase, Step

HEADER_WORDS: Final = ("purpose", "wellbeing", "decided_by", "not_for")
HEADER_KEYS: Final = ("flow", "starts", *HEADER_WORDS, "read_by", "keep_answers", "channels", "steps")
STARTS: Final = ("every day", "every week", "on joining", "when asked")

_STEPS_LATER: Final = ("scale", "number", "time", "date", "offer", "set", "run", "later", "go", "teach_back")
_AFTER_ESCALATION = re.compile(r"\d+ \w+ after an escalation")


@dataclass(frozen=True, slots=True)
class FlowText:
    """English words of a flow with their gettext context, such as `weekly-check-in/week/choices.hard`."""

    context: str
    english: str
    line: int


class FlowProblems(Exception):
    """The flow cannot be used; `problems` holds all that is wrong, by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Flow:
    """A conversation plan that passed every check; immutable."""

    name: str
    starts: str
    header: Mapping[str, Phrase]
    read_by: str
    keep_answers: timedelta
    channels: tuple[Channel, ...]
    steps: tuple[Step, ...]
    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _variables: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {step.id: place for place, step in enumerate(self.steps) if step.id}
        object.__setattr__(self, "_places", places)
        said = (phrase.english for step in self.steps for phrase in step.phrases())
        object.__setattr__(self, "_variables", frozenset().union(*map(placeholders, said)))

    @property
    def purpose(self) -> str:
        """Why the flow exists, in English; WHY reads its translation."""
        return self.header["purpose"].english

    def step(self, step_id: str) -> Step:
        """The step of that id; LookupError if there is none."""
        return self.steps[self.place(step_id)]

    def place(self, step_id: str) -> int:
        """Where the step stands among the steps, from 0; LookupError if there is none."""
        try:
            return self._places[step_id]
        except KeyError:
            raise LookupError(f"flow {self.name!r} has no step {step_id!r}") from None

    @property
    def variables(self) -> frozenset[str]:
        """The ids in the braces of everything that its steps say."""
        return self._variables

    def texts(self) -> Iterator[FlowText]:
        """Every English text that a translator sees, in the order of the file."""
        for phrase in self.header.values():
            yield FlowText(f"{self.name}/{phrase.part}", phrase.english, phrase.line)
        for step in self.steps:
            for phrase in step.phrases():
                yield FlowText(f"{self.name}/{step.id}/{phrase.part}", phrase.english, phrase.line)


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
    fields.refuse_unknown((*HEADER_KEYS, "for"))
    for key in HEADER_KEYS:
        if key not in fields:
            fields.wrong(key, f"`{key}:` is missing; {_WRITE[key]}")
    steps, unread = _read_steps(fields)
    header = {part: Phrase(part, fields.text(part) or "", fields.line(part)) for part in HEADER_WORDS}
    channels = fields.several("channels", [channel.value for channel in Channel])
    flow = Flow(
        name=_read_name(fields, file),
        starts=_read_starts(fields),
        header=header,
        read_by=_read_by(fields),
        keep_answers=fields.duration("keep_answers") or timedelta(),
        channels=tuple(map(Channel, channels)),
        steps=steps,
    )
    flow_checks.check_steps(steps, unread, fields.problems)
    flow_word_checks.check_words(header, steps, fields.problems)
    return flow


_WRITE: Final[Mapping[str, str]] = {
    "flow": "write the file's own name without .yml",
    "starts": f"write one of: {', '.join(STARTS)}",
    "purpose": "say in a sentence why people are asked this",
    "wellbeing": "say in a sentence what being well means here",
    "decided_by": "say which group decided this, or `No group has decided this yet.`",
    "not_for": "say what it is not for, such as `Emergencies. {read_hours}`",
    "read_by": "write trained_staff",
    "keep_answers": "say how long answers are kept, such as `90 days`",
    "channels": "write [sms], [voice] or [sms, voice]",
    "steps": "write the steps, each beginning with `- id:`",
}


def _read_name(fields: Fields, file: str) -> str:
    name = fields.id("flow") or ""
    stem = PurePosixPath(file.replace("\\", "/")).stem
    if name and name != stem:
        fields.wrong("flow", f"the file is called `{stem}` and the flow `{name}`; write `flow: {stem}`")
    return name


def _read_starts(fields: Fields) -> str:
    value = fields.text("starts") or ""
    if _AFTER_ESCALATION.fullmatch(value):
        fields.wrong("starts", f"this release cannot start a flow after an escalation; {_WRITE['starts']}")
        return ""
    return fields.one_of("starts", STARTS) or ""


def _read_by(fields: Fields) -> str:
    if "for" in fields:
        fields.wrong("for", "this release has no flows for staff; take the line out")
    value = fields.text("read_by")
    if value in ("peers", "counts"):
        fields.wrong("read_by", f"this release cannot give answers to `{value}`; write trained_staff")
        return ""
    return fields.one_of("read_by", ("trained_staff",)) or ""


def _read_steps(fields: Fields) -> tuple[tuple[Step, ...], frozenset[str]]:
    """The steps that could be read, and the ids of those that could not, which get no second problem."""
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
        elif isinstance(name := item.items.get("id"), flow_yaml.Text):
            unread.add(name.value)
    return tuple(steps), frozenset(unread)


def _read_step(fields: Fields) -> Step | None:
    later = [key for key in _STEPS_LATER if key in fields]
    for key in later:
        fields.wrong(key, f"this release has no `{key}`; {_instead(key)}")
    if later:
        return None
    kinds = [key for key in STEP_TYPES if key in fields]
    if not kinds:
        _explain_no_kind(fields)
        return None
    if len(kinds) > 1:
        fields.wrong(kinds[1], f"one step is both `{kinds[0]}` and `{kinds[1]}`; make two steps of it")
        return None
    kind = STEP_TYPES[kinds[0]]
    fields.where = f"a `{kind.key}` step"
    if "keeps" in fields and "keeps" not in kind.keys:
        fields.wrong("keeps", "this release keeps only a language, by `choices: languages`; take the line out")
    fields.refuse_unknown((*kind.keys, "keeps"))
    return kind.read(fields)


def _instead(key: str) -> str:
    if key in ("scale", "number", "time", "date"):
        return "ask with `choices`, or with `open: true`"
    return "take the line out, or tell trained staff with `raises` on an answer"


def _explain_no_kind(fields: Fields) -> None:
    if "raises" in fields:
        fields.wrong("raises", "this release has no step that only raises; put `raises` on an answer")
    elif "ask" in fields:
        fields.wrong("ask", "a question says no answers; add `choices`, `yes_no: true` or `open: true`")
    else:
        unknown = [key for key in fields.node.items if key not in ("id", "when")]
        hint = did_you_mean(unknown[0], ("ask", *STEP_TYPES)) if unknown else "write `say:` or `ask:`"
        fields.wrong(unknown[0] if unknown else "id", f"a step that says and asks nothing; {hint}")
