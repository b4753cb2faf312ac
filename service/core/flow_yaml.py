"""YAML 1.2 text to a small tree in which every value is text and knows its line, or every problem found on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from service.core.model import Problem

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20

_TOO_DEEP = f"nested more than {MAX_DEPTH} deep; write it flatter"
_OPENED = re.compile(rf"(?:[\[{{] *){{{MAX_DEPTH + 1}}}")
# A comment after words stands apart: two spaces before the # and one after. Anything else may be words that YAML drops.
_AFTER_WORDS = re.compile(r"[ ]+#.*")
_COMMENT = re.compile(r"[ ]{2,}#(?:[ #].*)?$")


@dataclass(slots=True)
class Text:
    """A value as it was written."""

    value: str
    line: int


@dataclass(slots=True)
class Sequence:
    """Items in order."""

    items: list[Node]
    line: int


@dataclass(slots=True)
class Mapping:
    """Keys as written, each with its line and value."""

    items: dict[str, Node]
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Text | Sequence | Mapping


class Problems:
    """Collects what is wrong with one file, or with several that are seen together."""

    def __init__(self, file: str, found: dict[Problem, None] | None = None) -> None:
        self._file = file
        self._found: dict[Problem, None] = {} if found is None else found  # in the order found, each once

    def of(self, file: str) -> Problems:
        """The same collection, for the lines of another file."""
        return Problems(file, self._found)

    def add(self, line: int, message: str, piece: str = "") -> None:
        """Note a problem: what is wrong; what to write instead."""
        self._found.setdefault(Problem(self._file, line, message, piece))

    def __bool__(self) -> bool:
        return bool(self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, by file and line."""
        return tuple(sorted(self._found, key=lambda problem: (problem.file, problem.line)))


def read_tree(text: str, problems: Problems) -> Node | None:
    """The tree of a YAML text; None if it cannot be read at all, and `problems` says why."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        problems.add(1, "the file is larger than 1 MB; a flow is a few pages at most, split it")
        return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if deep := _OPENED.search(text):  # the reader looks a thousand signs ahead of the first bracket
        problems.add(text.count("\n", 0, deep.start()) + 1, _TOO_DEEP)
        return None
    tabs = [number for number, line in enumerate(text.split("\n"), 1) if "\t" in line]
    for number in tabs:
        problems.add(number, "a tab stands here; write spaces instead")
    if tabs:
        return None
    try:
        return _Builder(text, problems).build()
    except _Refused:
        return None
    except YAMLError as error:
        problems.add(*_explain(error, text))
        return None


class _Refused(Exception):
    """Reading stops here; the problem has been noted."""


class _Builder:
    """Builds the tree from events, so that nothing is resolved, expanded or nested beyond the limit."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(StringIO(text)))

    def build(self) -> Node | None:
        tree: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1 or event.version or event.tags:
                    self._refuse(event, "a second document or a % line; a file is one flow, without --- or %")
            elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                tree = self._node(event, 1)
        return tree

    def _node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or event.anchor is not None:
            self._refuse(event, 'a name with & or * (a YAML anchor); write it out, or put words in "quotes"')
        if event.tag is not None and not (isinstance(event, ScalarEvent) and event.tag == "!"):
            self._refuse(event, 'a word with ! in front (a YAML tag); leave it out, or put words in "quotes"')
        if depth > MAX_DEPTH:
            self._refuse(event, _TOO_DEEP)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(line, depth)
        return self._mapping(line, depth)

    def _scalar(self, event: ScalarEvent, line: int) -> Text:
        if not event.style:
            self._look_for_lost_words(event)
        if any(character != "\n" and unicodedata.category(character) == "Cc" for character in event.value):
            self._problems.add(line, "a control character stands in these words; take it out")
        return Text(event.value, line)

    def _look_for_lost_words(self, event: ScalarEvent) -> None:
        start = event.end_mark.index
        end = self._text.find("\n", start)
        after = self._text[start : end if end >= 0 else len(self._text)]
        if event.value and _AFTER_WORDS.match(after) and not _COMMENT.match(after):
            message = (
                'the words from # on are lost; put the whole in "quotes", '
                "or for a comment write two spaces before # and one after"
            )
            self._problems.add(event.end_mark.line + 1, message, after.strip()[:30])

    def _sequence(self, line: int, depth: int) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, depth + 1))
        return Sequence(items, line)

    def _mapping(self, line: int, depth: int) -> Mapping:
        found = Mapping({}, line)
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Text):
                self._problems.add(key.line, 'a list or mapping stands where a name should; put words in "quotes"')
            elif key.value in found.items:
                first = found.key_lines[key.value]
                self._problems.add(key.line, f"`{key.value}` is written twice, first on line {first}; keep one")
            else:
                found.items[key.value] = value
                found.key_lines[key.value] = key.line
        return found

    def _refuse(self, event: Any, message: str) -> None:
        self._problems.add(event.start_mark.line + 1, message)
        raise _Refused


_QUOTES: Final = 'words with ": " in them or beginning with {, [, @, %, & or * stand in "quotes"'


def _explain(error: YAMLError, text: str) -> tuple[int, str]:
    """Line and plain words for what the YAML reader says, with the two slips that a flow's words invite first."""
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, "a character that no text may hold stands here; take it out"
    if not isinstance(error, MarkedYAMLError):
        return 1, "this is not YAML; compare it with a flow that works"
    mark = error.problem_mark or error.context_mark
    context = error.context_mark or mark
    line = mark.line + 1 if mark else 1
    problem = error.problem or ""
    if "end of stream" in problem and "quoted" in (error.context or ""):
        return context.line + 1, "a \" or ' is opened here and never closed; close it"
    if "escape" in problem:
        return line, "a backslash in double quotes means something to YAML; leave it out"
    if "mapping values" in problem or "expected" in problem or "cannot start" in problem:
        return line, f"this cannot be read as YAML; {_QUOTES}, and lines of one list begin in the same column"
    return line, f"this cannot be read as YAML ({problem}); compare it with a flow that works"
