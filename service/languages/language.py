"""One language of a release: its settings, its translations, and its spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from service.core.flow_variables import COUNTS
from service.core.phrases import Wording, fill, placeholders
from service.languages.plurals import NoRule, PluralRule, rule_of, written_rule
from service.languages.settings import strings

SOURCE = "en"

_LONGEST_NUMBER = 9  # digits; no count of ours is longer


@dataclass(frozen=True, slots=True)
class Template:
    """Words with their braces, in the language that they are really in. `form` names theirs, where a number decides it."""

    code: str
    words: str
    form: str = ""


@dataclass(frozen=True)
class Language:
    """One language's own settings and translations. `plurals`: the Plural-Forms of its catalog."""

    code: str
    settings: Mapping[str, object]
    messages: Mapping[str, Mapping[str, object]]
    plurals: str = ""

    @property
    def name(self) -> str:
        """What it calls itself."""
        return str(self.settings.get("name") or ("English" if self.code == SOURCE else self.code))

    @property
    def right_to_left(self) -> bool:
        """Which way it runs."""
        return self.settings.get("direction") == "rtl"

    @cached_property
    def rule(self) -> PluralRule:
        """Which form goes with which number."""
        try:
            return written_rule(self.plurals) if self.plurals else rule_of(self.code)
        except NoRule:
            return rule_of(self.code)

    def translated(self, context: str, english: str) -> str | None:
        """The translation of exactly these words; None if there is none, or if the English has changed since."""
        if self.code == SOURCE:
            return english
        message = self.messages.get(context, {})
        return str(message["text"]) if message.get("text") and message.get("english") == english else None

    def counted(self, context: str, english: str, plural: str, number: int | None) -> Template | None:
        """As `translated`, of words that follow a number: the form that goes with it, the last if it is not known."""
        place = self.rule.count - 1 if number is None else self.rule.form(number)
        name = self.rule.names()[place]
        if self.code == SOURCE:
            return Template(SOURCE, (english, plural)[place], name)
        message = self.messages.get(context, {})
        forms = message.get("forms")
        if not isinstance(forms, list | tuple) or (message.get("english"), message.get("plural")) != (english, plural):
            return None
        return Template(self.code, str(forms[place]), name) if place < len(forms) and forms[place] else None

    @cached_property
    def _fixed(self) -> dict[str, Wording]:
        return {}

    @cached_property
    def _spelling(self) -> dict[int, str]:
        spelling = self.settings.get("plain")
        return str.maketrans(dict(spelling)) if isinstance(spelling, Mapping) else {}

    def respelled(self, text: str) -> str:
        """The words in the plain spelling of the language."""
        return text.translate(self._spelling) if self._spelling else text

    def fixed(self, text: str) -> Wording:
        """Words that are the same for everybody; there are as many as the release has."""
        found = self._fixed.get(text)
        if found is None:
            plain = fill(self.respelled(text), {}, right_to_left=self.right_to_left)
            found = self._fixed[text] = Wording(fill(text, {}, right_to_left=self.right_to_left), plain)
        return found

    def first(self, key: str) -> str:
        """The first word under a key; empty where there is none."""
        return (*strings(self.settings, key), "")[0]


def number_in(plural: str, values: Mapping[str, object]) -> int | None:
    """The number that decides the form of words; None where it is not known."""
    for variable in sorted(placeholders(plural)):
        value = str(values.get(variable, ""))
        counts = variable in COUNTS or variable.startswith("answer.")
        if counts and value.isdecimal() and len(value) <= _LONGEST_NUMBER:
            return int(value)
    return None
