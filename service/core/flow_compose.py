"""Flows seen together: `run` is replaced by the other flow's steps, and what a flow names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from service.core.conditions import AllOf, Condition
from service.core.flow_fields import did_you_mean
from service.core.flow_file import FlowProblems, load_flow
from service.core.flow_leads import check_leads
from service.core.flow_plan import Flow
from service.core.flow_variables import check_variables
from service.core.flow_when_checks import check_when
from service.core.flow_yaml import Problems
from service.core.model import Problem
from service.core.steps.shape import Step, StepKind

# Who reads more closely comes first: nobody's answers may reach more people by way of another flow.
_READERS: Final = ("counts", "trained_staff", "peers")


def load_flows(texts: Mapping[str, str]) -> dict[str, Flow]:
    """Every flow of a home by its name, whole, from texts by file; FlowProblems with every problem of every file."""
    flows: list[Flow] = []
    found: list[Problem] = []
    unread: set[str] = set()
    for file, text in sorted(texts.items()):
        try:
            flows.append(load_flow(text, file))
        except FlowProblems as error:
            found += error.problems
            unread.add(PurePosixPath(file).stem)
    try:
        whole = together(flows, frozenset(unread))
    except FlowProblems as error:
        found += error.problems
    if found:
        raise FlowProblems(tuple(sorted(found, key=lambda problem: (problem.file, problem.line))))
    return whole


def together(flows: Iterable[Flow], unread: frozenset[str] = frozenset()) -> dict[str, Flow]:
    """Every flow by its name, whole; FlowProblems with what is wrong in all of them. `unread`: names of broken ones."""
    named = {flow.name: flow for flow in flows}
    problems = Problems("")
    for flow in named.values():
        _check_later(flow, named, unread, problems)
    composer = _Composer(named, unread, problems)
    whole = {name: composer.whole(flow) for name, flow in named.items()}
    if problems:
        raise FlowProblems(problems.sorted())
    return whole


def expand(flow: Flow, flows: Mapping[str, Flow]) -> Flow:
    """The flow with the steps of every flow that it runs; FlowProblems if it cannot be had."""
    problems = Problems(flow.file)
    whole = _Composer(flows, frozenset(), problems).whole(flow)
    if problems:
        raise FlowProblems(problems.sorted())
    return whole


def _check_later(flow: Flow, flows: Mapping[str, Flow], unread: frozenset[str], problems: Problems) -> None:
    for step in flow.steps:
        name = step.later.flow if step.later else None
        if name is None or name in unread:
            continue
        if name not in flows:
            problems.of(flow.file).add(step.line, f"`later` names `{name}`, which is no flow; {did_you_mean(name, flows)}")
        elif flows[name].for_staff != flow.for_staff:
            problems.of(flow.file).add(step.line, f"`later: {name}` {_other_people(flows[name])}; name another flow")


def _other_people(flow: Flow) -> str:
    return "is for staff, and this flow is not" if flow.for_staff else "is not for staff, and this flow is"


class _Composer:
    """Makes flows whole, each once, and notes why one cannot be."""

    def __init__(self, flows: Mapping[str, Flow], unread: frozenset[str], problems: Problems) -> None:
        self._flows, self._unread, self._problems = flows, unread, problems
        self._whole: dict[str, Flow] = {}
        self._open: list[str] = []

    def whole(self, flow: Flow) -> Flow:
        if flow.name not in self._whole:
            self._open.append(flow.name)
            self._whole[flow.name] = self._compose(flow)
            self._open.pop()
        return self._whole[flow.name]

    def _compose(self, flow: Flow) -> Flow:
        if not any(step.kind is StepKind.RUN for step in flow.steps):
            return flow
        problems = self._problems.of(flow.file)
        apart: list[Step] = []  # each `run` and, after it, what it brings in, with its own conditions
        steps: list[Step] = []
        for step in flow.steps:
            apart.append(step)
            if step.kind is not StepKind.RUN:
                steps.append(step)
                continue
            inner = self._inner(flow, step, problems)
            if inner is None:
                return flow
            apart += inner.steps
            steps += _brought_in(step, inner)
        if not self._check_ids(flow, apart, problems):
            return flow
        whole = replace(flow, steps=tuple(steps))
        self._check(flow, apart, whole.steps)
        return whole

    def _inner(self, flow: Flow, step: Step, problems: Problems) -> Flow | None:
        """The flow that a `run` names, whole; None if it may not be run here."""
        name = str(step.run)
        inner = self._flows.get(name)
        if name in self._open:
            way = " runs ".join(f"`{one}`" for one in (*self._open[self._open.index(name) :], name))
            problems.add(step.line, f"`run: {name}` goes round for ever ({way}); take this line out")
        elif inner is None:
            if name not in self._unread:
                known = [other for other in self._flows if other != flow.name]
                problems.add(step.line, f"`run` names `{name}`, which is no flow; {did_you_mean(name, known)}")
        elif inner.for_staff != flow.for_staff:
            problems.add(step.line, f"`run: {name}` {_other_people(inner)}; name another flow")
        elif _READERS.index(inner.read_by) < _READERS.index(flow.read_by):
            message = f"`run: {name}` is read by {inner.read_by}, and this flow by {flow.read_by}"
            problems.add(step.line, f"{message}; write `read_by: {inner.read_by}` here")
        else:
            return self.whole(inner)
        return None

    def _check_ids(self, flow: Flow, apart: Sequence[Step], problems: Problems) -> bool:
        """Whether every name is given once; a second one is told at the `run` that brings it in."""
        seen: dict[str, Step] = {step.id: step for step in flow.steps if step.id}
        run, is_good = apart[0], True
        for step in apart:
            if step.flow == flow.name:
                run = step
            elif step.id not in seen:
                seen[step.id] = step
            elif step.id:
                here = f"{self._file(seen[step.id])}:{seen[step.id].line}"
                message = f"`run: {run.run}` brings a second step called `{step.id}`, the first is in {here}"
                problems.add(run.line, f"{message}; rename one")
                is_good = False
        return is_good

    def _check(self, flow: Flow, apart: Sequence[Step], steps: Sequence[Step]) -> None:
        """What the flow says of steps that it brings in."""
        problems = self._problems.of(flow.file)
        for place, step in enumerate(apart):
            if step.flow == flow.name:
                check_when(apart, place, frozenset(), problems, whole=True)
                check_variables(step, apart[:place], problems, whole=True)
        check_leads(steps, flow.channels, frozenset(), lambda step: self._problems.of(self._file(step)))

    def _file(self, step: Step) -> str:
        return self._flows[step.flow].file


def _brought_in(run: Step, inner: Flow) -> Iterator[Step]:
    """The steps that stand where the `run` stood, between marks that `go` and `end` can find."""
    after = f"after:{inner.name}"  # a colon, so that no step of a file is called so
    if run.id:
        yield _mark(run, run.id)
    for step in inner.steps:
        if step.kind is StepKind.END:
            step = replace(step, kind=StepKind.GO, go=after)
        yield replace(step, when=_both(run.when, step.when), after_urgent=step.after_urgent)
    if any(step.kind is StepKind.END for step in inner.steps):
        yield _mark(run, after)


def _mark(run: Step, step_id: str) -> Step:
    """A step that does nothing but stand there."""
    return Step(step_id, StepKind.SET, run.line, after_urgent=True, flow=run.flow)


def _both(one: Condition | None, other: Condition | None) -> Condition | None:
    parts = tuple(part for part in (one, other) if part is not None)
    return AllOf(parts) if len(parts) > 1 else parts[0] if parts else None
