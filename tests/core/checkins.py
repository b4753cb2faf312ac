"""Somebody in a check-in, for the tests of the engine: flows that ship, flows written here, and what is asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.core.answers import Vocabulary
from service.core.effects import Ask, Finish, Remind, Say
from service.core.flow import (
    Again,
    Back,
    Facts,
    HungUp,
    Pressed,
    Silence,
    Skipped,
    Slower,
    Started,
    State,
    Words,
    advance,
)
from service.core.flow_file import load_flow
from service.core.model import Channel, Urgency
from service.core.steps.shape import StepKind

# The tests' own flows, so that the engine is tried on the same steps whatever a group changes in those that ship.
FLOWS = Path(__file__).parents[1] / "support" / "flows"
NOON = datetime(2025, 11, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROUTINE, SOON, URGENT = Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT
FACTS = Facts(Channel.SMS, "en", True, {}, on_duty=True, languages=("en", "ur", "pl", "so"))

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


def shipped(name):
    return load_flow((FLOWS / f"{name}.yml").read_text("utf-8"), f"flows/{name}.yml")


def written(steps):
    return load_flow(HEAD + steps, "flows/case.yml")


WEEKLY, WELCOME = shipped("weekly-check-in"), shipped("welcome")
AFTER = written(
    "  - {id: safe, ask: Safe?, yes_no: {no: {raises: urgent}}}\n"
    "  - {id: chat, say: Chat.}\n"
    "  - {id: call, ask: May we ring?, yes_no: true, after_urgent: true}\n"
    "  - {id: idea, ask: Ideas?, open: true, notes: idea}\n"
    "  - {id: bye, say: Bye., after_urgent: true}\n"
)


NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def ends_of(scale):
    return {
        str(scale.range.low): (scale.words["low"].english,),
        str(scale.range.high): (scale.words["high"].english,),
    }


class Person:
    """Somebody in a check-in: what they do, and the effects that follow. The state goes through JSON every time."""

    def __init__(self, flow, facts=FACTS):
        self.flow, self.facts, self.now, self.state = flow, facts, NOON, None
        names = {"en": ("English",), "ur": ("اردو",), "pl": ("Polski",), "so": ("Soomaali",)}
        ways = {s.id: {c.id: (c.label, *c.words) for c in s.choices} for s in flow.steps if s.kind is StepKind.CHOICES}
        ways |= {s.id: names for s in flow.steps if s.kind is StepKind.LANGUAGES}
        ways |= {s.id: ends_of(s) for s in flow.steps if s.kind is StepKind.SCALE}
        days = {"today": ("today",), "tomorrow": ("tomorrow",)}
        self.vocabulary = Vocabulary(ways, ("Yes", "ok"), ("No",), ("skip",), numbers=(NUMBERS,), days=days)

    def hears(self, heard):
        turn = advance(self.flow, self.state, heard, self.now, self.facts, self.vocabulary)
        self.state = State.from_json(json.loads(json.dumps(turn.state.to_json())))
        assert self.state == turn.state
        return list(turn.effects)

    def starts(self):
        return self.hears(Started())

    def texts(self, text, urgency=ROUTINE):
        return self.hears(Words(text, urgency))

    def presses(self, choice):
        return self.hears(Pressed(choice))

    def skips(self):
        return self.hears(Skipped())

    def wants_it_again(self):
        return self.hears(Again())

    def goes_back(self):
        return self.hears(Back())

    def wants_it_slower(self):
        return self.hears(Slower())

    def hangs_up(self):
        return self.hears(HungUp())

    def is_silent(self, number=0, wait=DAY):
        self.now += wait
        return self.hears(Silence(self.state.waiting, number))


def asked(step, then="close", number=0, after=DAY, **how):
    return [Ask(step, **how), Remind(step, after, then, number)]


THANKS = [Say("thanks"), Finish("done")]


def at(flow, *texts):
    """A person who has answered so far."""
    person = Person(flow)
    effects = person.starts()
    for text in texts:
        effects = person.texts(text)
    assert effects
    return person
