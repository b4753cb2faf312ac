"""Reads `when:` into a condition."""

from __future__ import annotations

from typing import Final, cast

from service.core.conditions import AllOf, AnyOf, Compares, Comparison, Condition, Given, Matches
from service.core.flow_fields import Fields, is_id
from service.core.flow_yaml import Mapping, Node, Sequence, Text

FACTS: Final = ("channel", "language", "on_duty", "promise_kept")
COMPARISONS: Final = ("below", "above", "at_least", "at_most")
WHEN_WORDS: Final = ("is_not", "given", *COMPARISONS)
_MOST: Final = 999_999_999


def read_when(fields: Fields) -> Condition | None:
    """The condition of a step; None if there is none, or none that can be read."""
    inner = fields.mapping("when", "`when`")
    return None if inner is None else _all(inner)


def _all(fields: Fields) -> Condition | None:
    """Several subjects in one mapping must all hold."""
    parts = [_part(fields, key, node) for key, node in fields.node.items.items()]
    known = tuple(part for part in parts if part is not None)
    if not parts:
        fields.problems.add(fields.node.line, "`when` is empty; write a step and an answer, or take it out")
    if len(known) < len(parts) or not known:
        return None
    return known[0] if len(known) == 1 else AllOf(known)


def _part(fields: Fields, key: str, node: Node) -> Condition | None:
    if key in ("all", "any"):
        return _group(fields, key, node)
    if key.startswith("consent.") and not is_id(key.removeprefix("consent.")):
        fields.wrong(key, "write `consent.` and the name of a consent, such as consent.checkins", key)
        return None
    if isinstance(node, Mapping):
        return _with_word(fields, key, node)
    return _values(fields, key, node, negated=False)


def _group(fields: Fields, key: str, node: Node) -> Condition | None:
    if not isinstance(node, Sequence) or not node.items:
        fields.wrong(key, f"`{key}` takes a list; write {key}: [{{week: hard}}, {{channel: sms}}]")
        return None
    parts: list[Condition] = []
    for item in node.items:
        inner = fields.inner(key, item, "`when`")
        part = None if inner is None else _all(inner)
        if part is None:
            return None
        parts.append(part)
    return AllOf(tuple(parts)) if key == "all" else AnyOf(tuple(parts))


def _with_word(fields: Fields, key: str, node: Mapping) -> Condition | None:
    inner = Fields(node, fields.problems, f"`when: {{{key}: …}}`")
    inner.refuse_unknown(WHEN_WORDS)
    if len(node.items) != 1:
        fields.wrong(key, f"write one of {', '.join(WHEN_WORDS)} here; put two conditions in an `all` list")
        return None
    word = next(iter(node.items))
    if word in COMPARISONS:
        number = inner.number(word, 0, _MOST)
        return None if number is None else Compares(key, cast(Comparison, word), number, fields.line(key))
    if "is_not" in inner:
        return _values(fields, key, node.items["is_not"], negated=True)
    given = inner.one_of("given", ("true", "false"))
    return None if given is None else Given(key, given == "true", fields.line(key))


def _values(fields: Fields, key: str, node: Node, negated: bool) -> Condition | None:
    items = node.items if isinstance(node, Sequence) else [node]
    values = tuple(item.value for item in items if isinstance(item, Text) and item.value)
    if not values or len(values) < len(items):
        fields.wrong(key, f"`{key}` in `when` takes an answer or a list of answers; write {{{key}: [one, other]}}")
        return None
    return Matches(key, values, fields.line(key), negated)
