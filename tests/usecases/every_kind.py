"""A flow with a question of every kind, for the tests of what is written and what is said."""

from __future__ import annotations

from pathlib import Path

from service.core.flow_file import load_flow
from service.languages import Languages, read_home

SNAPSHOT = read_home(Path(__file__).parent.parent.parent)
LANGUAGES = Languages.from_snapshot(SNAPSHOT)
SHIPPED = [load_flow(text, file) for file, text in SNAPSHOT["flows"].items()]

EVERY_KIND = load_flow(
    """
flow: every-kind
starts: when asked
purpose: To try every kind of question.
wellbeing: Being well is what you say it is.
decided_by: No group has decided this yet.
not_for: Emergencies. {read_hours}
read_by: trained_staff
keep_answers: 30 days
channels: [sms, voice]
steps:
  - id: hello
    say: Hello from {service}, {name}. This is a machine.
    discreet: Hello. This is a machine.
  - id: free
    say: An answer costs what a text costs.
    sms: Calling us back is free.
    voice: This call is free.
  - id: who
    say: We are {service}.
  - id: club
    ask: Whom do you like best?
    why: So that we know.
    choices: {us: Kind Words, others: Others}
  - id: cup
    ask: Tea or water, {name}?
    why: So that you have something to drink.
    choices: {tea: Tea, water: Water}
  - id: help
    ask: Would any of this help?
    why: So that somebody can look for it.
    choices: {food: Food or money, home: Home or heating, company: Someone to talk to, none: Not now}
    many: true
  - id: safe
    ask: Are you safe where you are?
    discreet: Is all well where you are?
    why: We ask everybody.
    yes_no: true
    silence: {remind: 1 day, then: soon}
  - id: load
    ask: How heavy was the work?
    why: So that it can be shared out.
    scale: {from: 1, to: 5}
    low: Light
    high: Too much
  - id: weeks
    ask: For how many weeks?
    why: So that we plan with you.
    number: {from: 1, to: 40}
  - id: code
    when: {channel: voice}
    ask: Choose a number that you can remember.
    why: So that only you hear what is private.
    number: {digits: 4}
    keeps: code
  - id: words
    ask: Is there anything you would like to say?
    discreet: Is there anything you would like to add?
    why: A person reads or hears it.
    open: true
  - id: visit
    ask: When may we visit you?
    why: So that somebody is there.
    time: true
  - id: hours
    ask: When is a good time to reach you?
    why: So that we come at a good time.
    time: true
    keeps: safe_hours
  - id: move
    ask: Which day do you move?
    why: So that we help you carry.
    date: true
  - id: ring
    offer: call
  - id: talk
    offer: person
    ask: Shall somebody talk with you about it?
  - id: clear
    ask: Who reads an urgent message?
    why: So that we notice where we are not clear.
    choices: {staff: Trained staff, peer: A peer}
    teach_back: {right: staff}
    otherwise: We did not say that well. Trained staff of {service} read it.
  - id: language
    ask: Which language would you like?
    why: So that you feel at home.
    choices: languages
    keeps: language
  - id: sum
    say: "{answer.cup}. {answer.help}. {answer.load}. {answer.weeks}. {answer.visit}. {answer.move}."
  - id: heard
    say:
      one: "{ideas} idea came in. You will hear what came of it."
      other: "{ideas} ideas came in. You will hear what came of them."
  - id: thanks
    say: Thank you. {reply_promise} {read_hours} {crisis_lines}
""",
    "flows/every-kind.yml",
)
