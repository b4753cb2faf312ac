"""`choices: languages`: the languages that the service speaks, three at a time and 4 for more."""

from __future__ import annotations

from dataclasses import replace

from service.core.answer_choices import one_of
from service.core.answer_words import Reply, Understood
from service.core.flow_fields import Fields
from service.core.flow_state import Facts
from service.core.flow_yaml import Mapping, Text
from service.core.steps.reading import QUESTION_KEYS, read_keeps, read_silence, read_step
from service.core.steps.shape import Step, StepKind, language_page
from service.core.steps.step_type import Question


class LanguagesStep(Question):
    """The answer is the person's language from then on."""

    kind = StepKind.LANGUAGES
    key = "choices"
    keys = (*QUESTION_KEYS, "choices", "keeps")
    needs = ("id", "ask", "keeps")
    kept = ("language",)

    @property
    def written(self) -> str:
        """How messages call it."""
        return "`choices: languages`"

    def is_written(self, node: Mapping) -> bool:
        """`choices` has this one word instead of a list."""
        choices = node.items.get(self.key)
        return isinstance(choices, Text) and choices.value == "languages"

    def read(self, fields: Fields) -> Step:
        """The question; its choices are the languages of the release."""
        keeps = read_keeps(fields, self.kept) or "language"
        if "keeps" not in fields:
            fields.wrong("choices", "`choices: languages` keeps nothing; add `keeps: language`")
        return replace(read_step(fields, self.kind, "ask"), keeps=keeps, silence=read_silence(fields))

    def can_be_asked(self, facts: Facts) -> bool:
        """Nobody chooses between fewer than two."""
        return len(facts.languages) > 1

    def options(self, step: Step, facts: Facts, page: int) -> tuple[str, ...]:  # noqa: ARG002
        """The languages of that page."""
        return language_page(facts.languages, page)

    def understand(self, step: Step, reply: Reply) -> Understood | None:
        """A digit of the page, or any language by its name."""
        return one_of(reply, reply.vocabulary.phrases(step.id))


TYPE = LanguagesStep()
