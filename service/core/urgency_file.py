"""A language's urgency.yml: read with line numbers, every fault found at once, compiled into rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from service.core.model import Problem, Urgency
from service.core.urgency_everyday import Everyday
from service.core.urgency_index import Index
from service.core.urgency_rules import Key, Rule, Template, TemplateError, TemplateReader, Words
from service.core.urgency_spelling import Speller

KEYS = {
    "language",
    "version",
    "reviewed_by",
    "sounds",
    "spellings",
    "endings",
    "fuzzy",
    "never_fuzzy",
    "words",
    "urgent",
    "soon",
    "asked",
    "routine",
    "any_language",
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
    raising: Index
    asked: Mapping[str, Index]
    everyday: Everyday
    pairs: frozenset[Key]


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
    speller: Speller = field(init=False)
    reader: TemplateReader = field(init=False)

    def compile(self) -> tuple[LanguageRules, list[Problem]]:
        self._head()
        self.speller = self._speller()
        self._read_lists()
        self.reader = TemplateReader(self.lists, self.speller)
        urgent, soon = self._rules(self.document, "urgent"), self._rules(self.document, "soon", Urgency.SOON)
        asked = self._mapping(self.document, "asked")
        questions = {question: self._rules(asked, question) for question in asked}
        phrases, joiners = self._routine()
        anywhere = Words(self._phrases(self.document, "any_language"))
        rules = (phrases, *urgent, *soon, *(rule for rules in questions.values() for rule in rules))
        parts = {part.words for rule in rules for template in rule.templates for part in template.parts}
        pairs: set[Key] = set()
        for words in {joiners, anywhere, *self.lists.values(), *parts}:
            self.speller.known |= words.vocabulary()
            pairs.update(key for key in words.keyed if not isinstance(key, str))
        compiled = LanguageRules(
            language=self.language,
            version=self._text("version"),
            reviewed_by=self._text("reviewed_by"),
            speller=self.speller,
            raising=Index((*urgent, *soon)),
            asked={question: Index(rules) for question, rules in questions.items()},
            everyday=Everyday(phrases, joiners, anywhere),
            pairs=frozenset(pairs),
        )
        return compiled, self.problems

    def _head(self) -> None:
        for key in self.document:
            if key not in KEYS:
                self._fault(self.document, key, f"“{key}” is no part of a rules file; write {', '.join(sorted(KEYS))}")
        if self._text("language") != self.language:
            self._fault(self.document, "language", f"write `language: {self.language}`, as the folder is called")
        if not self._text("version"):
            self._fault(self.document, "version", "write the day these rules were changed, like 2026-11-24")

    def _routine(self) -> tuple[Rule, Words]:
        routine = self._mapping(self.document, "routine")
        for key in routine:
            if key not in ("phrases", "joiners"):
                self._fault(routine, key, f"“{key}” is no part of `routine`; write phrases or joiners")
        phrases = self._templates(routine, "phrases", gaps=False)
        return Rule("routine", "", Urgency.ROUTINE, phrases), Words(self._phrases(routine, "joiners"))

    def _fault(self, node: object, key: object, message: str, piece: str = "", below: int = 0) -> None:
        self.problems.append(Problem(self.file, _line(node, key) + below, message, piece))

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

    def _entries(self, node: Mapping[str, object], key: str, between: str = ",") -> Iterator[tuple[int, str]]:
        """What is written under a key in one piece: words with commas between them, or templates a line each."""
        value = node.get(key)
        if isinstance(value, (Mapping, list)):
            self._fault(node, key, f"under `{key}:` write words with commas between them, without [ ], - or colons")
        elif value is not None:
            yield from ((n, entry.strip()) for n, entry in enumerate(str(value).split(between)) if entry.strip())

    def _speller(self) -> Speller:
        sounds, endings = (
            {str(old): str(new or "") for old, new in self._mapping(self.document, key).items()}
            for key in ("sounds", "endings")
        )
        spellings: dict[str, str] = {}
        written = self._mapping(self.document, "spellings")
        for right in written:
            for _, variant in self._entries(written, right):
                if variant in spellings:
                    self._fault(written, right, f"“{variant}” stands for “{spellings[variant]}” already; keep one")
                if len(variant.split()) > 1:
                    self._fault(written, right, f"“{variant}” is several words; write it in a word list instead")
                spellings[variant] = str(right)
        fuzzy = [word for _, word in self._entries(self.document, "fuzzy")]
        never = [word for _, word in self._entries(self.document, "never_fuzzy")]
        return Speller(sounds, spellings, fuzzy, never, endings)

    def _read_lists(self) -> None:
        written = self._mapping(self.document, "words")
        for name in written:
            if not NAME.fullmatch(name):
                self._fault(written, name, f"“{name}” can't name a list; use small letters and _")
            self.lists[name] = Words(self._phrases(written, name))
            if not self.lists[name].keyed:
                self._fault(written, name, f"the word list “{name}” is empty; write a word or take it out")

    def _phrases(self, node: Mapping[str, object], key: str) -> set[tuple[str, ...]]:
        phrases: set[tuple[str, ...]] = set()
        for _, item in self._entries(node, key):
            inner = re.fullmatch(r"\{([a-z_]+)\}", item)
            if inner is None:
                phrases.add(self.speller.spelled(item))
            elif inner[1] in self.lists:
                phrases |= self.lists[inner[1]].phrases()
            else:
                self._fault(node, key, f"there is no word list “{inner[1]}” above this line")
        return phrases

    def _rules(self, node: Mapping[str, object], key: str, urgency: Urgency = Urgency.URGENT) -> tuple[Rule, ...]:
        rules = []
        written = self._mapping(node, key)
        for name in written:
            rule = self._mapping(written, name)
            reason = str(rule.get("reason") or "").strip()
            if not reason:
                self._fault(written, name, f"the rule “{name}” has no `reason:`; write what a worker should think of")
            for part in rule:
                if part not in ("reason", "match", "weak"):
                    self._fault(rule, part, f"“{part}” is no part of a rule; write reason, match or `weak: yes`")
            weak = str(rule.get("weak") or "no").lower()
            if weak not in ("yes", "no", "true", "false") or (weak in ("yes", "true") and key != "soon"):
                self._fault(rule, "weak", "only a rule under `soon:` may be weak, and then `weak: yes` is written")
            templates = self._templates(rule, "match")
            if not str(rule.get("match") or "").strip():
                self._fault(written, name, f"the rule “{name}” has no `match:`; write at least one template")
            rules.append(Rule(name, reason, urgency, templates, weak in ("yes", "true")))
        return tuple(rules)

    def _templates(self, node: Mapping[str, object], key: str, *, gaps: bool = True) -> tuple[Template, ...]:
        templates = []
        for number, line in self._entries(node, key, between="\n"):
            try:
                template = self.reader.read(line)
                if not gaps and any(part.kind in ("gap", "near") for part in template.parts):
                    raise TemplateError("a routine phrase may not have a gap: anything could stand there; name the words")
                templates.append(template)
            except TemplateError as error:
                self._fault(node, key, str(error), line, below=number + 1)
        return tuple(templates)


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
