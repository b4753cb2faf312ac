"""One text held against the rules of one language: where its words stand, and the few templates worth trying."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from service.core.urgency_rules import Key, Part, Phrase, Rule, Template, Words
from service.core.urgency_text import Raw

_BARS = ("not_ahead", "not_before", "start", "end")  # they say where a template holds, and take no words
Found = tuple[tuple[int, int], ...]


class Scan:
    """One text in one language: where each word and each pair of words of the rules stands, as the bits of an integer."""

    __slots__ = ("_first", "_found", "_whole", "full", "places", "size", "spans")

    def __init__(self, spans: Sequence[Raw], places: Mapping[Key, int], whole: Scan | None = None, first: int = 0) -> None:
        self.spans = spans
        self.size = len(spans)
        self.full = (1 << (self.size + 1)) - 1
        self.places = places
        self._whole, self._first = whole, first
        self._found: dict[Words, Found] = {}

    def within(self, start: int, end: int) -> Scan:
        """What stands between two characters of the text."""
        first = bisect_left(self.spans, start, key=_start)
        last = bisect_left(self.spans, end, first, key=_start)
        kept = (1 << last - first) - 1
        places: dict[Key, int] = {}
        for key, mask in self.places.items():
            inside = mask >> first & (kept if isinstance(key, str) else kept >> 1)
            if inside:
                places[key] = inside
        return Scan(self.spans[first:last], places, self, first)

    def find(self, words: Words) -> Found:
        """Pairs of a phrase's length in words and the places where a phrase of that length begins."""
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = self._find(words)
        return found

    def _find(self, words: Words) -> Found:
        if self._whole is not None:
            found = ((length, mask >> self._first & self.full >> length) for length, mask in self._whole.find(words))
            return tuple((length, mask) for length, mask in found if mask)
        keyed, places = words.keyed, self.places
        by_length: dict[int, int] = {}
        for key in keyed.keys() & places.keys():
            if isinstance(key, str):
                by_length[1] = by_length.get(1, 0) | places[key]
            for phrase in keyed[key]:
                mask = self._begun(phrase) if len(phrase) > 2 else places[key]
                if mask:
                    by_length[len(phrase)] = by_length.get(len(phrase), 0) | mask
        return tuple(by_length.items())

    def _begun(self, phrase: Phrase) -> int:
        mask = self.full
        for step, word in enumerate(phrase):
            mask &= self.places.get(word, 0) >> step
            if not mask:
                break
        return mask

    def has(self, template: Template) -> bool:
        """Whether everything that the template needs is somewhere in the text."""
        return all(map(self.find, template.needed))

    def run(self, template: Template, starts: int) -> int:
        """The places where the template can end, having begun at one of `starts`."""
        current = starts
        for part in template.parts:
            if part.kind == "words":
                reached = current if part.optional else 0
                for length, mask in self.find(part.words):
                    reached |= (current & mask) << length
                current = reached & self.full
            else:
                current = self._step(part, current) & self.full
            if not current:
                return 0
        return current

    def _step(self, part: Part, current: int) -> int:
        if part.kind == "gap":
            for _ in range(part.width):
                current |= current << 1
            return current
        if part.kind == "near":
            for _ in range(part.width):
                current |= current << 1 | current >> 1
            return current
        if part.kind == "start":
            return current & 1
        if part.kind == "end":
            return current & 1 << self.size
        blocked = 0
        for _, mask in self.find(part.words):
            for step in range(part.width):
                blocked |= mask << step + 1 if part.kind == "not_before" else mask >> step
        return current & ~blocked

    def span(self, template: Template) -> tuple[int, int] | None:
        """The first match's span in the original text, or None."""
        starts = self._starts(template)
        if not self.run(template, starts):
            return None
        while starts & starts - 1:  # where several places can begin a match, one of them can: halving finds the first
            middle = (starts.bit_length() + (starts & -starts).bit_length()) // 2
            lower = starts & (1 << middle) - 1
            starts = lower if self.run(template, lower) else starts ^ lower
        first = starts.bit_length() - 1
        ends = self.run(template, starts)
        last = max((ends & -ends).bit_length() - 2, 0)
        return self.spans[min(first, last)].start, self.spans[max(first, last)].end

    def _starts(self, template: Template) -> int:
        """The places where a match may begin, as far as the first words of the template tell."""
        starts = self.full >> 1
        for part in template.parts:
            if part.kind in _BARS:
                starts = self._step(part, starts)
            elif part.kind == "words" and not part.optional:
                begun = 0
                for _, mask in self.find(part.words):
                    begun |= mask
                return starts & begun
            else:
                break
        return starts


def _start(raw: Raw) -> int:
    return raw.start


class Index:
    """Finds the few rules worth trying: templates of which every part that must be there may be in the text.

    All templates are asked at once. An integer has a row of bits for the first parts that the templates need, a bit for
    each template, another row for the second parts, and so on; each word and each pair of words has such an integer.
    """

    __slots__ = ("_all", "_by_key", "_fickle", "_rows", "_satisfied", "_templates", "rules")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._templates = [(number, template) for number, rule in enumerate(rules) for template in rule.templates]
        count = len(self._templates)
        self._all = (1 << count) - 1
        self._fickle = 0  # templates that a part of a text can match although the whole does not
        self._rows = [row * count for row in range(max((len(one.needed) for _, one in self._templates), default=0))]
        self._satisfied = 0
        parts: dict[Words, int] = {}
        for bit, (_, template) in enumerate(self._templates):
            self._fickle |= any(part.kind in _BARS for part in template.parts) << bit
            for row in self._rows[len(template.needed) :]:
                self._satisfied |= 1 << row + bit
            for row, words in zip(self._rows, template.needed, strict=False):
                parts[words] = parts.get(words, 0) | 1 << row + bit
        self._by_key = _by_key(parts)

    def likely(self, scan: Scan) -> int:
        """The templates, as bits, of which every part may be in the text."""
        found = self._satisfied
        for key in scan.places.keys() & self._by_key.keys():
            found |= self._by_key[key]
        likely = self._all
        for row in self._rows:
            likely &= found >> row
            if not likely:
                break
        return likely

    def few(self, bits: int) -> Iterator[tuple[int, int, Template]]:
        """Each of these templates: its bit, its rule's number, and itself."""
        while bits:
            bit = bits & -bits
            bits ^= bit
            yield (bit, *self._templates[bit.bit_length() - 1])

    def matches(self, scan: Scan, *, fickle: bool = False) -> Iterator[tuple[Rule, int, int]]:
        """Each rule that matches, once, with the span of its first match; of `fickle` templates only, if that is said."""
        bits = self.likely(scan)
        hit = -1
        for _, number, template in self.few(bits & self._fickle if fickle else bits):
            if number != hit and scan.has(template):
                span = scan.span(template)
                if span is not None:
                    hit = number
                    yield (self.rules[number], *span)


def _by_key(parts: Mapping[Words, int]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for words, bits in parts.items():
        for key in words.keyed:
            found[key] = found.get(key, 0) | bits
    same: dict[int, int] = {}  # keys that always stand in the same parts share one integer: there are many
    return {key: same.setdefault(bits, bits) for key, bits in found.items()}
