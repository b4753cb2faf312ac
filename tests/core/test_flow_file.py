"""A coordinator's file becomes a flow, or every fault is told at once with its line and what to write instead."""

from datetime import timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service.core.conditions import AllOf, AnyOf, Given, Matches
from service.core.flow_file import FlowProblems, FlowText, load_flow
from service.core.model import Channel, Urgency
from service.core.steps.shape import Phrase, StepKind

ROOT = Path(__file__).parents[2]
OURS = Path(__file__).parents[1] / "support" / "flows"
FAULTS = YAML(typ="safe", pure=True).load(Path(__file__).with_name("flow_faults.yml").read_text("utf-8"))
SHIPPED = sorted(path for path in (ROOT / "flows").glob("*.yml") if not path.stem.endswith(".stories"))

HEAD = """flow: case
starts: every week
purpose: To try one thing.
wellbeing: Being well is yours to say.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 90 days
channels: [sms]
steps:
"""


def load(steps: str):
    return load_flow(HEAD + steps, "flows/case.yml")


def problems_of(text: str) -> list[str]:
    with pytest.raises(FlowProblems) as caught:
        load_flow(text, "flows/case.yml")
    return [str(problem).removeprefix("flows/case.yml:") for problem in caught.value.problems]


@pytest.mark.parametrize("case", FAULTS, ids=[case["fault"] for case in FAULTS])
def test_each_fault_is_told_with_its_line_and_what_to_write(case):
    told = problems_of(case["whole"] if "whole" in case else HEAD + case["steps"])
    expected = case["says"]
    assert len(told) == len(expected), told
    lines = [int(problem.split(":")[0]) for problem in told]
    assert lines == sorted(lines)
    for beginning in expected:
        assert any(problem.startswith(beginning) for problem in told), (beginning, told)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_passes_every_check(path):
    assert load_flow(path.read_text("utf-8"), f"flows/{path.name}").name == path.stem


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: t + "\n\n"])
def test_a_byte_order_mark_and_windows_lines_are_read_right(change):
    flow = load_flow(change(HEAD + "  - id: a\n    say: Hello.\n"), "flows/case.yml")
    assert flow.step("a").line == 11
    assert flow.step("a").words["say"].english == "Hello."


def test_every_value_is_text_as_it_was_written():
    flow = load(
        """
  - id: yes
    ask: 07
    why: 1e3
    choices: {yes: 1 or so, no: Off, null: "~"}
  - id: a
    when: {yes: yes}
    say: 0x1F
    discreet: 2001-01-01
  - id: b
    say: true
"""
    )
    question, first, second = flow.steps
    assert [choice.id for choice in question.choices] == ["yes", "no", "null"]
    assert [choice.label for choice in question.choices] == ["1 or so", "Off", "~"]
    assert {part: phrase.english for part, phrase in question.words.items()} == {"ask": "07", "why": "1e3"}
    assert first.when == Matches("yes", ("yes",), 17)
    assert first.words["discreet"].english == "2001-01-01"
    assert second.words["say"].english == "true"


def test_a_check_in_is_read_whole():
    flow = load_flow((OURS / "weekly-check-in.yml").read_text("utf-8"), "flows/weekly-check-in.yml")
    assert [step.id for step in flow.steps] == ["week", "help", "safe", "words", "thanks"]
    assert {step.flow for step in flow.steps} == {"weekly-check-in"}
    assert (flow.starts, flow.read_by, flow.keep_answers.days) == ("every week", "trained_staff", 90)
    assert (flow.after_escalation, flow.for_staff) == (None, False)
    assert flow.channels == (Channel.SMS, Channel.VOICE)
    week, needs, safe, words, _ = flow.steps
    assert week.choice("hard").raises is Urgency.SOON
    assert week.choice("hard").words == ("bad", "awful", "rough")
    assert (week.silence.remind.days, week.silence.then) == (1, "my_silence_plan")
    assert (needs.many, needs.notes, needs.choice_ids[-1]) == (True, "need", "none")
    assert safe.choice("no").raises is Urgency.URGENT
    assert safe.choice("yes").raises is None
    assert words.kind is StepKind.OPEN


