"""The answers that make a difference: one of each kind that leads elsewhere, so that every way through can be walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from service.core.conditions import Known, Single, Unanswered, conditions_in, holds
from service.core.flow_file import Flow
from service.core.steps.shape import NONE, Step, StepKind
from service.core.story import SKIP

OWN_WORDS: Final = "…"
Answer = tuple[str, ...]
_IN_WORDS: Final = (StepKind.TIME, StepKind.DATE)


def answers_that_differ(flow: Flow) -> Mapping[str, tuple[Answer, ...]]:
    """For each question the answers after which the flow may go on differently, the first of each kind."""
    return {step.id: tuple(_differing(step, flow)) for step in flow.steps if step.is_question}


def _differing(step: Step, flow: Flow) -> Iterator[Answer]:
    about = tuple(_conditions_about(step, flow))
    seen: set[object] = set()
    for answer in _answers(step):
        kind = (_consequences(step, answer), tuple(holds(one, lambda _, a=answer: _known(a)) for one in about))  # type: ignore[misc]
        if kind not in seen:
            seen.add(kind)
            yield answer


def _answers(step: Step) -> Iterator[Answer]:
    """Everything that can be answered; a skip is last, since it is an answer too."""
    if step.kind is StepKind.OPEN:
        yield (OWN_WORDS,)
    elif step.kind is StepKind.OFFER:
        yield from (("yes",), ("no",))
    elif step.kind is StepKind.LANGUAGES:
        yield ("",)  # the language that is spoken
    elif step.range is not None and not step.range.digits:
        yield from ((str(number),) for number in range(step.range.low, step.range.high + 1))
    elif step.kind not in _IN_WORDS:
        yield from ((choice,) for choice in step.choice_ids)
        if step.many:
            yield tuple(choice for choice in step.choice_ids if choice != NONE)
    yield (SKIP,)


def _known(answer: Answer) -> Known:
    if answer == (SKIP,):
        return Unanswered.MISSING
    return () if answer == (OWN_WORDS,) else answer


def _conditions_about(step: Step, flow: Flow) -> Iterator[Single]:
    """Every condition of the flow that its answer decides, under whichever name."""
    names = {step.id}
    if step.consent:
        names.add(f"consent.{step.consent}")
    if step.keeps:
        names |= {step.keeps, f"my.{step.keeps}"}
    for other in flow.steps:
        for condition in conditions_in(other.when) if other.when else ():
            if condition.subject in names:
                yield condition


def _consequences(step: Step, answer: Answer) -> object:
    """What it leads to by itself: a person, another step, an explanation, a preference."""
    if answer == (OWN_WORDS,):
        return "own words"
    if step.kind is StepKind.OFFER:
        return answer == ("yes",)
    chosen = [choice for choice in step.choices if choice.id in answer]
    explained = step.teach_back is not None and answer not in ((SKIP,), (step.teach_back,))
    keeps = answer if step.keeps == "shared_phone" else None  # a shared phone is spoken to in other words
    return tuple((one.raises, one.offer, one.go, one.set) for one in chosen if _does(one)), explained, keeps


def _does(choice: object) -> bool:
    return any(getattr(choice, what) is not None for what in ("raises", "offer", "go", "set"))
