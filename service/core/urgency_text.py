"""From a text as it was typed to the words that the urgency rules look for, each with its place in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = frozenset("'’‘`´ʼ′")
LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l", "*": ""}
INSIDE_WORDS = frozenset("@$!|*")
# Letters that Arabic and Urdu keyboards type differently for the same word; Urdu's forms are kept.
SAME_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ة": "ہ", "ھ": "ہ", "ں": "ن", "ـ": None})
# Cyrillic and Greek letters that look Latin, used to slip past filters.
LOOKS_LATIN = str.maketrans("аеорсухіјѕԁоαειορυκν", "aeopcyxijsdoaeiopukv")
# Fuzzy matching: how many wrong letters a word of this length may have. None under five.
LONG_WORD = 8
LONGEST_FUZZY = 24
SHORTEST_FUZZY = 5
SHORTEST_ENDED = 5
SPELLED_OUT = 4  # k i l l: this many single letters in a row may be one word
LONGEST_SPELLED = 12


@dataclass(frozen=True, slots=True)
class Raw:
    """One word or emoji, folded, and where it stands in the original text (code points, end excluded)."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One place in a text and every word it may stand for."""

    forms: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=4096)
def fold_letter(letter: str) -> str:
    """A character without case, accents, width and invisible marks; digits of any script become ASCII."""
    kept: list[str] = []
    for part in unicodedata.normalize("NFKD", letter).casefold():
        kind = unicodedata.category(part)
        if kind in ("Mn", "Me", "Cf", "Sk"):
            continue
        digit = unicodedata.decimal(part, None)
        kept.append(str(digit) if digit is not None else part)
    return "".join(kept).translate(SAME_LETTER)


def _kind(letter: str) -> str:
    """word, emoji, apostrophe, maybe (a symbol that stands for a letter inside a word) or gap."""
    if letter in APOSTROPHES:
        return "apostrophe"
    if letter in INSIDE_WORDS:
        return "maybe"
    category = unicodedata.category(letter)
    if category[0] in "LN" or category == "Mc":
        return "word"
    return "emoji" if category == "So" else "gap"


def _invisible(original: str) -> bool:
    return unicodedata.category(original) in ("Mn", "Me", "Cf", "Sk")


def split(text: str) -> list[Raw]:
    """The words and emoji of a text, folded, in order; symbols inside a word are kept (d!e), apostrophes are not."""
    found: list[Raw] = []
    letters: list[str] = []
    start = end = 0

    def close() -> None:
        word = "".join(letters).strip("!|*")
        if word:
            found.append(Raw(word, start, end))
        letters.clear()

    for index, original in enumerate(text):
        if _invisible(original) or (letters and original in APOSTROPHES):
            continue
        folded = fold_letter(original)
        kind = _kind(folded[0]) if folded else "gap"
        if kind == "emoji":
            close()
            found.append(Raw(folded, index, index + 1))
        elif kind == "word" or (kind == "maybe" and (letters or original in "@$")):
            if not letters:
                start = index
            letters.append(folded)
            end = index + 1
        else:
            close()
    close()
    return found


def _squeeze(word: str, keep: int) -> str:
    return re.sub(rf"([^\d])\1{{{keep},}}", r"\1" * keep, word)


def _leet(word: str) -> Iterator[str]:
    """Readings of a word with digits or symbols among its letters: k1ll, su!cide, d1e."""
    if word.isalpha() or not any(letter.isalpha() for letter in word):
        return
    plain = "".join(LEET.get(letter, letter) for letter in word)
    yield plain
    if "1" in word:
        yield "".join(LEET.get(letter, letter) for letter in word.replace("1", "l"))


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


