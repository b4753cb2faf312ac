"""CPU of one turn of the flow engine, against reading and writing the same state as JSON; and of loading many flows."""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

from bench.figures import CannotMeasure, Figures
from bench.houses import Say
from service.core.answers import Vocabulary
from service.core.effects import Ask
from service.core.flow import Facts, Started, State, Words, advance
from service.core.flow_file import Flow, load_flow
from service.core.model import Channel, Urgency
from service.languages import Languages
from service.settings import PROJECT
from service.usecases.publishing import check_home
from service.usecases.releases import build

_NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
_LANGUAGES: Final = 12

_HEAD: Final = """flow: {name}
starts: when asked
purpose: To hear how you are.
wellbeing: Being well is what you say it is.
decided_by: No group has decided this yet.
not_for: Emergencies. {{read_hours}}
read_by: trained_staff
keep_answers: 90 days
channels: [sms, voice]
steps:
"""
_QUESTIONS: Final = """\
  - id: week{n}
    ask: How has your week been?
    choices: {{good: Good, mixed: Up and down, hard: {{label: Hard, words: "bad, awful", raises: soon}}}}
  - id: help{n}
    when: {{week{n}: [mixed, hard]}}
    ask: Would any of this help?
    choices: {{food: Food or money, home: Home or heating, none: Not now}}
    many: true
    notes: need
  - id: safe{n}
    when: {{week{n}: hard}}
    ask: Are you safe where you are right now?
    yes_no: {{no: {{raises: urgent}}}}
    silence: {{then: soon}}
  - id: more{n}
    ask: Shall we ask again soon?
    yes_no: true
  - id: words{n}
    ask: Is there anything you would like to say?
    open: true
"""
_THANKS: Final = "  - {id: thanks, say: Thank you.}\n"
# What somebody answers at each question: by digit, by a label of the other language, by several digits, by a word.
_SAYS: Final[Mapping[str, str]] = {"week": "Difícil", "help": "1 2", "safe": "1", "more": "sí", "words": "the rain"}


@dataclass(frozen=True, slots=True)
class _Size:
    turns: int
    flows: int
    rounds: int


_FULL, _SMALL = _Size(turns=4_000, flows=200, rounds=5), _Size(turns=200, flows=4, rounds=2)


def run(say: Say, *, small: bool = False) -> Figures:
    """`ours`: µs of CPU a turn, state from and to JSON. `floor`: the JSON alone. `loading`: a release of many flows."""
    size = _SMALL if small else _FULL
    five, long = _flow("five", 1), _flow("long", 200)
    ours, floor = _turns(five, _vocabulary(five, 2), size)
    say(f"a turn of five questions in two languages: {ours:.1f} µs")
    grown, _ = _turns(long, _vocabulary(long, 50), size)
    say(f"a turn among {len(long.steps):,} steps in fifty languages: {grown:.1f} µs")
    more = {
        "grown": {"steps": len(long.steps), "languages": 50, "us": round(grown, 1), "times": round(grown / ours, 2)},
        "loading": _loading(say, size),
    }
    return Figures("turn", ours, floor, "µs", more)


def _flow(name: str, times: int) -> Flow:
    """Five questions and a thank-you, `times` over; a file has a limit, so a longer flow is put together from parts."""
    parts = [load_flow(_text(name, n), f"flows/{name}.yml").steps for n in range(times)]
    first = load_flow(_text(name, 0), f"flows/{name}.yml")
    steps = tuple(step for part in parts for step in part[:-1]) + parts[0][-1:]
    return replace(first, steps=steps)


def _text(name: str, n: int) -> str:
    return _HEAD.format(name=name) + _QUESTIONS.format(n=n) + _THANKS


