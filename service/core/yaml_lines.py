"""YAML read as words with their lines: nothing is guessed, so 09:00, no and 007 stay as somebody wrote them.

Read with ruamel (YAML 1.2). Problems are collected in a Sheet, all of a file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from service.core.model import Problem

T = TypeVar("T")
MAX_CHARACTERS = 200_000

PLAIN = {  # ruamel's words → what a coordinator can do about it
    "\\t": "a tab stands here; write spaces instead",
    "mapping values are not allowed": 'words with ": " in them need "quotes" around them; else check the spaces before',
    "expected <block end>": "this line begins further left or right than its neighbours; line them up",
    "expected ',' or": "a [ or { is never closed; write its ] or }",
    "unexpected end of stream": 'a quote is never closed; write the closing "',
    "another document": "--- stands in the file; leave it out",
    "undefined alias": 'words that begin with * need "quotes" around them',
    "cannot start any token": 'words that begin with a sign such as @ or % need "quotes" around them',
}


class Unclear(ValueError):
    """A value that can't be understood; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Text:
    """One value, as written."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    items: tuple[Written, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values, in the order written."""

    pairs: tuple[tuple[Text, Written], ...]
    line: int


Written = Text | Many | Table


@dataclass(slots=True)
class Sheet:
    """One file while it is read: its text and the problems found so far."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, message: str) -> None:
        """Notes a problem once: what is wrong; what to write instead."""
        problem = Problem(self.file, line, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def read(self) -> Written | None:
        """The whole file, or None (with its problems noted) where it is no YAML or is empty."""
        if len(self.text) > MAX_CHARACTERS:
            self.wrong(1, f"the file is longer than {MAX_CHARACTERS:,} characters; split or shorten it")
            return None
        try:
            node = YAML(typ="safe", pure=True).compose(self.text)
        except YAMLError as error:
            self.wrong(_line_of(error, self.text), _in_plain_words(error))
            return None
        except RecursionError:
            self.wrong(1, "lists stand in lists too many times; write it flatter")
            return None
        if node is None:
            self.wrong(1, "the file is empty; README.md beside it shows what to write")
            return None
        return self._written(node, node.start_mark.line + 1)

    def _written(self, node: Node, line: int) -> Written:
        if node.anchor:
            self.wrong(line, "& and * do not repeat things here; write it out again, or put the words in quotes")
            return Text("", line)
        if isinstance(node, ScalarNode):
            self._look_for_lost_words(node)
            return Text(str(node.value).strip(), line)
        if isinstance(node, SequenceNode):
            return Many(tuple(self._written(item, item.start_mark.line + 1) for item in node.value), line)
        return self._table(node, line)

    def _table(self, node: Node, line: int) -> Table:
        pairs: dict[str, tuple[Text, Written]] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            if name in pairs:
                self.wrong(at, f"{name} stands here a second time (first in line {pairs[name][0].line}); keep one")
                continue
            # An empty value has no place of its own, and a table is best found by its name.
            by_key = isinstance(value, MappingNode) or not value.value
            pairs[name] = Text(name, at), self._written(value, at if by_key else value.start_mark.line + 1)
        return Table(tuple(pairs.values()), line)

    def _look_for_lost_words(self, node: ScalarNode) -> None:
        """YAML drops what follows ` #` without an error: a note must stand two spaces apart, so that none is meant."""
        if node.style is not None or not node.value:
            return
        if self.text.startswith(" #", node.end_mark.index):
            line = node.end_mark.line + 1
            self.wrong(line, 'what follows # would be lost; put "quotes" around the words, or two spaces before a note')


class Fields:
    """The keys of one table, read one by one; a missing or unknown key is noted once, when it is opened."""

    def __init__(self, sheet: Sheet, written: Written, what: str, keys: Sequence[str], needs: Sequence[str]) -> None:
        self.sheet, self.line, self.what = sheet, written.line, what
        self._values: dict[str, Written] = {}
        if not isinstance(written, Table):
            sheet.wrong(written.line, f"{what} has lines of the form key: value; write {', '.join(needs)}")
            return
        for key, value in written.pairs:
            if key.value in keys:
                self._values[key.value] = value
            else:
                sheet.wrong(key.line, f"{key.value} is not known in {what}; {suggest(key.value, keys)}")
        for key_needed in needs:
            if self.get(key_needed) is None:
                sheet.wrong(self._line_of(key_needed), f"{key_needed} is missing in {what}; write {key_needed}: …")

    def get(self, key: str) -> Written | None:
        """What stands under a key; None where nothing does, or an empty list."""
        written = self._values.get(key)
        is_empty = written in (Text("", written.line), Many((), written.line)) if written else True
        return None if is_empty else written

    def text(self, key: str) -> Text | None:
        """The one value under a key."""
        written = self.get(key)
        if written is None or isinstance(written, Text):
            return written
        self.sheet.wrong(written.line, f"{key} takes one value; write {key}: …")
        return None

    def value(self, key: str, parse: Callable[[str], T]) -> T | None:
        """The one value under a key, understood by `parse`, or None with its problem noted."""
        text = self.text(key)
        return None if text is None else self.parsed(key, text, parse)

    def parsed(self, key: str, text: Text, parse: Callable[[str], T]) -> T | None:
        """A value understood by `parse`, or None with its problem noted."""
        try:
            return parse(text.value)
        except Unclear as unclear:
            self.sheet.wrong(text.line, f"{key}: {unclear}")
            return None

    def wrong(self, key: str, message: str) -> None:
        """Notes a problem with what stands under a key."""
        self.sheet.wrong(self._line_of(key), f"{key}: {message}")

    def texts(self, key: str) -> tuple[Text, ...]:
        """The values under a key: one, or a list of them."""
        written = self.get(key)
        items = written.items if isinstance(written, Many) else (written,) if written else ()
        for item in items:
            if not isinstance(item, Text) or not item.value:
                self.sheet.wrong(item.line, f"{key} is a list of single words; write {key}: [one, other]")
        return tuple(item for item in items if isinstance(item, Text) and item.value)

    def many(self, key: str) -> tuple[Written, ...]:
        """The list under a key; empty where there is none."""
        written = self.get(key)
        if written is None or isinstance(written, Many):
            return written.items if written else ()
        self.sheet.wrong(written.line, f"{key} is a list; begin each of its lines with a dash")
        return ()

    def table(self, key: str) -> Table | None:
        """The table under a key."""
        written = self.get(key)
        if written is None or isinstance(written, Table):
            return written
        self.sheet.wrong(written.line, f"{key} has lines of the form key: value below it")
        return None

    def _line_of(self, key: str) -> int:
        written = self._values.get(key)
        return written.line if written else self.line


def suggest(word: str, known: Sequence[str]) -> str:
    """ "did you mean …?" where something is close, else everything that may be written."""
    close = get_close_matches(word.casefold(), known, n=1, cutoff=0.65)
    return f"did you mean {close[0]}?" if close else f"write one of: {', '.join(known)}"


def _in_plain_words(error: YAMLError) -> str:
    said = str(error.problem) if isinstance(error, MarkedYAMLError) else ""
    return next((plain for sign, plain in PLAIN.items() if sign in said), f"this can't be read: {said or 'odd sign'}")


def _line_of(error: YAMLError, text: str) -> int:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return int(mark.line) + 1 if mark else 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1
