"""Words that work everywhere, without a step: recognised only when they are the whole text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Keyword(StrEnum):
    """What a person can ask for at any moment by one word."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    PERSON = "person"


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


@dataclass(frozen=True, slots=True)
class KeywordTable:
    """Folded text to keyword, and folded language name to language code; the carrier's own words are always in it."""

    words: Mapping[str, Keyword]
    languages: Mapping[str, str]


def fold(text: str) -> str:
    """One spelling of one word: width, case, accents, digits, Arabic letters, spaces, outer punctuation."""
    if not text.isascii():
        text = _fold_unicode(text)
    words = text.casefold().split()
    return _strip_punctuation(" ".join(words))


def recognise(text: str, table: KeywordTable) -> Keyword | ChooseLanguage | None:
    """What the whole text asks for. "stop he's hurting me" is no keyword: those are words for a person."""
    folded = fold(text)
    keyword = _CARRIER.get(folded) or table.words.get(folded)
    if keyword is not None:
        return keyword
    code = table.languages.get(folded)
    return None if code is None else ChooseLanguage(code)


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
