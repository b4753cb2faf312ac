"""From a text as it was typed to its words and emoji, folded, each with its place in the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

APOSTROPHES = frozenset("'’‘`´ʼ′")
INSIDE_WORDS = frozenset("@$!|*")
INVISIBLE = frozenset(("Mn", "Me", "Cf", "Sk"))
# Letters that Arabic and Urdu keyboards type differently for the same word; Urdu's forms are kept.
SAME_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ة": "ہ", "ھ": "ہ", "ں": "ن", "ـ": None})
CHUNK = re.compile(r"\S+")
# What stands for a character in the shadow of a text, if not its one folded letter. No word has these in it.
BETWEEN, UNSEEN, NOT_ONE_LETTER = " ", "'", "\0"
MOST_SHADOWS = 4096
SHADOW_WORD = re.compile(r"[^ '!|*](?:[^ ]*[^ '])?")


class Raw(NamedTuple):
    """One word or emoji, folded, and where it stands in the original text (code points, end excluded)."""

    word: str
    start: int
    end: int


def split(text: str) -> list[Raw]:
    """The words and emoji of a text, folded, in order; symbols inside a word are kept (d!e), apostrophes are not."""
    shadow = text.translate(_SHADOWS)
    if NOT_ONE_LETTER not in shadow:
        return _read_shadow(shadow, 0)
    found: list[Raw] = []
    for chunk in CHUNK.finditer(text):
        start, end = chunk.span()
        if NOT_ONE_LETTER in shadow[start:end]:
            found += _read(chunk[0], start)
        else:
            found += _read_shadow(shadow[start:end], start)
    return found


def _read_shadow(shadow: str, offset: int) -> list[Raw]:
    """The same words that `_read` finds, quickly."""
    found: list[Raw] = []
    for match in SHADOW_WORD.finditer(shadow):
        word = match[0]
        if not word.isalnum():
            word = word.replace(UNSEEN, "").strip("!|*")
        start, end = match.span()
        found.append(Raw(word, start + offset, end + offset))
    return found


def _read(text: str, offset: int) -> list[Raw]:
    found: list[Raw] = []
    letters: list[str] = []
    start = end = offset

    def close() -> None:
        word = "".join(letters).strip("!|*")
        if word:
            found.append(Raw(word, start, end))
        letters.clear()

    for index, original in enumerate(text, offset):
        kind, folded = _look(original)
        if kind == "word" or (kind == "maybe" and (letters or original in "@$")):
            if not letters:
                start = index
            letters.append(folded)
            end = index + 1
        elif kind != "unseen":
            close()
            if kind == "emoji":
                found.append(Raw(folded, index, index + 1))
    close()
    return found


@lru_cache(maxsize=4096)
def _look(letter: str) -> tuple[str, str]:
    """What a character is: word, emoji, maybe (a symbol that may stand for a letter), unseen or gap; and folded."""
    if letter in APOSTROPHES or unicodedata.category(letter) in INVISIBLE:
        return "unseen", ""
    folded = _fold_letter(letter)
    if not folded:
        return "gap", ""
    if folded[0] in INSIDE_WORDS:
        return "maybe", folded
    category = unicodedata.category(folded[0])
    if folded[0] not in APOSTROPHES and (category[0] in "LN" or category == "Mc"):
        return "word", folded
    return "emoji" if category == "So" else "gap", folded


def _fold_letter(letter: str) -> str:
    """A character without case, accents, width and invisible marks; digits of any script become ASCII."""
    kept: list[str] = []
    for part in unicodedata.normalize("NFKD", letter).casefold():
        if unicodedata.category(part) in INVISIBLE:
            continue
        digit = unicodedata.decimal(part, None)
        kept.append(str(digit) if digit is not None else part)
    return "".join(kept).translate(SAME_LETTER)


class _Shadows(dict[int, str]):
    """For each character one that says all that `_read` needs to know of it, for most texts are made of such."""

    def __missing__(self, code: int) -> str:
        kind, folded = _look(chr(code))
        shadow = NOT_ONE_LETTER
        if kind in ("gap", "unseen"):
            shadow = BETWEEN if kind == "gap" else UNSEEN
        elif len(folded) == 1 and (kind == "word" or folded in "!|*" or folded == chr(code)) and kind != "emoji":
            shadow = folded
        if len(self) < MOST_SHADOWS:
            self[code] = shadow
        return shadow


_SHADOWS = _Shadows()


def words_of(phrase: str) -> list[str]:
    """The words of a phrase as `split` gives them, quickly where that is only a matter of spaces."""
    if phrase.isascii() and phrase.replace(" ", "").isalnum():
        return phrase.lower().split()
    return [raw.word for raw in split(phrase)]


def fold(word: str) -> str:
    """One word or phrase as `split` folds it, joined by spaces."""
    return " ".join(raw.word for raw in split(word))
