"""Reads the keys of one mapping in a flow file, and says of each fault what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from typing import Final

from service.core.flow_yaml import Mapping, Node, Problems, Sequence, Text

ID_RULE: Final = "small letters a to z, digits, - and _, beginning with a letter, 40 at most"
ID: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DURATION: Final = re.compile(r"([0-9]{1,4}) (minute|hour|day|week|year)s?")
_NUMBER = re.compile(r"[0-9]{1,9}")
_UNITS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "year": timedelta(days=365),
}


def is_id(text: str) -> bool:
    """Whether it can name a step, a choice or a consent."""
    return ID.fullmatch(text) is not None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word nobody knows: what was meant, or all that could be."""
    names = sorted(known)
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else f"write one of: {', '.join(names)}"


def duration_in(text: str) -> timedelta | None:
    """The span that `30 minutes`, `2 hours` or `1 day` says; None if it says none."""
    match = DURATION.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match and int(match[1]) else None


class Fields:
    """One mapping of the file; each reader notes its problem and returns None."""

    def __init__(self, node: Mapping, problems: Problems, where: str) -> None:
        self.node = node
        self.problems = problems
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self.node.items

    def line(self, key: str) -> int:
        """The line of a key, or of the whole if it is not there."""
        return self.node.key_lines.get(key, self.node.line)

    def wrong(self, key: str, message: str, piece: str = "") -> None:
        """Note a problem at a key."""
        self.problems.add(self.line(key), message, piece)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Note every key that is not known here."""
        names = set(known)
        for key in self.node.items:
            if key not in names:
                self.wrong(key, f"`{key}` is not known in {self.where}; {did_you_mean(key, names)}")

    def text(self, key: str) -> str | None:
        """Words or a value that is not empty; None without a problem if the key is absent."""
        node = self.node.items.get(key)
        if node is None:
            return None
        if not isinstance(node, Text):
            self.wrong(key, f'`{key}` takes words, not a list or mapping; put words beginning with {{ or [ in "quotes"')
            return None
        if not node.value.strip():
            self.wrong(key, f"`{key}` is empty; write its words or take the line out")
            return None
        return node.value.strip()

    def one_of(self, key: str, options: Iterable[str]) -> str | None:
        """One of a few values."""
        value = self.text(key)
        return None if value is None else self._known(key, value, options)

    def flag(self, key: str) -> bool:
        """Whether the key says true; only true and false can be written."""
        return self.one_of(key, ("true", "false")) == "true"

    def duration(self, key: str) -> timedelta | None:
        """A span such as `1 day`, `2 hours` or `1 year`."""
        value = self.text(key)
        if value is None:
            return None
        span = duration_in(value)
        if span is None:
            self.wrong(key, f"`{key}` takes a span of time; write it as `30 minutes`, `2 hours` or `1 day`", value)
        return span

    def number(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        value = self.text(key)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value) or not low <= int(value) <= high:
            self.wrong(key, f"`{key}` takes a whole number; write one from {low} to {high}", value)
            return None
        return int(value)

    def id(self, key: str) -> str | None:
        """A well-formed name."""
        value = self.text(key)
        if value is not None and not is_id(value):
            self.wrong(key, f"`{key}` is not a name that can be used; write {ID_RULE}", value)
            return None
        return value

    def several(self, key: str, options: Iterable[str]) -> tuple[str, ...]:
        """A list of known values, at least one."""
        node = self.node.items.get(key)
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else [node]
        values = [item.value for item in items if isinstance(item, Text)]
        if not values or len(values) < len(items):
            names = tuple(options)
            self.wrong(key, f"`{key}` takes a list; write [{', '.join(names)}] or fewer")
            return ()
        return tuple(value for value in values if self._known(key, value, options))

    def mapping(self, key: str, where: str) -> Fields | None:
        """The fields of a mapping under the key."""
        return self.inner(key, self.node.items.get(key), where)

    def inner(self, key: str, node: Node | None, where: str) -> Fields | None:
        """The fields of a node that must be a mapping."""
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.wrong(key, f"`{key}` takes names with values under it; see flows/README.md for {where}")
            return None
        return Fields(node, self.problems, where)

    def _known(self, key: str, value: str, options: Iterable[str]) -> str | None:
        names = tuple(options)
        if value in names:
            return value
        self.wrong(key, f"`{key}` cannot be `{value}`; {did_you_mean(value, names)}")
        return None
