"""How one language's texters write: from a word as it was typed to the words of the rules that it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from service.core.urgency_text import Raw, fold, words_of

LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l", "*": ""}
# Cyrillic and Greek letters that look Latin, used to slip past filters.
LOOKS_LATIN = str.maketrans("аеорсухіјѕԁоαειορυκν", "aeopcyxijsdoaeiopukv")
# Fuzzy matching: how many wrong letters a word of this length may have. None under five.
LONG_WORD = 8
LONGEST_FUZZY = 24
SHORTEST_FUZZY = 5
SHORTEST_ENDED = 5
SPELLED_OUT = 4  # k i l l: this many single letters in a row may be one word
LONGEST_SPELLED = 12
TWICE = re.compile(r"([^\d])\1+")
THRICE = re.compile(r"([^\d])\1{2,}")

# What a word may stand for: for each place that it takes in a text, the words of the rules that may be meant.
Meaning = tuple[tuple[str, ...], ...]
UNKNOWN: Meaning = ((),)


class Speller:
    """One language's spelling: sounds folded alike, spellings spelled out, a few words matched loosely."""

    def __init__(
        self,
        sounds: Mapping[str, str],
        spellings: Mapping[str, str],
        fuzzy: Iterable[str] = (),
        never_fuzzy: Iterable[str] = (),
        endings: Mapping[str, str] | None = None,
    ) -> None:
        self.sounds = tuple((old.removesuffix("$"), new, old.endswith("$")) for old, new in sounds.items())
        # Where none of this is in a word, it sounds as it is written but for its doubled letters.
        self.mixed = re.compile("|".join(re.escape(old) + (r"\Z" if at_end else "") for old, _, at_end in self.sounds))
        self.endings = tuple((endings or {}).items())
        self.written: dict[str, str] = {}
        self.spellings = {self._learn(fold(key)): self.words(value) for key, value in spellings.items()}
        self.loose: dict[str, set[str]] = {}  # the words that are matched loosely, by what is left without some letters
        for word in {self._learn(fold(word)) for word in fuzzy}:
            for shorter in _shortened(word):
                self.loose.setdefault(shorter, set()).add(word)
        self.known: set[str] = {self._learn(fold(word)) for word in never_fuzzy}

    def words(self, phrase: str) -> tuple[str, ...]:
        """The words of a phrase in a rules file, as they are looked for in a text."""
        return tuple([self._learn(word) for word in words_of(phrase)])

    def spelled(self, phrase: str) -> tuple[str, ...]:
        """The words of a phrase with its spellings spelled out, so that a template may be written as people write."""
        sounds = self.words(phrase)
        if self.spellings.keys().isdisjoint(sounds):
            return sounds
        return tuple(word for sound in sounds for word in self.spellings.get(sound, (sound,)))

    def _learn(self, word: str) -> str:
        """A word of the rules file as it sounds; `written` remembers it, for people's own words are not to be kept."""
        sound = self.written.get(word)
        if sound is None:
            sound = self.written[word] = self.sound(word)
        return sound

    def sound(self, word: str) -> str:
        """A word with the letters alike that texters of the language mix up."""
        if not self.sounds or not word.isascii():
            return word
        for old, new, at_end in self.sounds:
            if old in word:
                if not at_end:
                    word = word.replace(old, new)
                elif word.endswith(old) and len(word) > len(old) + 1:
                    word = word[: len(word) - len(old)] + new
        return _single(word)

    def gathered(self, raws: list[Raw]) -> list[Raw]:
        """Spelled-out words become one (s u i c i d e), where the language knows them."""
        gathered: list[Raw] = []
        index = 0
        sound = cache(self.sound)  # a long row of letters has the same few words again and again
        while index < len(raws):
            stop = index
            while stop < min(len(raws), index + LONGEST_SPELLED) and len(raws[stop].word) == 1 and raws[stop].word.isalpha():
                stop += 1
            for end in range(stop, index + SPELLED_OUT - 1, -1):
                word = sound("".join([raw.word for raw in raws[index:end]]))
                if self._knows(word):
                    gathered.append(Raw(word, raws[index].start, raws[end - 1].end))
                    index = end
                    break
            else:
                gathered.append(raws[index])
                index += 1
        return gathered

    def shapes(self, word: str) -> set[str]:
        """Every form of a word that `meaning` may look for, but for those with another ending or that are only near it."""
        forms = {self.sound(reading) for reading in readings(word)}
        squeezed = {squeeze(form) for form in forms for squeeze in (_doubled, _single)}
        return forms | {self.sound(form) for form in squeezed}

    def meaning(self, word: str) -> Meaning:
        """What a word of a text may stand for in this language; UNKNOWN if none of its rules look for it."""
        forms = self._forms(word)
        spelled = next((self.spellings[form] for form in forms if form in self.spellings), None)
        if spelled is not None and len(spelled) != 1:
            return tuple((word,) if word in self.known else () for word in spelled)
        return (tuple(form for form in (*forms, *(spelled or ())) if form in self.known),)

    def _forms(self, word: str) -> Iterable[str]:
        forms = dict.fromkeys(self.sound(reading) for reading in readings(word))
        for form in tuple(forms):
            squeezed = _single(form)
            forms[self.sound(form if squeezed == form else _doubled(form))] = None
            if squeezed != form and not self._knows(form):
                forms[self.sound(squeezed)] = None
        for form in tuple(forms):
            forms.update((ended, None) for ended in other_endings(form, self.endings) if ended in self.known)
        if not any(map(self._knows, forms)):
            forms.update(dict.fromkeys(self._near(forms)))
        return forms

    def _knows(self, form: str) -> bool:
        return form in self.known or form in self.spellings

    def _near(self, forms: Iterable[str]) -> Iterator[str]:
        for form in tuple(forms):
            near = {word for shorter in self.loose.keys() & nearby(form) for word in self.loose[shorter]}
            yield from sorted(word for word in near if within_edits(form, word, min(_edits(form), _edits(word))))


