"""`offer`: a call, a text, a person or a peer; yes is put before a person, with an honest time."""

from __future__ import annotations

from dataclasses import replace

from service.core.flow_fields import Fields
from service.core.steps.reading import (
    QUESTION_KEYS,
    WORD_KEYS,
    need_id,
    read_offer,
    read_silence,
    read_step,
    read_words,
)
from service.core.steps.shape import Step, StepKind
from service.core.steps.yes_no import YesNo, yes_and_no


class OfferStep(YesNo):
    """A question of yes or no whose words are the service's, unless the step has its own."""

    kind = StepKind.OFFER
    key = "offer"
    keys = (*QUESTION_KEYS, "offer")
    needs = ("id",)

    def read(self, fields: Fields) -> Step:
        """What is offered, with words or without."""
        need_id(fields, "an offer has no `id`; give it a short name, such as `id: talk`")
        offer = read_offer(fields)
        choices = yes_and_no(fields.line("offer"), offer)
        step = replace(read_step(fields, self.kind), words=read_words(fields, "ask", *WORD_KEYS))
        return replace(step, offer=offer, choices=choices, silence=read_silence(fields))


TYPE = OfferStep()
