"""The texts that the urgency rules are held to, and the project's own rules, compiled once."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from service.core.model import Urgency
from service.core.urgency import Assessment, Rules, assess, compile_rules
from service.core.urgency_file import read_rules

CASES = Path(__file__).parent / "urgency_cases"
LOCALES = Path(__file__).parents[2] / "locales"
OURS = ("en", "es", "ur", "ur-Latn")


@dataclass(frozen=True, slots=True)
class Case:
    """One text and how soon a person should read it."""

    id: str
    language: str
    text: str
    label: str
    note: str

    def __str__(self) -> str:
        return self.id


@cache
def shipped() -> Rules:
    """The rules of every language as people's texts meet them."""
    files = sorted(LOCALES.glob("*/urgency.yml"))
    return compile_rules({file.parent.name: read_rules(file.read_text("utf-8"), str(file)) for file in files})


@cache
def trusted() -> Rules:
    """The same rules as if native readers had checked them: the allow-list is measured too."""
    return replace(shipped(), trust_unreviewed=True)


def found(text: str, *, question: str | None = None) -> Assessment:
    """What the rules say of a text, with the allow-list applied."""
    return assess(text, trusted(), question=question)


def urgency(text: str) -> Urgency:
    """How soon the rules would have a text read, with the allow-list applied."""
    return found(text).urgency


@cache
def cases(name: str) -> tuple[Case, ...]:
    """One file of texts."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(Case(row["id"], row["language"], row["text"], row["label"], row.get("note") or "") for row in rows)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every text of every file."""
    return tuple(case for file in sorted(CASES.glob("*.csv")) for case in cases(file.name))


def share(chosen: Sequence[Case], label: str, called: Urgency, judge: Callable[[str], Urgency] = urgency) -> float:
    """The part of the texts with this label that the rules call so; 0.0 where there is no such text."""
    counts = Counter(judge(case.text) for case in chosen if case.label == label)
    return counts[called] / max(counts.total(), 1)