def test_a_flow_begins_days_after_an_escalation():
    head = HEAD.replace("starts: every week", "starts: 2 days after an escalation")
    flow = load_flow(head + "  - id: a\n    say: Hello.\n", "flows/case.yml")
    assert (flow.starts, flow.after_escalation) == ("2 days after an escalation", timedelta(days=2))


def test_a_flow_for_staff_is_read_as_counts():
    head = HEAD.replace("read_by: trained_staff", "read_by: counts\nfor: staff")
    flow = load_flow(head + "  - id: a\n    say: Hello.\n", "flows/case.yml")
    assert (flow.for_staff, flow.read_by) == (True, "counts")


def test_every_question_of_the_weekly_check_in_has_discreet_words_and_nothing_in_it_says_who_we_are():
    flow = load_flow((ROOT / "flows/weekly-check-in.yml").read_text("utf-8"), "flows/weekly-check-in.yml")
    for step in flow.steps:
        if (said := step.wording(Channel.SMS, discreet=True)) is None:
            continue
        assert said.part == "discreet" or not step.is_question
        assert "{service}" not in said.english


def test_the_invitation_fits_two_parts_and_does_not_say_who_we_are():
    flow = load_flow((ROOT / "flows/welcome.yml").read_text("utf-8"), "flows/welcome.yml")
    asked = flow.step("checkins").wording(Channel.SMS, discreet=True).english
    assert "{" not in asked
    assert len(f"{asked}\n1 Yes\n2 No") <= 2 * 153
    for said in ("machine", "People read", "stop whenever"):
        assert said in asked


def test_texts_carry_the_context_that_translators_see():
    flow = load(
        '  - id: a\n    ask: Well?\n    choices:\n      good: {label: Good, words: "fine, ok"}\n      bad: Bad\n'
        "  - id: b\n    say: Thank you.\n    voice: Thanks.\n"
    )
    assert list(flow.texts()) == [
        FlowText("case/purpose", "To try one thing.", 3),
        FlowText("case/wellbeing", "Being well is yours to say.", 4),
        FlowText("case/decided_by", "No group has decided this yet.", 5),
        FlowText("case/not_for", "Emergencies. {read_hours}", 6),
        FlowText("case/a/ask", "Well?", 12),
        FlowText("case/a/choices.good", "Good", 14),
        FlowText("case/a/choices.good.words", "fine, ok", 14),
        FlowText("case/a/choices.bad", "Bad", 15),
        FlowText("case/b/say", "Thank you.", 17),
        FlowText("case/b/voice", "Thanks.", 18),
    ]


def test_words_for_a_channel_or_a_shared_phone_replace_the_rest():
    flow = load("  - id: a\n    say: A.\n    voice: B.\n    discreet: C.\n")
    assert flow.step("a").wording(Channel.SMS, discreet=False) == Phrase("say", "A.", 12)
    assert flow.step("a").wording(Channel.VOICE, discreet=False) == Phrase("voice", "B.", 13)
    assert flow.step("a").wording(Channel.VOICE, discreet=True) == Phrase("discreet", "C.", 14)


def test_conditions_are_read_whole():
    flow = load(
        """
  - id: week
    ask: Well?
    choices: {good: Good, bad: Bad}
  - id: a
    when: {week: bad, channel: sms}
    say: A.
  - id: b
    when: {any: [{week: {is_not: bad}}, {all: [{consent.peers: no}, {language: {given: false}}]}]}
    say: B.
  - id: c
    say: C.
"""
    )
    assert flow.step("a").when == AllOf((Matches("week", ("bad",), 16), Matches("channel", ("sms",), 16)))
    assert flow.step("b").when == AnyOf(
        (
            Matches("week", ("bad",), 19, negated=True),
            AllOf((Matches("consent.peers", ("no",), 19), Given("language", False, 19))),
        )
    )


