"""Flows seen together: one runs another, one begins another later, and what is wrong is told where it is written."""

from __future__ import annotations

import pytest

from service.core.flow_compose import expand, load_flows
from service.core.flow_file import FlowProblems, load_flow
from service.core.steps.shape import StepKind
from tests.core.checkins import HEAD


def text(name, steps, **head):
    whole = HEAD.replace("flow: case", f"flow: {name}") + steps
    for key, value in head.items():
        whole = whole.replace(f"{key}: trained_staff", f"{key}: {value}")
    return whole


def load(**flows):
    """Flows by their names, each given as its steps or as its whole text."""
    texts = {f"flows/{name}.yml": steps if "flow:" in steps[:5] else text(name, steps) for name, steps in flows.items()}
    return load_flows(texts)


def problems(**flows):
    with pytest.raises(FlowProblems) as caught:
        load(**flows)
    return [str(problem).removeprefix("flows/") for problem in caught.value.problems]


ASK = '  - {id: well, ask: "Are you well?", yes_no: true}\n'
BYE = "  - {id: bye, say: Bye.}\n"


def test_steps_keep_the_name_of_the_flow_that_they_came_from():
    flows = load(outer=f"  - run: inner\n{BYE}", inner=f"{ASK}  - {{id: thanks, say: Thanks.}}\n")
    outer = flows["outer"]
    assert [(step.flow, step.id) for step in outer.steps] == [("inner", "well"), ("inner", "thanks"), ("outer", "bye")]
    assert [text.context for text in outer.texts()][4:] == ["inner/well/ask", "inner/thanks/say", "outer/bye/say"]
    assert outer.place("bye") == 2


def test_a_flow_that_runs_no_other_is_itself():
    flow = load_flow(text("outer", BYE), "flows/outer.yml")
    assert expand(flow, {"outer": flow}) is flow


def test_a_flow_may_ask_about_and_say_what_another_brings_in():
    load(
        outer=f"  - run: inner\n  - {{id: it, when: {{well: no}}, say: 'You said {{answer.well}}.'}}\n{BYE}",
        inner=f"{ASK}  - {{id: i, say: I.}}\n",
    )


def test_what_is_brought_in_is_known_only_after_it():
    found = problems(
        outer=(
            "  - {id: early, when: {well: no}, say: Early.}\n"
            "  - run: inner\n"
            "  - {id: late, when: {well: maybe}, say: 'You said {answer.words}.'}\n"
            "  - {id: lost, when: {wel: no}, say: Lost.}\n"
            f"{BYE}"
        ),
        inner=f"{ASK}  - {{id: words, ask: Words?, open: true}}\n  - {{id: i, say: I.}}\n",
    )
    assert found == [
        "outer.yml:11: `when` names `well`, which is no earlier step; write one of: "
        "channel, language, on_duty, promise_kept",
        "outer.yml:13: `well` is never `maybe`; write one of: no, yes",
        "outer.yml:13: {answer.words} is no earlier question with choices; free words are never said back",
        "outer.yml:14: `when` names `wel`, which is no earlier step; did you mean `well`?",
    ]


def test_an_unknown_flow_is_told_where_it_is_named():
    assert problems(outer=f"  - run: iner\n  - later: {{flow: outr, in: 2 days}}\n{BYE}", inner=BYE) == [
        "outer.yml:11: `run` names `iner`, which is no flow; did you mean `inner`?",
        "outer.yml:12: `later` names `outr`, which is no flow; did you mean `outer`?",
    ]


def test_a_flow_with_faults_of_its_own_is_not_unknown():
    found = problems(outer=f"  - run: inner\n  - later: {{flow: inner, in: 2 days}}\n{BYE}", inner="  - {id: a, sya: A.}\n")
    assert [problem.split(":")[0] for problem in found] == ["inner.yml"]


def test_flows_that_run_each_other_are_told_once_with_the_way_round():
    found = problems(a=f"  - run: b\n{BYE}", b="  - {id: b, say: B.}\n  - run: c\n", c="  - run: a\n")
    assert found == ["c.yml:11: `run: a` goes round for ever (`a` runs `b` runs `c` runs `a`); take this line out"]


def test_a_flow_does_not_run_itself():
    assert problems(a=f"  - run: a\n{BYE}") == ["a.yml:11: `run: a` goes round for ever (`a` runs `a`); take this line out"]


def test_a_name_that_is_there_already_is_told_at_the_run_that_brings_it():
    found = problems(
        outer=f"  - run: inner\n{BYE}  - run: inner\n", inner="  - {id: bye, say: Bye.}\n  - {id: i, say: I.}\n"
    )
    assert found == [
        "outer.yml:11: `run: inner` brings a second step called `bye`, the first is in flows/outer.yml:12; rename one",
        "outer.yml:13: `run: inner` brings a second step called `bye`, the first is in flows/outer.yml:12; rename one",
        "outer.yml:13: `run: inner` brings a second step called `i`, the first is in flows/inner.yml:12; rename one",
    ]


def test_answers_reach_no_more_people_by_way_of_another_flow():
    found = problems(outer=text("outer", f"  - run: inner\n{BYE}", read_by="peers"), inner="  - {id: i, say: I.}\n")
    assert found == [
        "outer.yml:11: `run: inner` is read by trained_staff, and this flow by peers; write `read_by: trained_staff` here"
    ]
    load(outer=f"  - run: inner\n{BYE}", inner=text("inner", "  - {id: i, say: I.}\n", read_by="peers"))


def test_staff_and_participants_have_flows_of_their_own():
    staff = text("team", "  - {id: t, say: T.}\n", read_by="counts\nfor: staff")
    found = problems(outer=f"  - run: team\n  - later: {{flow: team, in: 2 days}}\n{BYE}", team=staff)
    assert found == [
        "outer.yml:11: `run: team` is for staff, and this flow is not; name another flow",
        "outer.yml:12: `later: team` is for staff, and this flow is not; name another flow",
    ]


def test_dead_ends_are_found_once_everything_is_there():
    found = problems(outer=f"{ASK}  - {{when: {{well: yes}}, run: inner}}\n", inner="  - {id: i, say: I.}\n")
    assert found == ["outer.yml:11: after `no` or a skip at `well` nothing more is said; end with a `say` for everyone"]


def test_a_way_on_leads_into_and_out_of_another_flow():
    flows = load(
        outer=f"{ASK}  - {{when: {{well: yes}}, go: i}}\n  - {{id: sorry, say: Sorry.}}\n  - run: inner\n{BYE}",
        inner="  - {id: i, say: I.}\n  - end: true\n",
    )
    kinds = [step.kind for step in flows["outer"].steps]
    assert kinds == [StepKind.YES_NO, StepKind.GO, StepKind.SAY, StepKind.SAY, StepKind.GO, StepKind.SET, StepKind.SAY]
    assert flows["outer"].steps[4].go == flows["outer"].steps[5].id == "after:inner"


def test_every_problem_of_every_file_is_told_at_once():
    found = problems(a="  - {id: a, sya: A.}\n", b=f"  - run: x\n{BYE}", c="  - {say: C.}\n")
    assert [problem.split(":")[0] for problem in found] == ["a.yml", "b.yml", "c.yml"]
