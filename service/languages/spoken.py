"""The languages of one release: every word that is sent, in the person's language, else in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Literal, Self

from service.core.answer_time_words import WEEKDAYS
from service.core.answers import Vocabulary
from service.core.flow_file import Flow
from service.core.keywords import Keyword, KeywordTable, fold
from service.core.language_codes import nearest
from service.core.phrases import Wording, fill, placeholders
from service.core.steps.shape import Step, StepKind
from service.core.words import CONTEXT, MISSING, SERVICE_WORDS
from service.languages.language import SOURCE, Language, Template, number_in
from service.languages.moments import answered_day, answered_time, day_and_month
from service.languages.moments import when as _when
from service.languages.settings import DAYS, strings

# Names are written as their owners write them, whatever that costs.
_NEVER_RESPELLED = frozenset(("name", "language", "languages"))
_KEYWORDS = (
    ("stop", Keyword.STOP),
    ("stop_phrases", Keyword.STOP),
    ("start", Keyword.START),
    ("help", Keyword.HELP),
    ("person", Keyword.PERSON),
    ("why", Keyword.WHY),
    ("call", Keyword.CALL),
)
_COMMA = re.compile("[,،]")


class Languages:
    """The languages of one release; nothing in it changes after it is made."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        known = {SOURCE: Language(SOURCE, {}, {}), **languages}
        self._languages = {code: known[code] for code in sorted(known, key=lambda code: (code != SOURCE, code))}
        self._keywords = _keyword_table(self._languages.values())
        self._vocabularies: dict[tuple[str, str], tuple[Flow, Vocabulary]] = {}
        self._own = {code: self._own_values(one) for code, one in self._languages.items()}

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, object]) -> Self:
        """From what `read_home` gives, or a release that was kept of it."""
        found = snapshot.get("languages")
        entries = found if isinstance(found, Mapping) else {}
        return cls(
            {
                code: Language(code, one["settings"], one["messages"], str(one.get("plurals") or ""))
                for code, one in entries.items()
            }
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all languages, English first."""
        return tuple(self._languages)

    def reviewed(self, code: str) -> bool:
        """Whether a named reader has checked every word of the service's own, and no word is left in doubt (fuzzy)."""
        language = self._languages.get(code)
        if language is None or not (language.settings.get("reviewer") and language.settings.get("reviewed_on")):
            return False
        whole = all(language.translated(CONTEXT + key, english) for key, english in SERVICE_WORDS.items())
        return whole and not any(message.get("fuzzy") for message in language.messages.values())

    def direction(self, code: str) -> Literal["ltr", "rtl"]:
        """Which way the language runs."""
        return "rtl" if self._of(code).right_to_left else "ltr"

    def name(self, code: str) -> str:
        """What the language calls itself."""
        return self._of(code).name

    def say(self, language: str, key: str, /, **values: object) -> str:
        """The service's own words under a key (KeyError: no such key). A time that is None is not promised."""
        return self.wording(language, key, values).text

    def word(self, language: str, keyword: str) -> str:
        """The word that people are told for a keyword ("stop", "start"): the first of its list in language.yml."""
        return self._of(language).first(keyword) or self._languages[SOURCE].first(keyword)

    def flow_text(self, language: str, context: str, english: str, **values: object) -> str:
        """A flow's words; in English where they have no translation."""
        return self.phrase(language, context, english, values).text

    def wording(self, language: str, key: str, values: Mapping[str, object] | None = None) -> Wording:
        """As `say`, in both spellings, to be joined with other words."""
        given = dict(values or {})
        unknown = f"{key}.unknown_time"
        if not given.get("when") and unknown in SERVICE_WORDS:
            key = unknown
        spoken = self._of(language)
        return self.phrase(language, CONTEXT + key, SERVICE_WORDS[key], {**self._own[spoken.code], **given})

    def phrase(
        self, language: str, context: str, english: str, values: Mapping[str, object], plural: str | None = None
    ) -> Wording:
        """As `flow_text`, in both spellings, to be joined with other words; with `plural` in the form of their number."""
        found = self.template(language, context, english, plural, values)
        spoken, text = self._languages[found.code], found.words
        wanted = placeholders(text)
        if not wanted:
            return spoken.fixed(text)
        said = {key: str(value) for key, value in values.items() if key in wanted and value is not None}
        for missing in wanted & MISSING.keys():
            if not said.get(missing):
                said[missing] = self.say(language, MISSING[missing])
        plain = {key: value if key in _NEVER_RESPELLED else spoken.respelled(value) for key, value in said.items()}
        return Wording(
            fill(text, said, right_to_left=spoken.right_to_left),
            fill(spoken.respelled(text), plain, right_to_left=spoken.right_to_left),
        )

    def nearest(self, code: str) -> str:
        """The code of the language in which somebody of that language is spoken to."""
        return self._of(code).code

    def template(
        self,
        language: str,
        context: str,
        english: str,
        plural: str | None = None,
        values: Mapping[str, object] = MappingProxyType({}),
    ) -> Template:
        """The words that `phrase` says, with their braces, and the language that they are in: English if need be."""
        spoken = self._of(language)
        if plural is not None:
            number = number_in(plural, values)
            found = spoken.counted(context, english, plural, number)
            return found or self._languages[SOURCE].counted(context, english, plural, number) or Template(SOURCE, plural)
        text = spoken.translated(context, english)
        return Template(SOURCE, english) if text is None else Template(spoken.code, text)

    def vocabulary(self, flow: Flow, language: str) -> Vocabulary:
        """How a person of that language may answer: its words and the English ones, for every question of the flow."""
        spoken = self._of(language)
        kept = self._vocabularies.get((flow.name, spoken.code))
        if kept is None or kept[0] is not flow:
            kept = flow, self._new_vocabulary(flow, spoken)
            self._vocabularies[flow.name, spoken.code] = kept
        return kept[1]

    def keywords(self) -> KeywordTable:
        """The words that work everywhere, of all languages at once: the person's language may not be known yet."""
        return self._keywords

    def when(self, moment: datetime, language: str, zone: str, now: datetime) -> str:
        """A moment in the person's language and zone: "14:20 today", "09:00 on Monday"; fits after "by" and "at"."""
        spoken = self._of(language)

        def say(key: str, **values: str) -> str:
            return self.phrase(language, CONTEXT + key, SERVICE_WORDS[key], values).full

        return _when(moment, zone, now, code=spoken.code, settings=spoken.settings, say=say)

    def answered_time(self, value: str, language: str) -> str | None:
        """The value of a time as it is said back: "Tuesday 14:00"; None if it is no such value."""
        spoken = self._of(language)
        return answered_time(value, code=spoken.code, settings=spoken.settings, say=partial(self.say, language))

    def answered_day(self, value: str, language: str) -> str | None:
        """The value of a date as it is said back: "Tuesday 24 November"; None if it is no such value."""
        spoken = self._of(language)
        return answered_day(value, code=spoken.code, settings=spoken.settings)

    def day_and_month(self, day: date, language: str) -> str:
        """A day as people write it: "3 December"."""
        spoken = self._of(language)
        return day_and_month(day, code=spoken.code, settings=spoken.settings)

    def _own_values(self, spoken: Language) -> dict[str, str]:
        """What may stand in the service's own words of a language, whatever else does."""
        own = {key: spoken.first(key) or self._languages[SOURCE].first(key) for key in ("stop", "start")}
        names = ", ".join(one.name for one in self._languages.values())
        return {**own, "language": spoken.name, "languages": names}

    def _of(self, code: str) -> Language:
        """The language, or the one it is a kind of (es for es-MX, but never ur for ur-Latn), or English."""
        found = self._languages.get(code)
        return found or self._languages[nearest(code, self._languages) or SOURCE]

    def _new_vocabulary(self, flow: Flow, spoken: Language) -> Vocabulary:
        def both(key: str) -> tuple[str, ...]:
            words = (*strings(spoken.settings, key), *strings(self._languages[SOURCE].settings, key))
            return tuple(dict.fromkeys(words))

        questions = (step for step in flow.steps if step.kind is StepKind.CHOICES)
        choices = {step.id: _ways(step, spoken) for step in questions}
        names = {one.code: (one.name, *strings(one.settings, "also_called")) for one in self._languages.values()}
        choices |= {step.id: names for step in flow.steps if step.kind is StepKind.LANGUAGES}
        choices |= {step.id: _ends(step, spoken) for step in flow.steps if step.kind is StepKind.SCALE}
        return Vocabulary(
            choices,
            both("yes"),
            both("no"),
            both("skip"),
            both("joins"),
            numbers=tuple(strings(one.settings, "numbers") for one in (spoken, self._languages[SOURCE])),
            language=spoken.code,
            days={day: (*both(day), *_named(spoken, day)) for day in DAYS},
            months={str(number): (name,) for number, name in enumerate(strings(spoken.settings, "months"), start=1)},
        )


def _named(spoken: Language, day: str) -> tuple[str, ...]:
    """What the language calls a day of the week, where its own file says so."""
    names = dict(zip(WEEKDAYS, strings(spoken.settings, "days"), strict=False))
    return (names[day],) if day in names else ()


def _ways(step: Step, spoken: Language) -> dict[str, tuple[str, ...]]:
    """Each choice's label and other words, the language's own first, then the English ones."""
    ways = {}
    for choice in step.choices:
        context = f"{step.flow}/{step.id}/choices.{choice.id}"
        label = spoken.translated(context, choice.label) or ""
        words = spoken.translated(f"{context}.words", ", ".join(choice.words)) or ""
        own = (label, *_COMMA.split(words))
        ways[choice.id] = tuple(word.strip() for word in (*own, choice.label, *choice.words) if word.strip())
    return ways


def _ends(step: Step, spoken: Language) -> dict[str, tuple[str, ...]]:
    """The two numbers of a scale that have labels."""
    if step.range is None:
        return {}
    ends = ((step.range.low, step.words.get("low")), (step.range.high, step.words.get("high")))
    said = (
        (number, end, spoken.translated(f"{step.flow}/{step.id}/{end.part}", end.english)) for number, end in ends if end
    )
    return {str(number): tuple(filter(None, (own, end.english))) for number, end, own in said}


def _keyword_table(languages: Iterable[Language]) -> KeywordTable:
    words: dict[str, Keyword] = {}
    names: dict[str, str] = {}
    for language in languages:
        for key, keyword in _KEYWORDS:
            for word in strings(language.settings, key):
                words.setdefault(fold(word), keyword)
        for name in (language.name, *strings(language.settings, "also_called")):
            names.setdefault(fold(name), language.code)
    return KeywordTable(words, names)
