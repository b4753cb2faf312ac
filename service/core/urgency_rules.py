"""Templates of urgency rules: from words that a reviewer can read to masks that match in linear time.

A template is a row of parts, read from left to right:

    word  one|other      the word, or one of several
    {list}               any phrase of a named list
    (some words|{list})  any of these phrases
    part?                may be missing
    ..  ..5              a gap of up to 3 (or 5) words of any kind
    ~  ~12               what follows stands within 8 (or 12) words, before or after
    !part  !3part        none of these among the next word (or 3 words); at the start: among the 3 words before
    ^  $                 the text begins or ends here

Positions in a text are the bits of an integer, so a template costs a few shifts whatever the text says: nothing
backtracks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.core.urgency_text import Speller, Token

GAP = 3
NEAR = 8
LOOK_BACK = 3
PART = re.compile(
    r"(?P<start>\^)|(?P<end>\$)|(?P<gap>\.\.(?P<width>\d*))|(?P<near>~(?P<reach>\d*))"
    r"|(?P<bar>!(?P<look>\d*))?(?:\{(?P<list>[a-z_]+)\}|\((?P<group>[^()]*)\)|(?P<word>[^\s{}()!?]+))(?P<maybe>\?)?"
)
PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)")


class TemplateError(ValueError):
    """A template that can't be read; the message says what to write instead."""


class Words:
    """Phrases, ready to be found; `starts` maps a first word to what may follow it."""

    __slots__ = ("starts",)

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        starts: dict[str, set[tuple[str, ...]]] = {}
        for phrase in phrases:
            if phrase:
                starts.setdefault(phrase[0], set()).add(phrase[1:])
        self.starts = {first: tuple(sorted(tails)) for first, tails in starts.items()}

    def phrases(self) -> set[tuple[str, ...]]:
        """All phrases again."""
        return {(first, *tail) for first, tails in self.starts.items() for tail in tails}

    def vocabulary(self) -> set[str]:
        """Every single word of every phrase."""
        return {word for phrase in self.phrases() for word in phrase}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a template; `kind` is words, gap, near, not_ahead, not_before, start or end; `width` counts words."""

    kind: str
    words: Words | None = None
    width: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template and the text it was written as."""

    written: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rules file. A weak one gives way to everyday talk: it does not hold if the whole text is routine."""

    name: str
    reason: str
    templates: tuple[Template, ...]
    weak: bool = False


class Scan:
    """One text in one language: where each word stands, as the bits of an integer."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.full = (1 << (self.size + 1)) - 1
        self.places: dict[str, int] = {}
        for index, token in enumerate(tokens):
            for form in token.forms:
                self.places[form] = self.places.get(form, 0) | 1 << index
        self._found: dict[int, tuple[tuple[int, int], ...]] = {}

    def find(self, words: Words) -> tuple[tuple[int, int], ...]:
        """Pairs of a phrase's length in words and the places where a phrase of that length begins."""
        cached = self._found.get(id(words))
        if cached is None:
            cached = self._found[id(words)] = self._find(words)
        return cached

    def _find(self, words: Words) -> tuple[tuple[int, int], ...]:
        starts, places = words.starts, self.places
        shared = [first for first in places if first in starts] if len(places) < len(starts) else [
            first for first in starts if first in places
        ]
        by_length: dict[int, int] = {}
        for first in shared:
            for tail in starts[first]:
                mask = places[first]
                for offset, word in enumerate(tail, 1):
                    mask &= places.get(word, 0) >> offset
                    if not mask:
                        break
                else:
                    by_length[len(tail) + 1] = by_length.get(len(tail) + 1, 0) | mask
        return tuple(by_length.items())

    def run(self, template: Template, starts: int) -> int:
        """The places where the template can end, having begun at one of `starts`."""
        current = starts
        for part in template.parts:
            current = self._step(part, current) & self.full
            if not current:
                return 0
        return current

    def _step(self, part: Part, current: int) -> int:
        if part.kind == "gap":
            reached = current
            for _ in range(part.width):
                reached |= reached << 1
            return reached
        if part.kind == "near":
            reached = current
            for _ in range(part.width):
                reached |= reached << 1 | reached >> 1
            return reached
        if part.kind == "start":
            return current & 1
        if part.kind == "end":
            return current & 1 << self.size
        assert part.words is not None
        found = self.find(part.words)
        if part.kind == "words":
            reached = current if part.optional else 0
            for length, mask in found:
                reached |= (current & mask) << length
            return reached
        blocked = 0
        for _, mask in found:
            for step in range(part.width):
                blocked |= mask << step + 1 if part.kind == "not_before" else mask >> step
        return current & ~blocked

    def span(self, template: Template) -> tuple[int, int] | None:
        """The first match's span in the original text, or None."""
        if not self.run(template, self.full):
            return None
        for start in range(self.size):
            ends = self.run(template, 1 << start)
            if ends:
                last = max((ends & -ends).bit_length() - 2, 0)
                return self.tokens[min(start, last)].start, self.tokens[max(start, last)].end
        return None


