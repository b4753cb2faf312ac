"""A condition in the words of a drawing: "A: Hard or Up and down"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from babel import Locale
from babel.lists import format_list

from service.core.conditions import AllOf, AnyOf, Compares, Condition, Given, Matches, Single
from service.core.flow_file import Flow
from service.core.steps.shape import Step

Style = Literal["standard", "or"]
_FACTS: Final = ("channel", "on_duty")
_KNOWN: Final = {True: "known", False: "unknown"}
_ANSWERED: Final = {True: "answered", False: "unanswered"}
_SIGNS: Final = {"below": "<", "above": ">", "at_least": "≥", "at_most": "≤"}


class Conditions:
    """Tells the conditions of one flow in one language."""

    def __init__(
        self,
        flow: Flow,
        letters: Mapping[str, str],
        label: Callable[[Step, str], str],
        say: Callable[..., str],
        language: Callable[[str], str],
        locale: Locale,
    ) -> None:
        self._flow, self._letters, self._label, self._say, self._language = flow, letters, label, say, language
        self._locale = locale
        self._and = locale.list_patterns["standard"]["2"].removeprefix("{0}").removesuffix("{1}").strip()

    def told(self, condition: Condition, *, inner: bool = False) -> str:
        """The condition in words. What must all hold stands one a line; a group within a group stands in brackets."""
        match condition:
            case AllOf(parts) if not inner:
                return f"\n{self._and} ".join(self.told(part, inner=True) for part in parts)
            case AllOf(parts):
                return f"({_listed([self.told(part, inner=True) for part in parts], 'standard', self._locale)})"
            case AnyOf(parts):
                said = _listed(list(self._alternatives(parts)), "or", self._locale)
                return f"({said})" if inner else said
            case _:
                return self._about(condition.subject, self._answer(condition))

    def _alternatives(self, parts: tuple[Condition, ...]) -> Iterator[str]:
        """Each way in which it holds; what is said of one subject is said at once."""
        seen: set[str] = set()
        for part in parts:
            if isinstance(part, AllOf | AnyOf) or part.subject in _FACTS:
                yield self.told(part, inner=True)
            elif part.subject not in seen:
                seen.add(part.subject)
                same = [one for one in parts if not isinstance(one, AllOf | AnyOf) and one.subject == part.subject]
                yield self._about(part.subject, _listed([self._answer(one) for one in same], "or", self._locale))

    def _about(self, subject: str, answer: str) -> str:
        name = self._subject(subject)
        return f"{name}: {answer}" if name and answer else name or answer

    def _answer(self, condition: Single) -> str:
        match condition:
            case Given("language", False):
                return self._say("draw.language.unknown")
            case Given(subject, given):
                is_theirs = subject.startswith("my.") or subject == "language"
                return self._say(f"draw.{_KNOWN[given] if is_theirs else _ANSWERED[given]}")
            case Compares(_, comparison, number):
                return f"{_SIGNS[comparison]} {number}"
            case Matches(subject, values, negated=negated):
                answers = _listed([self._value(subject, value) for value in values], "or", self._locale)
                return self._say("draw.not", answers=answers) if negated else answers

    def _subject(self, subject: str) -> str:
        """The letter of a question, or what is known of them; nothing where the answer says it all."""
        about, _, name = subject.partition(".")
        if subject in _FACTS or subject == "language":
            return ""
        if about == "last":
            return f"{self._letters.get(name, name)} ({self._say('draw.last_time')})"
        if about == "my":
            return self._say("draw.language") if name == "language" else self._say(f"draw.my.{name}")
        if about == "consent":
            return self._say("draw.consent_to", purpose=name)
        return self._say("draw.promise_kept") if subject == "promise_kept" else self._letters.get(subject, subject)

    def _value(self, subject: str, value: str) -> str:
        if subject in _FACTS:
            return self._say(f"draw.{subject}.{value}")
        if subject in ("language", "my.language"):
            return self._language(value)
        step_id = subject.removeprefix("last.")
        step = next((one for one in self._flow.steps if one.id == step_id), None)
        if step is None and subject.startswith("my."):
            step = next((one for one in self._flow.steps if one.keeps == subject.removeprefix("my.")), None)
        if step is not None:
            return self._label(step, value)
        return self._say(value) if value in ("yes", "no") else value


def _listed(words: list[str], style: Style, locale: Locale) -> str:
    """ "Hard or Up and down", as Unicode's data has it for the language; with a stroke where it has nothing."""
    try:
        return str(format_list(words, style=style, locale=locale))
    except ValueError:
        return (" / " if style == "or" else ", ").join(words)
