"""Whatever a flow asks for, on either channel: it can be said, no brace is left, and nobody's own words are said back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.effects import (
    Ask,
    Consent,
    Finish,
    Keep,
    KeptWords,
    Learn,
    OfferPerson,
    Otherwise,
    Promised,
    Raise,
    ReadBack,
    Say,
)
from service.core.keypad import Key, Listen
from service.core.model import Urgency
from service.core.phrases import placeholders
from service.core.steps.shape import StepKind
from service.usecases.render import render, speak
from service.usecases.render.sounds import LONGEST_PROMPT
from tests.usecases.every_kind import EVERY_KIND, LANGUAGES, SHIPPED

OWN_WORDS = "xyzzy"
ANSWERS = [
    *("tea", "food", "yes", "ur", "4", "12", "007", "tue 14:00", "10:00-12:00", "2026-12-03", "2026-99-99", ""),
    OWN_WORDS,
]
NAMES = st.sampled_from(["", "Ana", "Łukasz", "علی"])
FLOWS = [*SHIPPED, EVERY_KIND]


def effects_of(flow):
    ids = [step.id for step in flow.steps if step.id]
    questions = [step.id for step in flow.steps if step.is_question]
    says = [step.id for step in flow.steps if step.kind is StepKind.SAY]
    choices = sorted({choice for step in flow.steps for choice in step.choice_ids} | {"none", "gold"})
    question, step = st.sampled_from(questions), st.sampled_from(ids)
    values = st.lists(st.sampled_from([*ANSWERS, *choices]), max_size=3).map(tuple)
    given = st.lists(st.sampled_from(choices), max_size=3, unique=True).map(tuple)
    return st.lists(
        st.one_of(
            st.builds(Ask, question, st.booleans(), st.booleans(), st.integers(0, 5), given),
            st.builds(Say, st.sampled_from(says)),
            st.builds(Otherwise, step),
            st.builds(ReadBack, question, values),
            st.builds(Promised, st.sampled_from(["call", "text", "person", "peer"]), step),
            st.builds(Learn, question, values),
            st.builds(Raise, st.sampled_from(Urgency), step, st.none(), st.just("words")),
            st.builds(Consent, st.just("checkins"), step, st.booleans()),
            st.builds(Keep, st.just("language"), step, st.sampled_from([*LANGUAGES.codes, "xx"])),
            st.builds(Keep, st.just("pace"), step, st.sampled_from(["slower", "usual"])),
            st.builds(Keep, st.just("name"), step, st.just(OWN_WORDS)),
            st.builds(KeptWords, step),
            st.just(OfferPerson()),
            st.builds(Finish, st.sampled_from(["done", "closed", "urgent"])),
        ),
        max_size=5,
    )


def values_of(data, flow):
    """Values as a turn gives them, and free words where a step has only these."""
    answers = {f"answer.{step.id}": data.draw(st.sampled_from(ANSWERS)) for step in flow.steps if step.is_question}
    optional = st.dictionaries(st.sampled_from(["when", "reply_promise", "crisis_lines", "ideas", "price"]), NAMES)
    return {"name": data.draw(NAMES), "service": "Kind Words", **answers, **data.draw(optional)}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
@settings(max_examples=40)
@given(data=st.data(), discreet=st.booleans(), language=st.sampled_from((*LANGUAGES.codes, "xx", "")))
def test_whatever_a_flow_asks_for_can_be_written(flow, data, discreet, language):
    values = values_of(data, flow)
    for text in render(data.draw(effects_of(flow)), flow, LANGUAGES, language, values, discreet):
        assert text.strip()
        assert not placeholders(text)
        assert OWN_WORDS not in text
        assert not discreet or "kind words" not in text.casefold()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
@settings(max_examples=40)
@given(data=st.data(), discreet=st.booleans(), language=st.sampled_from((*LANGUAGES.codes, "xx", "")))
def test_whatever_a_flow_asks_for_can_be_said(flow, data, discreet, language):
    values = values_of(data, flow)
    effects = [*data.draw(effects_of(flow)), *data.draw(st.lists(st.builds(Listen, st.just("words")), max_size=1))]
    times = data.draw(st.sampled_from([(), ("tue 14:00",), ("tue 14:00", "10:00", "wed 09:00-11:00", "x")]))
    for prompt in speak(effects, flow, LANGUAGES, language, values, discreet, times=times):
        assert prompt.words.strip()
        assert not placeholders(prompt.words)
        assert OWN_WORDS not in prompt.words
        assert not discreet or "kind words" not in prompt.words.casefold()
        assert len(prompt.words.split()) <= LONGEST_PROMPT
        assert prompt.language in LANGUAGES.codes
        assert prompt.pause_after > 0
        assert prompt.keys["0"] is Key.PERSON
        assert not any(set(name) & set("{}") or OWN_WORDS in name for name in prompt.recordings)
