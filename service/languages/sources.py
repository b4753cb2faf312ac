"""The English of a home: every text that is translated, by its context, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.core.flow_file import FlowProblems, load_flow
from service.core.words import CONTEXT, SERVICE_WORDS
from service.languages.plurals import PluralRule, rule_of, written_rule


@dataclass(frozen=True, slots=True)
class Source:
    """One English text. `plural` where it follows a number; `file` and `line` of a flow, none of the service's own."""

    context: str
    english: str
    plural: str | None = None
    file: str = ""
    line: int = 0

    @property
    def forms(self) -> tuple[str, ...]:
        """The text, or its forms for one and for more."""
        return (self.english,) if self.plural is None else (self.english, self.plural)

    def is_translated_by(self, message: Mapping[str, object]) -> bool:
        """Whether a catalog's entry is of these words, and not of what stood here before."""
        return (message.get("english"), message.get("plural")) == (self.english, self.plural)


def sources_of(snapshot: Mapping[str, object]) -> dict[str, Source]:
    """By context. A flow that can't be read has problems of its own, and no texts here."""
    found = [Source(CONTEXT + key, english) for key, english in SERVICE_WORDS.items()]
    for file, text in mapping(snapshot.get("flows")).items():
        try:
            flow = load_flow(str(text), file)
        except FlowProblems:
            continue
        found += (Source(one.context, one.english, one.plural, file, one.line) for one in flow.texts())
    return {one.context: one for one in found}


def languages_of(snapshot: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Each language of a snapshot by its code."""
    return {code: mapping(language) for code, language in mapping(snapshot.get("languages")).items()}


def messages_in(language: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The entries of a language's catalog by context."""
    return {context: mapping(one) for context, one in mapping(language.get("messages")).items()}


def forms_in(message: Mapping[str, object]) -> tuple[str, ...]:
    """What an entry says, in all its forms; empty ones where they are not written yet."""
    forms = message.get("forms")
    return tuple(map(str, forms)) if isinstance(forms, list | tuple) else (str(message.get("text") or ""),)


def rule_in(code: str, language: Mapping[str, object]) -> PluralRule:
    """Which form of a language goes with which number."""
    written = language.get("plurals")
    return written_rule(str(written)) if written else rule_of(code)


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