def read_template(written: str, lists: Mapping[str, Words], speller: Speller) -> Template:
    """Compile one template; TemplateError names what can't be read."""
    parts: list[Part] = []
    position = 0
    text = written.strip()
    while position < len(text):
        match = PART.match(text, position)
        if match is None or match.end() == position:
            rest = text[position:]
            raise TemplateError(f"can't read the template from “{rest}”; write words, {{list}}, (a|b), .. or !part")
        parts.extend(_parts(match, lists, speller, first=all(part.kind == "not_before" for part in parts)))
        position = match.end()
        while position < len(text) and text[position].isspace():
            position += 1
    if not any(part.kind == "words" and not part.optional for part in parts):
        raise TemplateError("the template would match anything; write at least one word that must be there")
    return Template(written, tuple(parts))


def _parts(match: re.Match[str], lists: Mapping[str, Words], speller: Speller, *, first: bool) -> list[Part]:
    if match["start"] or match["end"]:
        return [Part("start" if match["start"] else "end")]
    if match["gap"]:
        return [Part("gap", width=int(match["width"] or GAP))]
    if match["near"]:
        return [Part("near", width=int(match["reach"] or NEAR))]
    optional = bool(match["maybe"])
    if match["word"] and "|" not in match["word"] and not match["bar"]:
        words = speller.spelled(match["word"])
        if optional:
            return [Part("words", Words([words]), optional=True)]
        return [Part("words", Words([(word,)])) for word in words]
    words_of = _words(match, lists, speller)
    if not match["bar"]:
        return [Part("words", words_of, optional=optional)]
    if first:
        return [Part("not_before", words_of, width=int(match["look"] or LOOK_BACK))]
    return [Part("not_ahead", words_of, width=int(match["look"] or 1))]


def _words(match: re.Match[str], lists: Mapping[str, Words], speller: Speller) -> Words:
    if match["list"]:
        return _list(match["list"], lists)
    phrases: set[tuple[str, ...]] = set()
    for piece in (match["group"] or match["word"]).split("|"):
        phrases |= _phrases(piece, lists, speller)
    return Words(phrases)


def _phrases(piece: str, lists: Mapping[str, Words], speller: Speller) -> set[tuple[str, ...]]:
    """One of several: its words, and every phrase of each list that it names."""
    phrases: set[tuple[str, ...]] = {()}
    for name, words in PIECE.findall(piece):
        found = _list(name, lists).phrases() if name else {speller.spelled(words)}
        phrases = {before + after for before in phrases for after in found}
    return phrases


def _list(name: str, lists: Mapping[str, Words]) -> Words:
    if name not in lists:
        raise TemplateError(f"there is no word list “{name}”; write one under `words:` or mend the name")
    return lists[name]


_NONE: frozenset[int] = frozenset()


@dataclass(slots=True)
class Index:
    """Finds the few rules worth trying: each template is filed under its rarest part that must be there."""

    rules: tuple[Rule, ...]
    _by_word: dict[str, set[int]] = field(default_factory=dict)
    _templates: list[tuple[int, Template]] = field(default_factory=list)
    _needs: list[tuple[frozenset[str], ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        common: dict[str, int] = {}
        for rule in self.rules:
            for template in rule.templates:
                for part in _needed(template):
                    for first in part.starts:
                        common[first] = common.get(first, 0) + 1
        for number, rule in enumerate(self.rules):
            for template in rule.templates:
                rarest = min(_needed(template), key=lambda part: max(common[first] for first in part.starts))
                for first in rarest.starts:
                    self._by_word.setdefault(first, set()).add(len(self._templates))
                self._templates.append((number, template))
                self._needs.append(tuple(frozenset(part.starts) for part in _needed(template)))

    def candidates(self, scan: Scan) -> list[Template]:
        """Templates whose rarest part is begun somewhere in the text."""
        return [self._templates[number][1] for number in self._numbers(scan)]

    def _numbers(self, scan: Scan) -> list[int]:
        found: set[int] = set()
        for word in scan.places:
            found |= self._by_word.get(word, _NONE)
        # Most templates lack one of their other words: to see that is cheaper than to try them.
        words = frozenset(scan.places)
        return sorted(one for one in found if not any(need.isdisjoint(words) for need in self._needs[one]))

    def matches(self, scan: Scan) -> list[tuple[Rule, int, int]]:
        """Each rule that matches, once, with the span of its first match."""
        hits: dict[int, tuple[Rule, int, int]] = {}
        for number in self._numbers(scan):
            rule, template = self._templates[number]
            if rule not in hits:
                span = scan.span(template)
                if span is not None:
                    hits[rule] = (self.rules[rule], *span)
        return [hits[rule] for rule in sorted(hits)]


def _needed(template: Template) -> list[Words]:
    return [
        part.words
        for part in template.parts
        if part.kind == "words" and not part.optional and part.words is not None and part.words.starts
    ]