def _single(word: str) -> str:
    """A word with no letter twice in a row."""
    return TWICE.sub(lambda letters: letters[1], word)


def _doubled(word: str) -> str:
    """A word with no letter more than twice in a row."""
    return THRICE.sub(lambda letters: letters[1] * 2, word)


def spells_out(raws: list[Raw]) -> bool:
    """Whether so many single letters stand in a row that they may be one word."""
    row = 0
    for raw in raws:
        row = row + 1 if len(raw.word) == 1 and raw.word.isalpha() else 0
        if row == SPELLED_OUT:
            return True
    return False


def readings(word: str) -> Iterator[str]:
    """A word, and what digits, symbols and foreign letters among its letters may stand for: k1ll, su!cide, d1e."""
    yield word
    if not word.isalpha() and any(letter.isalpha() for letter in word):
        yield "".join(LEET.get(letter, letter) for letter in word)
        if "1" in word:
            yield "".join(LEET.get(letter, letter) for letter in word.replace("1", "l"))
    if not word.isascii():
        yield word.translate(LOOKS_LATIN)


def other_endings(form: str, endings: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A word with another ending, if it is long enough: goin may be going, hits may be hit."""
    if len(form) >= SHORTEST_ENDED:
        for old, new in endings:
            if form.endswith(old):
                yield form[: -len(old)] + new


def within_edits(left: str, right: str, most: int) -> bool:
    """Whether two words differ by at most `most` wrong, missing, added or swapped letters."""
    if abs(len(left) - len(right)) > most:
        return False
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def _edits(word: str) -> int:
    return 2 if len(word) >= LONG_WORD else 1


def nearby(form: str) -> set[str]:
    """Keys under which `Speller.loose` has every word that this one may be meant for."""
    return _shortened(form) if SHORTEST_FUZZY <= len(form) <= LONGEST_FUZZY else set()


def _shortened(word: str) -> set[str]:
    """A word with as many letters left out as it may have wrong: two words that are near share one of these."""
    found = {word}
    found.update([word[:i] + word[i + 1 :] for i in range(len(word))])
    if _edits(word) > 1:
        found.update([word[:i] + word[i + 1 : j] + word[j + 1 :] for j in range(len(word)) for i in range(j)])
    return found