class Speller:
    """How one language's texters write: sounds folded alike, spellings spelled out, a few words matched loosely."""

    def __init__(
        self,
        sounds: Mapping[str, str],
        spellings: Mapping[str, str],
        fuzzy: Iterable[str] = (),
        never_fuzzy: Iterable[str] = (),
        endings: Mapping[str, str] | None = None,
    ) -> None:
        self._sounds = tuple(sounds.items())
        self._endings = tuple((endings or {}).items())
        self.sound: Callable[[str], str] = lru_cache(maxsize=20_000)(self._sound)
        self.spellings = {self.sound(fold(key)): self.words(value) for key, value in spellings.items()}
        self._loose: dict[str, set[str]] = {}
        for word in {self.sound(fold(word)) for word in fuzzy}:
            for shorter in _shortened(word):
                self._loose.setdefault(shorter, set()).add(word)
        self.known: set[str] = {self.sound(fold(word)) for word in never_fuzzy}
        self._forms: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=20_000)(self._forms_of)

    def words(self, phrase: str) -> tuple[str, ...]:
        """The words of a phrase in a rules file, as `tokens` would give them."""
        return tuple(self.sound(word) for word in _plain(phrase))

    def spelled(self, phrase: str) -> tuple[str, ...]:
        """The words of a phrase with its spellings spelled out, so that a template may be written as people write."""
        sounds = self.words(phrase)
        return tuple(word for sound in sounds for word in self.spellings.get(sound, (sound,)))

    def _sound(self, word: str) -> str:
        if not self._sounds or not word.isascii():
            return word
        for old, new in self._sounds:
            if old.endswith("$"):
                if len(word) > len(old) and word.endswith(old[:-1]):
                    word = word[: len(word) - len(old) + 1] + new
            else:
                word = word.replace(old, new)
        return _squeeze(word, 1)

    def tokens(self, raws: list[Raw]) -> list[Token]:
        """Every place of a text with all the words it may stand for, in this language."""
        return self._expand(self._gather(raws))

    def _gather(self, raws: list[Raw]) -> list[Raw]:
        """Spelled-out words become one (s u i c i d e), where the language knows them."""
        gathered: list[Raw] = []
        index = 0
        while index < len(raws):
            stop = index
            while stop < min(len(raws), index + LONGEST_SPELLED) and len(raws[stop].word) == 1 and raws[stop].word.isalpha():
                stop += 1
            for end in range(stop, index + SPELLED_OUT - 1, -1):
                word = self.sound("".join(raw.word for raw in raws[index:end]))
                if word in self.known or word in self.spellings:
                    gathered.append(Raw(word, raws[index].start, raws[end - 1].end))
                    index = end
                    break
            else:
                gathered.append(raws[index])
                index += 1
        return gathered

    def _expand(self, raws: list[Raw]) -> list[Token]:
        tokens: list[Token] = []
        for raw in raws:
            forms = self._forms(raw.word)
            spelled = next((self.spellings[form] for form in forms if form in self.spellings), None)
            if spelled is None:
                tokens.append(Token(forms, raw.start, raw.end))
            elif len(spelled) == 1:
                tokens.append(Token((*forms, *spelled), raw.start, raw.end))
            else:
                tokens.extend(Token((word,), raw.start, raw.end) for word in spelled)
        return tokens

    def _forms_of(self, word: str) -> tuple[str, ...]:
        forms = dict.fromkeys((self.sound(word), *(self.sound(reading) for reading in _leet(word))))
        if not word.isascii():
            forms[self.sound(word.translate(LOOKS_LATIN))] = None
        for form in tuple(forms):
            forms[self.sound(_squeeze(form, 2))] = None
            if form not in self.known and form not in self.spellings:
                forms[self.sound(_squeeze(form, 1))] = None
        forms.update(dict.fromkeys(self._ended(forms)))
        if not any(form in self.known or form in self.spellings for form in forms):
            forms.update(dict.fromkeys(self._near(forms)))
        return tuple(forms)

    def _ended(self, forms: Iterable[str]) -> Iterator[str]:
        """Words that the language knows with another ending: goin is going, hits is hit."""
        for form in tuple(forms):
            for old, new in self._endings:
                if len(form) >= SHORTEST_ENDED and form.endswith(old) and form[: -len(old)] + new in self.known:
                    yield form[: -len(old)] + new

    def _near(self, forms: Iterable[str]) -> Iterator[str]:
        for form in tuple(forms):
            if SHORTEST_FUZZY <= len(form) <= LONGEST_FUZZY:
                near = {word for shorter in _shortened(form) for word in self._loose.get(shorter, ())}
                yield from sorted(word for word in near if within_edits(form, word, min(_edits(form), _edits(word))))


def _edits(word: str) -> int:
    return 2 if len(word) >= LONG_WORD else 1


def _shortened(word: str) -> set[str]:
    """A word with as many letters left out as it may have wrong: two words that are near share one of these."""
    found = last = {word}
    for _ in range(_edits(word)):
        last = {shorter[:index] + shorter[index + 1 :] for shorter in last for index in range(len(shorter))}
        found = found | last
    return found


def _plain(phrase: str) -> list[str]:
    """The words of a phrase as `split` gives them, quickly where that is only a matter of spaces."""
    if phrase.isascii() and phrase.replace(" ", "").isalnum():
        return phrase.lower().split()
    return [raw.word for raw in split(phrase)]


def fold(word: str) -> str:
    """One word or phrase as `split` folds it, joined by spaces."""
    return " ".join(raw.word for raw in split(word))
