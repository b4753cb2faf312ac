"""Words that work everywhere, without a step: recognised only when they are the whole text."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Keyword(StrEnum):
    """What a person can ask for at any moment by one word."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    PERSON = "person"
    WHY = "why"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The person wrote the name of a language; `code` is how the service calls it."""

    code: str


# Twilio acts on these by itself, whatever the language: twilio.com/docs/messaging/tutorials/how-to-filter-stop-words.
CARRIER_STOP: Final = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"})
CARRIER_START: Final = frozenset({"start", "unstop"})
CARRIER_HELP: Final = frozenset({"help", "info"})
# YES also opts in again, but it is an ordinary answer to us: no text may ask for it, and none is lost by it.
CARRIER_WORDS: Final = CARRIER_STOP | CARRIER_START | CARRIER_HELP | {"yes"}

_CARRIER: Final[Mapping[str, Keyword]] = {
    **dict.fromkeys(CARRIER_STOP, Keyword.STOP),
    **dict.fromkeys(CARRIER_START, Keyword.START),
    **dict.fromkeys(CARRIER_HELP, Keyword.HELP),
    "0": Keyword.PERSON,
}

# Letters that one keyboard writes and another does not, and that Unicode does not decompose.
_LETTERS: Final = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER HEH GOAL}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HEH DOACHASHMEE}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER TEH MARBUTA GOAL}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER YEH BARREE}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC TATWEEL}": None,
        "\N{VARIATION SELECTOR-16}": None,
        "\N{COMBINING ENCLOSING KEYCAP}": None,
    }
)


# Opting out and in again stay exact: "stop" is one slip away from words that mean something else.
_EXACT: Final = frozenset({Keyword.STOP, Keyword.START})
_LONG: Final = 6  # letters, from which one slip leaves no doubt what was meant

Asked = Keyword | ChooseLanguage


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """Folded text to keyword, and folded language name to language code; the carrier's own words are always in it."""

    words: Mapping[str, Keyword]
    languages: Mapping[str, str]
    _run_together: Mapping[str, Keyword] = field(init=False, repr=False, compare=False)
    _long: Mapping[str, Asked] = field(init=False, repr=False, compare=False)
    _near: Mapping[tuple[int, str], tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_run_together", {word.replace(" ", ""): one for word, one in self.words.items()})
        asked: dict[str, Asked] = {name: ChooseLanguage(code) for name, code in self.languages.items()}
        asked |= {word: keyword for word, keyword in self.words.items() if keyword not in _EXACT}
        long = {word: one for word, one in asked.items() if sum(map(str.isalpha, word)) >= _LONG}
        near: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in long:
            for end in _ends(word):
                near[end].append(word)
        object.__setattr__(self, "_long", long)
        object.__setattr__(self, "_near", {end: tuple(words) for end, words in near.items()})

    def exactly(self, folded: str) -> Asked | None:
        """What a folded text asks for; words that are written without the spaces between them are the same."""
        keyword = _CARRIER.get(folded) or self.words.get(folded) or self._run_together.get(folded)
        if keyword is not None:
            return keyword
        code = self.languages.get(folded)
        return None if code is None else ChooseLanguage(code)

    def nearly(self, folded: str) -> Asked | None:
        """What a folded text asks for if one letter in it is wrong, missing, too many, or has changed places.

        Only of long words, never a stop or a start, and None where it may be two things. Whoever asks must know first
        that the text is no answer to a question.
        """
        words = (word for end in _ends(folded) for word in self._near.get(end, ()))
        asked = {self._long[word] for word in words if abs(len(word) - len(folded)) <= 1 and _is_one_slip(word, folded)}
        return asked.pop() if len(asked) == 1 else None


def fold(text: str) -> str:
    """One spelling of one word: width, case, accents, digits, Arabic letters, spaces, outer punctuation."""
    if not text.isascii():
        text = _fold_unicode(text)
    words = text.casefold().split()
    return _strip_punctuation(" ".join(words))


def recognise(text: str, table: KeywordTable) -> Asked | None:
    """What the whole text asks for. "stop he's hurting me" is no keyword: those are words for a person."""
    return table.exactly(fold(text))


def recognise_slip(text: str, table: KeywordTable) -> Asked | None:
    """What the whole text asks for with one slip in it: see `KeywordTable.nearly`."""
    return table.nearly(fold(text))


def _ends(text: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """Its first and its last two letters: no slip in a long word touches both."""
    return (0, text[:2]), (1, text[-2:])


def _is_one_slip(word: str, text: str) -> bool:
    """Whether one edit (of optimal string alignment) makes one of the other."""
    same = next((at for at, (one, other) in enumerate(zip(word, text, strict=False)) if one != other), None)
    if same is None:
        return abs(len(word) - len(text)) == 1
    after, after_text = word[same:], text[same:]
    swapped = after[:2] == after_text[1::-1] and after[2:] == after_text[2:]
    return swapped or after[1:] in (after_text[1:], after_text) or after == after_text[1:]


def _fold_unicode(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    kept = (_fold_character(character) for character in unicodedata.normalize("NFD", composed))
    # Alef wasla and its like may only appear after decomposing, so the table is used twice.
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)


def _fold_character(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) == "Cf" or _is_accent(character):
        return ""
    return character


def _is_accent(character: str) -> bool:
    """Accents and harakat. Vowel signs of Indic scripts have class 0 and viramas 9: without them words differ."""
    combining = unicodedata.combining(character)
    return combining >= 200 or 10 <= combining <= 35


def _strip_punctuation(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_outer(text[start]):
        start += 1
    while end > start and _is_outer(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_outer(character: str) -> bool:
    return not character.isalnum() and (character == " " or unicodedata.category(character)[0] == "P")
