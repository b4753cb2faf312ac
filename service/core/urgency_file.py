"""A language's urgency.yml: read with line numbers, every fault found at once, compiled into rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from service.core.model import Problem
from service.core.urgency_rules import Index, Part, Rule, Template, TemplateError, Words, read_template
from service.core.urgency_text import Speller

KEYS = {
    "language", "version", "reviewed_by", "sounds", "spellings", "fuzzy", "never_fuzzy", "words",
    "urgent", "soon", "asked", "routine", "any_language",
}
NAME = re.compile(r"[a-z_]+")


class RuleProblems(ValueError):
    """One or more urgency.yml files can't be used; `problems` has every fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """One language's compiled rules. `reviewed_by` is empty until a native reader has checked them."""

    language: str
    version: str
    reviewed_by: str
    speller: Speller
    urgent: Index
    soon: Index
    asked: Mapping[str, Index]
    phrases: Index
    joiners: Words
    any_language: Words
    routine_words: frozenset[str]


def read_rules(text: str, file: str) -> dict[str, object]:
    """An urgency.yml as a mapping that remembers its lines; RuleProblems if it is not YAML or not a mapping."""
    try:
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleProblems([Problem(file, line, f"this is not YAML: {error.problem}; mend this line")]) from error
    except (YAMLError, ValueError) as error:
        raise RuleProblems([Problem(file, 1, "this is not YAML; save it as UTF-8 text and mend it")]) from error
    if not isinstance(document, dict):
        raise RuleProblems([Problem(file, 1, "write `language:`, `version:`, `words:`, `urgent:` and so on")])
    return document


def compile_language(language: str, document: Mapping[str, object], file: str) -> tuple[LanguageRules, list[Problem]]:
    """The rules of one file and every fault in it; use the rules only if there are no faults."""
    return _Compiler(language, document, file).compile()


@dataclass(slots=True)
class _Compiler:
    language: str
    document: Mapping[str, object]
    file: str
    problems: list[Problem] = field(default_factory=list)
    lists: dict[str, Words] = field(default_factory=dict)
    speller: Speller = field(default_factory=lambda: Speller({}, {}, (), ()))

    def compile(self) -> tuple[LanguageRules, list[Problem]]:
        for key in self.document:
            if key not in KEYS:
                self._fault(self.document, key, f"“{key}” is not a part of a rules file; write {', '.join(sorted(KEYS))}")
        if self._text("language") != self.language:
            self._fault(self.document, "language", f"write `language: {self.language}`, as the folder is called")
        if not self._text("version"):
            self._fault(self.document, "version", "write the day these rules were changed, like 2026-11-24")
        self.speller = self._speller()
        self._read_lists()
        urgent, soon = self._rules(self.document, "urgent"), self._rules(self.document, "soon")
        asked = self._mapping(self.document, "asked")
        routine = self._mapping(self.document, "routine")
        for key in routine:
            if key not in ("phrases", "joiners"):
                self._fault(routine, key, f"“{key}” is not a part of `routine`; write phrases or joiners")
        phrases = [t for i, line in self._strings(routine, "phrases") if (t := self._template(line, routine, "phrases", i))]
        for template in phrases:
            if any(part.kind == "gap" for part in template.parts):
                self._fault(routine, "phrases", "a routine phrase may not have a gap: anything could stand there", template.written)
        joiners = Words(self._phrases(routine, "joiners"))
        anywhere = Words(self._phrases(self.document, "any_language"))
        known = {word for words in self.lists.values() for phrase in words.phrases() for word in phrase}
        routine_words = {word for phrase in joiners.phrases() | anywhere.phrases() for word in phrase}
        routine_words |= _words_in(Rule("routine", "", tuple(phrases)))
        indexes = {question: Index(self._rules(asked, question)) for question in asked}
        for rule in (*urgent, *soon, *(rule for index in indexes.values() for rule in index.rules)):
            known |= _words_in(rule)
        self.speller.known |= known | routine_words
        rules = LanguageRules(
            self.language, self._text("version"), self._text("reviewed_by"), self.speller, Index(urgent), Index(soon),
            indexes, Index((Rule("routine", "", tuple(phrases)),)), joiners, anywhere, frozenset(routine_words),
        )
        return rules, self.problems

    def _fault(self, node: object, key: object, message: str, piece: str = "") -> None:
        self.problems.append(Problem(self.file, _line(node, key), message, piece))

    def _text(self, key: str) -> str:
        value = self.document.get(key)
        return "" if value is None else str(value).strip()

    def _mapping(self, node: Mapping[str, object], key: str) -> Mapping[str, object]:
        value = node.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._fault(node, key, f"under `{key}:` write names with a colon, one a line")
            return {}
        return value

    def _strings(self, node: Mapping[str, object], key: str) -> Iterator[tuple[int, str]]:
        value = node.get(key)
        if value is None:
            return
        if not isinstance(value, list) or not value:
            self._fault(node, key, f"`{key}:` is empty; write a list like [one, two words] or leave it out")
            return
        for index, item in enumerate(value):
            if isinstance(item, (Mapping, list)) or item is None or not str(item).strip():
                self._fault(value, index, f"in `{key}:` each entry is words; put quotes around any with a colon")
            else:
                yield index, str(item)

    def _speller(self) -> Speller:
        sounds = {str(old): str(new or "") for old, new in self._mapping(self.document, "sounds").items()}
        spellings: dict[str, str] = {}
        written = self._mapping(self.document, "spellings")
        for right in written:
            for index, variant in self._strings(written, right):
                if variant in spellings:
                    self._fault(written[right], index, f"“{variant}” already stands for “{spellings[variant]}”; keep one")
                if len(variant.split()) > 1:
                    self._fault(written[right], index, f"“{variant}” is several words; write it in a word list instead")
                spellings[variant] = str(right)
        fuzzy = [word for _, word in self._strings(self.document, "fuzzy")]
        never = [word for _, word in self._strings(self.document, "never_fuzzy")]
        return Speller(sounds, spellings, fuzzy, never)

    def _read_lists(self) -> None:
        written = self._mapping(self.document, "words")
        for name in written:
            if not NAME.fullmatch(name):
                self._fault(written, name, f"“{name}” can't name a list; use small letters and _")
            if not written[name]:
                self._fault(written, name, f"the word list “{name}” is empty; write a word or take it out")
            self.lists[name] = Words(self._phrases(written, name))

    def _phrases(self, node: Mapping[str, object], key: str) -> set[tuple[str, ...]]:
        phrases: set[tuple[str, ...]] = set()
        for index, item in self._strings(node, key):
            inner = re.fullmatch(r"\{([a-z_]+)\}", item.strip())
            if inner is None:
                phrases.add(self.speller.spelled(item))
            elif inner[1] in self.lists:
                phrases |= self.lists[inner[1]].phrases()
            else:
                self._fault(node[key], index, f"there is no word list “{inner[1]}” above this line")
        return phrases

    def _rules(self, node: Mapping[str, object], key: str) -> tuple[Rule, ...]:
        rules = []
        written = self._mapping(node, key)
        for name in written:
            rule = self._mapping(written, name)
            reason = str(rule.get("reason") or "").strip()
            if not reason:
                self._fault(written, name, f"the rule “{name}” has no `reason:`; write what a worker should think of")
            for part in rule:
                if part not in ("reason", "match"):
                    self._fault(rule, part, f"“{part}” is not a part of a rule; write reason and match")
            lines = list(self._strings(rule, "match"))
            if not lines:
                self._fault(written, name, f"the rule “{name}” has no `match:`; write at least one template")
            made = [self._template(line, rule, "match", index) for index, line in lines]
            rules.append(Rule(name, reason, tuple(template for template in made if template is not None)))
        return tuple(rules)

    def _template(self, line: str, node: Mapping[str, object], key: str, index: int) -> Template | None:
        try:
            return read_template(line, self.lists, self.speller)
        except TemplateError as error:
            self._fault(node[key], index, str(error), line)
            return None


def _words_in(rule: Rule) -> set[str]:
    parts: list[Part] = [part for template in rule.templates for part in template.parts]
    return {word for part in parts if part.words is not None for phrase in part.words.phrases() for word in phrase}


def _line(node: object, key: object) -> int:
    """The line of a key or entry, where the document remembers lines; else 1."""
    places = getattr(node, "lc", None)
    find: Callable[[object], tuple[int, int]] | None = getattr(places, "item" if isinstance(key, int) else "key", None)
    if find is None:
        return 1
    try:
        return find(key)[0] + 1
    except (KeyError, TypeError):
        return (getattr(places, "line", None) or 0) + 1