def _vocabulary(flow: Flow, languages: int) -> Vocabulary:
    """The first answers in Spanish, as a bilingual flow has them, and then as many languages as are wanted."""
    spanish = {"good": "Bien", "mixed": "Con altibajos", "hard": "Difícil", "food": "Comida", "home": "Casa", "none": "No"}
    messages = {
        f"{flow.name}/{step.id}/choices.{choice.id}": {"english": choice.label, "text": spanish[choice.id]}
        for step in flow.steps
        for choice in step.choices
        if choice.id in spanish
    }
    settings: dict[str, object] = {"name": "español", "yes": ["sí"], "no": ["no"], "skip": ["saltar"], "joins": ["y"]}
    others = [f"x{number}" for number in range(languages - 2)]
    entries = {code: {"settings": {**settings, "name": code}, "messages": messages} for code in ("es", *others)}
    return Languages.from_snapshot({"languages": entries}).vocabulary(flow, "es")


def _turns(flow: Flow, vocabulary: Vocabulary, size: _Size) -> tuple[float, float]:
    """µs a turn and µs of its JSON alone: the median of the rounds, over the turns of whole conversations."""
    heard = list(_conversation(flow, vocabulary))
    documents = [document for document, _ in heard]
    turn, alone = [], []
    for _ in range(size.rounds):
        turn.append(_each(lambda at: _one(flow, vocabulary, *heard[at % len(heard)]), size.turns))
        alone.append(_each(lambda at: json.dumps(json.loads(documents[at % len(documents)])), size.turns))
    return sorted(turn)[len(turn) // 2], sorted(alone)[len(alone) // 2]


def _conversation(flow: Flow, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Each state that five questions pass, and what is said to it: as many answers in a long flow as in a short one."""
    state = advance(flow, None, Started(), _NOON, _FACTS, vocabulary).state
    for _ in range(5):
        words = _SAYS[str(state.waiting).rstrip("0123456789")]
        document = json.dumps(state.to_json())
        yield document, words
        state = _one(flow, vocabulary, document, words)


def _one(flow: Flow, vocabulary: Vocabulary, document: str, words: str) -> State:
    state = State.from_json(json.loads(document))
    turn = advance(flow, state, Words(words, Urgency.ROUTINE), _NOON, _FACTS, vocabulary)
    if turn.state.ended is None and not any(isinstance(effect, Ask) for effect in turn.effects):
        raise CannotMeasure(f"the flow asked nothing after {words!r}")
    json.dumps(turn.state.to_json())
    return turn.state


_FACTS: Final = Facts(Channel.SMS, "es", True, {}, on_duty=True, languages=("en", "es"))


def _each(work: Callable[[int], object], times: int) -> float:
    gc.collect()
    began = time.process_time_ns()
    for at in range(times):
        work(at)
    return (time.process_time_ns() - began) / times / 1000


def _loading(say: Say, size: _Size) -> dict[str, Any]:
    """Seconds of CPU, and MB, to make a release of many flows in twelve languages from its snapshot."""
    snapshot = check_home(PROJECT, date(2026, 11, 24))
    snapshot["flows"] = {f"flows/f{n}.yml": _text(f"f{n}", 0) for n in range(size.flows)}
    languages = snapshot["languages"]
    own = dict(languages["es"])
    texts = [text for file, flow in snapshot["flows"].items() for text in load_flow(flow, file).texts()]
    own["messages"] = {one.context: {"english": one.english, "text": f"«{one.english}»"} for one in texts}
    snapshot["languages"] = {"en": languages["en"], **{f"l{n}": own for n in range(_LANGUAGES - 1)}}
    document = json.dumps(snapshot)
    gc.collect()
    before, began = _memory(), time.process_time()
    release = build(json.loads(document), date(2026, 11, 24))
    for code in release.languages.codes:
        for flow in release.flows.values():
            release.languages.vocabulary(flow, code)
    seconds, grown = time.process_time() - began, _memory() - before
    say(f"{len(release.flows)} flows in {len(release.languages.codes)} languages: {seconds:.2f} s, {grown:.0f} MB")
    return {"flows": size.flows, "languages": _LANGUAGES, "s": round(seconds, 2), "mb": round(grown, 1)}


def _memory() -> float:
    return float(psutil.Process(os.getpid()).memory_info().rss) / 1024 / 1024
