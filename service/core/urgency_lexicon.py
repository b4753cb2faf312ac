"""All languages' spelling at once, so that a word costs about the same however many languages there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core.urgency_file import LanguageRules
from service.core.urgency_index import Scan
from service.core.urgency_rules import Key
from service.core.urgency_spelling import UNKNOWN, Meaning, Speller, nearby, other_endings, spells_out
from service.core.urgency_text import Raw

Heard = tuple[tuple[int, Meaning], ...]


class Lexicon:
    """What a word may stand for in each language that knows it; languages are told apart by their number."""

    def __init__(self, languages: Sequence[LanguageRules]) -> None:
        self._languages = tuple(languages)
        self._spellers = tuple(language.speller for language in languages)
        self._sounding = [speller for speller in self._spellers if speller.sounds]
        self._plain = Speller({}, {})  # as all the others spell
        self._heard: dict[str, Heard] = {}  # only of words that stand in the rules: nobody's own words are kept
        # The languages, as bits, that know a word, or one with these letters left out.
        self._knowing: dict[str, int] = {}
        self._loose: dict[str, int] = {}
        for number, speller in enumerate(self._spellers):
            for whose, words in ((self._knowing, (*speller.known, *speller.spellings)), (self._loose, speller.loose)):
                for word in words:
                    whose[word] = whose.get(word, 0) | 1 << number
        self._endings = sorted({ending for speller in self._spellers for ending in speller.endings})
        self._ends = tuple(old for old, _ in self._endings)

    def scans(self, raws: list[Raw], *, every: bool = False) -> dict[int, Scan]:
        """The text in each language of which a rule may match, or that knows all of it; or in `every` that knows a word."""
        numbers = range(len(self._languages))
        if not spells_out(raws):
            return dict(self._scans(raws, numbers, every=every))
        scans: dict[int, Scan] = {}
        for number in numbers:  # k i l l: each language gathers its own words
            scans.update(self._scans(self._spellers[number].gathered(raws), (number,), every=every))
        return scans

    def _scans(self, raws: list[Raw], numbers: Sequence[int], *, every: bool) -> Iterator[tuple[int, Scan]]:
        heard: list[list[tuple[int, Meaning]]] = [[] for _ in self._languages]
        for place, raw in enumerate(raws):
            known = self._heard.get(raw.word)
            for number, meaning in self._hear(raw.word) if known is None else known:
                heard[number].append((place, meaning))
        for number in numbers:
            language, found = self._languages[number], heard[number]
            if found:
                scan = _scan(raws, found, language.pairs)
                if every or len(found) == len(raws) or language.raising.likely(scan):
                    yield number, scan

    def _hear(self, word: str) -> Heard:
        meanings = ((number, self._spellers[number].meaning(word)) for number in self._numbers(word))
        found = tuple((number, meaning) for number, meaning in meanings if meaning != UNKNOWN)
        if any(word in speller.written for speller in self._spellers):
            self._heard[word] = found
        return found

    def _numbers(self, word: str) -> Iterator[int]:
        """The languages that may know a word, and seldom one that does not: to ask one is dear."""
        plain = self._plain.shapes(word)
        forms = set(plain)
        for speller in self._sounding:
            if any(map(speller.mixed.search, plain)):
                forms |= speller.shapes(word)
        numbers = 0
        for form in forms:
            numbers |= self._knowing.get(form, 0)
            if form.endswith(self._ends):
                for ended in other_endings(form, self._endings):
                    numbers |= self._knowing.get(ended, 0)
            for shorter in self._loose.keys() & nearby(form):
                numbers |= self._loose[shorter]
        return (number for number in range(len(self._spellers)) if numbers >> number & 1)


def _scan(raws: list[Raw], heard: list[tuple[int, Meaning]], pairs: frozenset[Key]) -> Scan:
    """A text of which a language knows these words, by their place; `pairs` are those that stand in its rules."""
    spans: list[Raw] = raws
    places: dict[Key, int] = {}
    before: tuple[str, ...] = ()
    reached = 0
    for place, meaning in heard:
        place += len(spans) - len(raws)
        if len(meaning) != 1:  # one word that stands for several, like cant for can not
            spans = list(spans) if spans is raws else spans
            spans[place : place + 1] = [spans[place]] * len(meaning)
        for step, forms in enumerate(meaning, place):
            for form in forms:
                places[form] = places.get(form, 0) | 1 << step
                if step == reached:
                    for last in before:
                        if (last, form) in pairs:
                            places[last, form] = places.get((last, form), 0) | 1 << step - 1
            before, reached = forms, step + 1
    return Scan(spans, places)