def test_a_question_for_calls_only_leads_on_in_calls_only():
    head = HEAD.replace("channels: [sms]", "channels: [sms, voice]")
    steps = (
        "  - {id: hello, say: Hello.}\n"
        "  - {id: code, when: {channel: voice}, ask: Well?, yes_no: true}\n"
        "  - {id: bye, when: {channel: voice}, say: Bye.}\n"
    )
    assert load_flow(head + steps, "flows/case.yml").place("bye") == 2


def test_silence_is_a_day_and_then_the_end_unless_safety_was_asked():
    flow = load(
        "  - {id: a, ask: Well?, yes_no: true}\n"
        "  - {id: b, ask: Safe?, yes_no: {no: {raises: urgent}}}\n"
        "  - {id: c, say: Bye.}\n"
    )
    assert (flow.step("a").silence.first_wait().days, flow.step("a").silence.then) == (1, "close")
    assert flow.step("b").silence.then == "soon"


@pytest.mark.parametrize(
    "words",
    [
        "You can stop whenever you like.",
        "Help is near. Call us when it ends.",
        "Nothing is confidential unless we say so.",
        "In the end, you decide.",
        "If you say yes, we ask you weekly.",
        "Take a yes from us.",
        "One of us reads it. Two of us answer.",
        "Answer one question at a time.",
        "Press on, you are doing well.",
    ],
)
def test_ordinary_words_are_left_alone(words):
    load(f'  - id: a\n    say: "{words}"\n')


def test_more_than_a_hundred_steps_are_two_flows():
    steps = "".join(f"  - {{id: s{place}, say: Hello.}}\n" for place in range(101))
    assert problems_of(HEAD + steps) == ["111: a flow has at most 100 steps; make two flows of it"]


EVERY_FAULT = Path(__file__).with_name("every_fault.yml")
# Problems of a step as a whole stand at its first line, where no mark can stand beside what is wrong.
OF_THE_WHOLE = {
    "safe": "silence at the safety question `safe` would just close",
    "code": "a code is keyed only in a call",
    "taught": "the right answer of `teach_back` is `stuff`, which is no choice; did you mean `staff`?",
    "round": "`go: round` goes round for ever",
    "last": "after a skip at `last` nothing more is said",
}
OF_ONE_CHOICE = (
    "the phone company acts on `End` alone",
    "`raises` cannot be `now`",
    "`offer` cannot be `lift`",
    "`go` names `nowhere`, which is no step",
    "`pace` is never `fast`",
    "`colour` is not known in choice `end`",
)


def marked(lines):
    """Every problem that the file says it has, with its line."""
    for number, line in enumerate(lines, 1):
        if "{label: End" in line:
            yield from ((number, beginning) for beginning in OF_ONE_CHOICE)
        for step, beginning in OF_THE_WHOLE.items():
            if line == f"  - id: {step}":
                yield number, beginning
        if not line.lstrip().startswith("#"):
            yield from ((number, mark.strip()) for mark in line.split("✗")[1:])
    yield lines.index("    choices:") + 1, "a question has 2 to 4 choices, and here are 5"
    yield len(lines), "nobody comes to this step"


def test_every_fault_in_one_file_is_told_in_one_run():
    text = EVERY_FAULT.read_text("utf-8")
    with pytest.raises(FlowProblems) as caught:
        load_flow(text, str(EVERY_FAULT))
    told = [(problem.line, problem.message) for problem in caught.value.problems]
    expected = list(marked(text.splitlines()))
    for line, beginning in expected:
        assert any(at == line and message.startswith(beginning) for at, message in told), (line, beginning)
    for line, message in told:
        assert any(at == line and message.startswith(beginning) for at, beginning in expected), (line, message)
    assert len(told) == len(expected) > 60
