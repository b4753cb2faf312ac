"""Templates of urgency rules: from lines that a reviewer can read to parts that `urgency_index` looks for.

A template is a row of parts, read from left to right:

    word  one|other      the word, or one of several
    {list}               any phrase of a named list
    (some words|{list})  any of these phrases
    part?                may be missing
    ..  ..5              a gap of up to 3 (or 5) words of any kind
    ~  ~12               what follows stands within 8 (or 12) words, before or after
    !part  !3part        none of these among the next word (or 3 words); at the start: among the 3 words before
    ^  $                 the text begins or ends here
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.core.model import Urgency
from service.core.urgency_spelling import Speller

GAP = 3
NEAR = 8
LOOK_BACK = 3
PART = re.compile(
    r"(?P<start>\^)|(?P<end>\$)|(?P<gap>\.\.(?P<width>\d*))|(?P<near>~(?P<reach>\d*))"
    r"|(?P<bar>!(?P<look>\d*))?(?:\{(?P<list>[a-z_]+)\}|\((?P<group>[^()]*)\)|(?P<word>[^\s{}()!?]+))(?P<maybe>\?)?"
)
CROWD = 8  # phrases under one key: of more, each is filed under another
PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)")


class TemplateError(ValueError):
    """A template that can't be read; the message says what to write instead."""


# What a phrase is filed under: its only word, or two of its words that stand side by side.
Phrase = tuple[str, ...]
Key = str | Phrase


class Words:
    """Phrases, ready to be found: each is filed under a key that few texts have, which most often is its longest."""

    __slots__ = ("keyed",)

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.keyed: dict[Key, tuple[Phrase, ...]] = {}
        longer: dict[Phrase, list[Phrase]] = {}
        for phrase in phrases:
            if len(phrase) == 1:
                self.keyed[phrase[0]] = ()
            elif phrase:
                longer.setdefault(max(_pairs(phrase), key=_letters), []).append(phrase)
        for key in [key for key, filed in longer.items() if len(filed) > CROWD]:
            filed = longer.pop(key)
            common = Counter(pair for phrase in filed for pair in _pairs(phrase))
            for phrase in filed:
                longer.setdefault(min(_pairs(phrase), key=lambda pair: (common[pair], -_letters(pair))), []).append(phrase)
        self.keyed.update((key, tuple(filed)) for key, filed in longer.items())

    def phrases(self) -> set[Phrase]:
        """All phrases again."""
        return {phrase for key, filed in self.keyed.items() for phrase in (((key,),) if isinstance(key, str) else filed)}

    def vocabulary(self) -> set[str]:
        """Every single word of every phrase."""
        return {word for phrase in self.phrases() for word in phrase}


def _pairs(phrase: Phrase) -> list[Phrase]:
    return [phrase[step : step + 2] for step in range(len(phrase) - 1)]


def _letters(pair: Phrase) -> int:
    return len(pair[0]) + len(pair[1])


NOTHING = Words(())


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a template; `kind` is words, gap, near, not_ahead, not_before, start or end; `width` counts words."""

    kind: str
    words: Words = NOTHING
    width: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template, the text it was written as, and what must be there, rarest first."""

    written: str
    parts: tuple[Part, ...]
    needed: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rules file. A weak one gives way to everyday talk: it does not hold if the whole text is routine."""

    name: str
    reason: str
    urgency: Urgency
    templates: tuple[Template, ...]
    weak: bool = False


@dataclass(slots=True)
class TemplateReader:
    """Compiles the templates of one language, whose word lists and spelling it knows."""

    lists: Mapping[str, Words]
    speller: Speller
    # What stands in several templates is looked for once in a text.
    _words: dict[str, Words] = field(default_factory=dict)
    _groups: dict[str, Words] = field(default_factory=dict)

    def read(self, written: str) -> Template:
        """Compile one template; TemplateError names what can't be read."""
        parts: list[Part] = []
        position = 0
        text = written.strip()
        while position < len(text):
            match = PART.match(text, position)
            if match is None or match.end() == position:
                rest = text[position:]
                raise TemplateError(f"can't read the template from “{rest}”; write words, {{list}}, (a|b), .. or !part")
            parts.extend(self._parts(match, first=all(part.kind == "not_before" for part in parts)))
            position = match.end()
            while position < len(text) and text[position].isspace():
                position += 1
        needed = [part.words for part in parts if part.kind == "words" and not part.optional]
        if not needed:
            raise TemplateError("the template would match anything; write at least one word that must be there")
        return Template(written, tuple(parts), tuple(sorted(needed, key=lambda words: len(words.keyed))))

    def _parts(self, match: re.Match[str], *, first: bool) -> list[Part]:
        if match["start"] or match["end"]:
            return [Part("start" if match["start"] else "end")]
        if match["gap"]:
            return [Part("gap", width=int(match["width"] or GAP))]
        if match["near"]:
            return [Part("near", width=int(match["reach"] or NEAR))]
        optional = bool(match["maybe"])
        if match["word"] and "|" not in match["word"] and not match["bar"] and not optional:
            return [Part("words", self._word(word)) for word in self.speller.spelled(match["word"])]
        words = self._list(match["list"]) if match["list"] else self._group(match["group"] or match["word"])
        if not match["bar"]:
            return [Part("words", words, optional=optional)]
        if first:
            return [Part("not_before", words, width=int(match["look"] or LOOK_BACK))]
        return [Part("not_ahead", words, width=int(match["look"] or 1))]

    def _word(self, word: str) -> Words:
        if word not in self._words:
            self._words[word] = Words([(word,)])
        return self._words[word]

    def _group(self, written: str) -> Words:
        """One of several phrases with | between them."""
        words = self._groups.get(written)
        if words is None:
            phrases: set[tuple[str, ...]] = set()
            for piece in written.split("|"):
                phrases |= self._phrases(piece) if "{" in piece else {self.speller.spelled(piece)}
            words = self._groups[written] = Words(phrases)
        return words

    def _phrases(self, piece: str) -> set[tuple[str, ...]]:
        """Its words, and every phrase of each list that it names, one after the other."""
        phrases: set[tuple[str, ...]] = {()}
        for name, words in PIECE.findall(piece):
            found = self._list(name).phrases() if name else {self.speller.spelled(words)}
            phrases = {before + after for before in phrases for after in found}
        return phrases

    def _list(self, name: str) -> Words:
        if name not in self.lists:
            raise TemplateError(f"there is no word list “{name}”; write one under `words:` or mend the name")
        return self.lists[name]
