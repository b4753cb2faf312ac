"""Checks of the words in a flow: links, carrier keywords, keys and digits, and promises of secrecy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from service.core.flow_yaml import Problems
from service.core.keywords import CARRIER_WORDS
from service.core.steps.shape import Phrase, Step

_LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:com|org|net|info|uk|io|me|ly|gov|eu|app)\b", re.IGNORECASE)
_WORDS: Final = "|".join(sorted(CARRIER_WORDS, key=len, reverse=True))
_SHOUTED = re.compile(rf"\b(?:{_WORDS.upper()})\b")
_ASKS = r"\b(?:reply|replying|text|texting|send|sending|write|type|answer|respond)"
_ASKED = re.compile(rf"{_ASKS}\s+(?:(?:back|with|us|to us|the word|just)\s+)*[\"'“‘«]?({_WORDS})\b", re.IGNORECASE)
_NUMBER: Final = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|zero)"
_KEY = re.compile(
    rf"\b(?:press|pressing|push|dial|hit|tap)\s+(?:the\s+)?(?:key\s+|number\s+|button\s+)?(?:{_NUMBER}\b|hash|star|pound|#|\*)"
    rf"|\b(?:key|button|digit)\s+(?:number\s+)?{_NUMBER}\b|\b(?:hash|star|pound)\s+key\b"
    rf"|{_ASKS}\s+(?:(?:back|with|us|a|the|number)\s+)*\d",
    re.IGNORECASE,
)
_SECRET = re.compile(r"\bconfidential(?:ly|ity)?\b", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:unless|except|but|limits?)\b", re.IGNORECASE)


def check_words(header: Mapping[str, Phrase], steps: Sequence[Step], problems: Problems) -> None:
    """Note every phrase that may not be said."""
    for phrase in (*header.values(), *(phrase for step in steps for phrase in step.phrases())):
        for english in phrase.forms:
            for message, piece in _faults(english):
                problems.add(phrase.line, message, piece)


def _faults(english: str) -> Iterator[tuple[str, str]]:
    if found := _LINK.search(english):
        yield "a link; people without internet cannot follow it and it looks like fraud, say it in words", found[0]
    if found := _ASKED.search(english) or _SHOUTED.search(english):
        message = "words ask for what the phone company acts on by itself, so it may never reach you; ask with choices"
        yield message, found[0]
    if found := _KEY.search(english):
        yield "words name a key or digit; leave it out, the service adds the right one by text and by phone", found[0]
    if (found := _SECRET.search(english)) and not _LIMITS.search(english):
        yield "this promises secrecy without its limits; say who reads it, and `unless` what", found[0]
