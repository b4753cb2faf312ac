"""What a text means as an answer: understood only whole, or a digit or label with the rest kept for a person (I18)."""

from __future__ import annotations

from datetime import date

from service.core.answer_words import MAX_LENGTH, Reply, Understood, Vocabulary
from service.core.keywords import fold
from service.core.steps import QUESTIONS
from service.core.steps.shape import Step, StepKind

__all__ = ["Understood", "Vocabulary", "understand"]


def understand(
    step: Step,
    text: str,
    vocabulary: Vocabulary,
    options: tuple[str, ...] | None = None,
    today: date = date.min,
) -> Understood | None:
    """What the text says at that question; None if a person must read it.

    `options`: what the digits mean, from 1, where that is not the step's choices. `today`: the date where they are.
    """
    if len(text) > MAX_LENGTH and step.kind is not StepKind.OPEN:
        return None
    reply = Reply(text, fold(text), step.choice_ids if options is None else options, vocabulary, today)
    return QUESTIONS[step.kind].understand(step, reply)
