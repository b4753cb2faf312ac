"""Cuts a message at the spans that the urgency rules found, so that a page can mark them without trusting the words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message; `reasons` is empty where nothing was found."""

    words: str
    reasons: tuple[str, ...] = ()


def pieces(words: str, because: Iterable[Mapping[str, Any]]) -> tuple[Piece, ...]:
    """The message in order; spans that touch or overlap are marked as one with all their reasons.

    A span that does not fit the words (they were cut, or the rule is wrong) marks what it can.
    """
    found: list[Piece] = []
    at = 0
    for start, end, reasons in _merged(len(words), because):
        if start > at:
            found.append(Piece(words[at:start]))
        found.append(Piece(words[start:end], reasons))
        at = end
    if at < len(words):
        found.append(Piece(words[at:]))
    return tuple(found)


def direction(words: str, otherwise: str) -> str:
    """ltr or rtl, by the first letter that has a direction (Unicode UAX 9, P2), else by the language."""
    for char in words:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


def _merged(length: int, because: Iterable[Mapping[str, Any]]) -> list[tuple[int, int, tuple[str, ...]]]:
    spans = []
    for one in because:
        start, end = max(0, int(one.get("start") or 0)), min(length, int(one.get("end") or 0))
        if start < end:
            spans.append((start, end, str(one.get("reason") or "")))
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for start, end, reason in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, reasons = merged.pop()
            more = reasons if reason in reasons else (*reasons, reason)
            merged.append((first, max(last, end), more))
        else:
            merged.append((start, end, (reason,)))
    return merged
