"""What is sent and heard, with example values that are as long as real ones get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from service.core.effects import Ask, Otherwise, Say
from service.core.flow_variables import COUNTS
from service.core.phrases import placeholders
from service.core.steps.shape import Step, StepKind
from service.core.text import Parts, parts
from service.core.words import CONTEXT
from service.languages.sources import Source
from service.usecases.render import render, speak
from service.usecases.translating.places import Way, place_of
from service.usecases.translating.work import Work

NAME: Final = "Łukasz"
IDEAS: Final = "12"
# A Wednesday and its evening: no day and hour is longer to say in most languages.
_NOW, _WHEN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC), datetime(2026, 9, 30, 22, 45, tzinfo=UTC)
_NUMBERS: Final = "999 (emergencies), 116 123 (to talk)"
_FEW: Final = 8  # letters, which may be worth avoiding
_TIMES: Final = ("wed 14:00", "thu 10:00")
_FIRST: Final = 20  # of the numbers of a form, which may be as long as a person's own
_ANSWERS: Final[Mapping[StepKind, str]] = {StepKind.TIME: "wed 14:00", StepKind.DATE: "2026-09-30"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One text as it is sent, or words as they are heard; `parts` of a text, None of what is never sent."""

    way: Way
    words: str = ""
    parts: Parts | None = None


def costly_letters(count: Parts | None) -> str:
    """The letters that make a text a dear one. A script of its own is one as a whole; the name is no translator's."""
    letters = [one for one in count.costly if one not in NAME] if count is not None else []
    return " ".join(letters) if len(letters) <= _FEW else "nearly every letter"


class Examples:
    """What becomes of each text of one language."""

    def __init__(self, work: Work, code: str | None = None) -> None:
        self._work, self._languages, self.code = work, work.languages, code or work.code
        self._flows = work.release.flows

    def sent(self, source: Source) -> Sent:
        """What somebody gets that holds this text: of all its forms the one in most parts."""
        _, way = place_of(source.context, self._flows)
        if way in (Way.TYPED, Way.SHOWN):
            return Sent(way)
        words = list(self._service(source) if source.context.startswith(CONTEXT) else self._flow(source, way))
        if way is Way.HEARD:
            return Sent(way, " … ".join(words))
        longest = max(words, key=lambda text: (parts(text).segments, len(text)), default="")
        return Sent(way, longest, parts(longest) if longest else None)

    def _service(self, source: Source) -> Iterator[str]:
        key = source.context.removeprefix(CONTEXT)
        yield self._languages.wording(self.code, key, self._service_values()).text

    def _service_values(self) -> dict[str, object]:
        say, languages, code = self._languages.say, self._languages, self.code
        return {
            "name": NAME,
            "when": self._when,
            "time": languages.answered_time("14:00", code) or "14:00",
            "day": languages.answered_day("2026-09-30", code) or "",
            "first": languages.answered_time("10:00", code) or "10:00",
            "last": languages.answered_time("12:00", code) or "12:00",
            "numbers": _NUMBERS,
            "code": "4821",
            "amount": "£0.10",
            "why": say(code, "reply_promise.routine"),
            "answer": languages.answered_time("wed 14:00", code) or "",
            "example": "1 2",
            "digits": "4",
            "key": "1",
            "low": "1",
            "high": "10",
            **self._drawn(),
        }

    def _drawn(self) -> dict[str, object]:
        """What stands on drawings, where there is room for it."""
        return {"words": "…", "then": "…", "conditions": "…", "answers": "…", "letter": "A", "flow": "…"}

    def _flow(self, source: Source, way: Way) -> Iterator[str]:
        name, _, rest = source.context.partition("/")
        flow = self._flows[name]
        step_id, _, part = rest.partition("/")
        if not part or part == "why":
            why = self._languages.phrase(self.code, source.context, source.english, self._values).full
            yield self._languages.say(self.code, "why", why=why)
            return
        effect = _effect(flow.step(step_id), part)
        if way is Way.HEARD:
            prompts = speak([effect], flow, self._languages, self.code, self._values, False, times=_TIMES)
            yield from (prompt.words for prompt in prompts)
            return
        for values in self._each_form(source):
            yield from render([effect], flow, self._languages, self.code, values, part == "discreet")

    def _each_form(self, source: Source) -> Iterator[dict[str, str]]:
        """Values with which each form of a text is said."""
        counted = [one for one in placeholders(source.plural or "") if one in COUNTS or one.startswith("answer.")]
        for form in range(self._work.rule.count if counted else 1):
            number = str(max(self._work.rule.numbers(form)[:_FIRST], default=0))
            yield {**self._values, **dict.fromkeys(counted, number)}

    @cached_property
    def _when(self) -> str:
        return self._languages.when(_WHEN, self.code, "UTC", _NOW)

    @cached_property
    def _values(self) -> dict[str, str]:
        say, code = self._languages.say, self.code
        answers = {
            f"answer.{step.id}": _an_answer(step)
            for flow in self._flows.values()
            for step in flow.steps
            if step.is_question and _an_answer(step)
        }
        return {
            **answers,
            "name": NAME,
            "service": self._work.release.config.service.name,
            "when": self._when,
            "ideas": IDEAS,
            "reply_promise": say(code, "reply_promise", when=self._when),
            "read_hours": say(code, "read_hours.later", when=self._when),
            "crisis_lines": say(code, "crisis.numbers", numbers=_NUMBERS),
            "price": say(code, "price", amount="£0.10"),
        }


def _effect(step: Step, part: str) -> Ask | Otherwise | Say:
    if part == "otherwise":
        return Otherwise(step.id)
    return Ask(step.id) if step.is_question else Say(step.id)


def _an_answer(step: Step) -> str:
    """The value of one answer that may be said back."""
    if step.kind in _ANSWERS:
        return _ANSWERS[step.kind]
    if step.range is not None and not step.range.digits:
        return str(step.range.high)
    return step.choice_ids[0] if step.choice_ids else ""
