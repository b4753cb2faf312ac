"""Answers that would never be heard as answers, because the same word already does something everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from service.core.flow_file import FlowProblems, load_flow
from service.core.keywords import ChooseLanguage, Keyword, KeywordTable, fold
from service.core.model import Problem
from service.core.steps.shape import Step
from service.languages.home import CATALOG
from service.languages.settings import DAYS, line_of, strings
from service.languages.sources import languages_of, mapping, messages_in
from service.languages.spoken import Languages

# Heard before any answer. A start is heard only after a stop, and a wish to be called only where it is no answer.
_FIRST: Final[Mapping[Keyword, str]] = {
    Keyword.STOP: "ends all texts",
    Keyword.HELP: "asks how this works",
    Keyword.PERSON: "asks for a person",
    Keyword.WHY: "asks why we ask",
}
_KEYS: Final[Mapping[str, Keyword]] = {"stop_phrases": Keyword.STOP, **{one.value: one for one in _FIRST}}
_ANSWERS: Final = ("yes", "no", "skip", "numbers", *DAYS, "days", "months")
_NAMES: Final = "also_called"
_COMMA: Final = re.compile("[,،]")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One way to say an answer, and where it is written."""

    file: str
    line: int
    word: str
    piece: str


def collisions(snapshot: Mapping[str, object]) -> tuple[Problem, ...]:
    """Every word for an answer, in any language, that is heard as something else first; and names of two languages."""
    table = Languages.from_snapshot(snapshot).keywords()
    owners = dict(_owners(snapshot))
    found = list(_names(snapshot, table))
    for answer in (*_said_in_flows(snapshot), *_said_everywhere(snapshot)):
        folded = fold(answer.word)
        asked = table.exactly(folded) if folded else None
        does = _first(asked)
        if does is not None:
            where = owners.get(folded) or owners.get(folded.replace(" ", "")) or "in every language"
            message = f"“{answer.word}” {does} ({where}) before it is heard as an answer; write another word"
            found.append(Problem(answer.file, answer.line, message, answer.piece))
    return tuple(found)


def _first(asked: Keyword | ChooseLanguage | None) -> str | None:
    """What is done at once, whatever was asked; None where an answer is heard first."""
    if isinstance(asked, ChooseLanguage):
        return f"chooses the language {asked.code}"
    return None if asked is None else _FIRST.get(asked)


def _said_in_flows(snapshot: Mapping[str, object]) -> Iterator[_Answer]:
    catalogs = {f"locales/{code}/{CATALOG}": messages_in(one) for code, one in languages_of(snapshot).items()}
    for file, text in mapping(snapshot.get("flows")).items():
        try:
            flow = load_flow(str(text), file)
        except FlowProblems:
            continue
        for step in flow.steps:
            for part, english, line in _labels(step):
                context = f"{step.flow}/{step.id}/{part}"
                yield from _each(file, line, english, context)
                for catalog, messages in catalogs.items():
                    yield from _translated(catalog, messages.get(context, {}), english, context)


def _labels(step: Step) -> Iterator[tuple[str, str, int]]:
    """The parts of a step by which it is answered."""
    for choice in step.choices:
        yield f"choices.{choice.id}", choice.label, choice.line
        if choice.words:
            yield f"choices.{choice.id}.words", ", ".join(choice.words), choice.line
    for end in ("low", "high"):
        if end in step.words:
            yield end, step.words[end].english, step.words[end].line


def _translated(catalog: str, message: Mapping[str, object], english: str, context: str) -> Iterator[_Answer]:
    if message.get("english") == english and message.get("text"):
        yield from _each(catalog, int(str(message.get("line", 1))), str(message["text"]), context)


def _each(file: str, line: int, written: str, context: str) -> Iterator[_Answer]:
    words: Iterable[str] = _COMMA.split(written) if context.endswith(".words") else (written,)
    return (_Answer(file, line, word.strip(), context) for word in words)


def _said_everywhere(snapshot: Mapping[str, object]) -> Iterator[_Answer]:
    """Yes, no, numbers and days. Against the words of their own file, yes and no are looked at when it is read."""
    for code, language in languages_of(snapshot).items():
        settings = mapping(language.get("settings"))
        own = {fold(word) for key in _KEYS for word in strings(settings, key)}
        for key in _ANSWERS:
            for written in strings(settings, key):
                for word in written.split("/"):
                    if fold(word) not in own or key not in ("yes", "no", "skip"):
                        yield _Answer(f"locales/{code}/language.yml", line_of(settings, key, written), word, key)


def _owners(snapshot: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Folded words that do something everywhere, with and without their spaces, and where they are written."""
    for code, language in languages_of(snapshot).items():
        settings = mapping(language.get("settings"))
        for key in (*_KEYS, _NAMES):
            for word in strings(settings, key):
                where = f"locales/{code}/language.yml:{line_of(settings, key, word)}"
                yield fold(word), where
                yield fold(word).replace(" ", ""), where
        yield fold(str(settings.get("name") or "")), f"locales/{code}/language.yml, name"


def _names(snapshot: Mapping[str, object], table: KeywordTable) -> Iterator[Problem]:
    """Names that call two languages, or that do something else: nobody could choose the language so."""
    seen: dict[str, str] = {}
    for code, language in languages_of(snapshot).items():
        settings = mapping(language.get("settings"))
        file = f"locales/{code}/language.yml"
        for word in (str(settings.get("name") or ""), *strings(settings, _NAMES)):
            folded = fold(word)
            other, line = seen.setdefault(folded, code), line_of(settings, _NAMES, word)
            if folded and other != code:
                yield Problem(file, line, f"“{word}” is also what {other} is called; keep it in one of the two", word)
            elif folded and isinstance(table.exactly(folded), Keyword):
                yield Problem(file, line, f"“{word}” does something else everywhere; take it out of one of the lists", word)
