"""Everyday talk of one language: phrases that are known to be routine, and whether a text is nothing else."""

from __future__ import annotations

from service.core.urgency_index import Index, Scan
from service.core.urgency_rules import Key, Rule, Words

LONGEST = 80  # words: whatever is longer deserves a reader


class Everyday:
    """What is routine in a language: phrases, what may join them, and what is understood in any language."""

    __slots__ = ("_beginning", "_covering", "_joined", "_joining", "_phrases", "any_language")

    def __init__(self, phrases: Rule, joiners: Words, any_language: Words) -> None:
        self.any_language = any_language
        self._joining = (joiners, any_language)
        self._joined = frozenset(joiners.vocabulary() | any_language.vocabulary())
        self._phrases = Index((phrases,))
        # Which phrases, as bits, a word can be a part of, and which it can begin.
        self._covering: dict[Key, int] = {}
        self._beginning: dict[Key, int] = {}
        for bit, template in enumerate(phrases.templates):
            parts = [part for part in template.parts if part.kind == "words"]
            first = next(place for place, part in enumerate(parts) if not part.optional)
            covering = {word for part in parts for word in part.words.vocabulary()}
            beginning = {phrase[0] for part in parts[: first + 1] for phrase in part.words.phrases()}
            for words, whose in ((covering, self._covering), (beginning, self._beginning)):
                for word in words:
                    whose[word] = whose.get(word, 0) | 1 << bit

    def understands(self, scan: Scan) -> bool:
        """Whether the phrases cover the whole text, with nothing left over."""
        if not 0 < scan.size <= LONGEST:
            return False
        phrases = self._phrases.likely(scan)
        if not self._may_cover(scan, phrases):
            return False
        reached, fresh, end = 1, 1, 1 << scan.size
        while fresh and not reached & end:
            ahead = 0
            for words in self._joining:
                for length, places in scan.find(words):
                    ahead |= (fresh & places) << length
            for _, _, phrase in self._phrases.few(phrases & self._may_begin(scan, fresh)):
                if scan.has(phrase):
                    ahead |= scan.run(phrase, fresh)
            fresh = ahead & ~reached
            reached |= fresh
        return bool(reached & end)

    def _may_cover(self, scan: Scan, phrases: int) -> bool:
        """Whether each place has a word of one of these phrases: most texts are turned down by this cheap question."""
        covered = 0
        for word, places in scan.places.items():
            if self._covering.get(word, 0) & phrases or word in self._joined:
                covered |= places
        return covered == scan.full >> 1

    def _may_begin(self, scan: Scan, starts: int) -> int:
        """The phrases that may begin at one of these places."""
        phrases = 0
        for word, places in scan.places.items():
            if places & starts:
                phrases |= self._beginning.get(word, 0)
        return phrases
