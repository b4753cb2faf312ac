"""How soon a text should be read by a person, and why. Raises urgency, never lowers it; never closes anything.

Urgent rules first, then soon rules; only a text that is understood whole, as routine, is routine: the routine is
allow-listed, the urgent is never block-listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.core import urgency_everyday
from service.core.model import Problem, Urgency
from service.core.urgency_file import LanguageRules, RuleProblems, compile_language
from service.core.urgency_index import Scan
from service.core.urgency_lexicon import Lexicon
from service.core.urgency_spelling import spells_out
from service.core.urgency_text import Raw, split

__all__ = ["Assessment", "Because", "RuleProblems", "Rules", "assess", "compile_rules"]

LONGEST = 1600  # characters: the most that ten joined texts hold; what is longer is read in parts
OVERLAP = 400  # characters that two parts share
MOST_SENTENCES = 40  # of more, several are read as one
MOST_PARTS = 8  # of something far longer, so many parts from each end are read
LONGEST_NUMBER = 3  # digits that are an answer; more may be a telephone number or a code
SENTENCE = re.compile(r"(?<=[.!?…۔؟])\s+|[\r\n]+")


@dataclass(frozen=True, slots=True)
class Because:
    """One reason for an urgency: rule id, plain words, its span in the original text (code points, end excluded)."""

    rule: str
    urgency: Urgency
    reason: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """How soon a text should be read, every reason, and the version of the rules that said so."""

    urgency: Urgency
    because: tuple[Because, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all languages at once; nobody's words are matched against one language only."""

    languages: tuple[LanguageRules, ...]
    version: str
    lexicon: Lexicon
    anywhere: frozenset[str]
    trust_unreviewed: bool = False


def compile_rules(documents: Mapping[str, Mapping[str, object]], *, trust_unreviewed: bool = False) -> Rules:
    """Rules from each language's urgency.yml; RuleProblems with every fault of every file.

    A language without `reviewed_by` can raise, but free text in it is soon at least, unless `trust_unreviewed`:
    that is for measuring rules, not for people's texts.
    """
    compiled: list[LanguageRules] = []
    problems: list[Problem] = []
    for language, document in sorted(documents.items()):
        rules, faults = compile_language(language, document, f"locales/{language}/urgency.yml")
        compiled.append(rules)
        problems.extend(faults)
    if problems:
        raise RuleProblems(problems)
    version = ", ".join(f"{rules.language} {rules.version}" for rules in compiled)
    lexicon = Lexicon(compiled)
    phrases = {phrase for rules in compiled for phrase in rules.everyday.any_language.phrases()}
    anywhere = frozenset(phrase[0] for phrase in phrases if len(phrase) == 1)
    return Rules(tuple(compiled), version, lexicon, anywhere, trust_unreviewed)


def assess(text: str, rules: Rules, *, question: str | None = None) -> Assessment:
    """The urgency of a text, whatever it is. Never raises: a failure is soon. `question` (a step's id) only raises."""
    try:
        because = tuple(_reasons(text, rules, question))
    except Exception as error:  # whatever went wrong, a person must read the text (I18)
        because = (_whole(text, "failed", Urgency.SOON, f"the rules could not read this ({type(error).__name__})"),)
    urgency = max((reason.urgency for reason in because), default=Urgency.SOON)
    return Assessment(urgency, because, getattr(rules, "version", ""))


def _whole(text: object, rule: str, urgency: Urgency, reason: str) -> Because:
    return Because(rule, urgency, reason, 0, len(text) if isinstance(text, str) else 0)


def _reasons(text: str, rules: Rules, question: str | None) -> list[Because]:
    """Everything that the rules see, most urgent first; at least one reason."""
    seen: dict[str, tuple[Because, bool]] = {}
    for offset, window in _windows(text):
        raws = split(window)
        whole = rules.lexicon.scans(raws, every=question is not None)
        for scans, fickle in _pieces(window, raws, whole, rules.lexicon):
            for because, weak in _matches(scans, offset, rules, question, fickle=fickle):
                seen.setdefault(because.rule, (because, weak))
    if len(text) > LONGEST:
        seen["too_long"] = (_whole(text, "too_long", Urgency.SOON, "longer than a text can be"), False)
    if _is_garbled(text):
        reason = "parts of this did not arrive in one piece"
        seen["garbled"] = (_whole(text, "garbled", Urgency.SOON, reason), False)
    if all(weak for _, weak in seen.values()):  # so it is not too long, and there was one window
        routine = _routine(text, raws, whole, rules, question)
        if routine.urgency is Urgency.ROUTINE or not seen:
            return [routine]
    return sorted((because for because, _ in seen.values()), key=lambda reason: (-reason.urgency, reason.start))


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """What is read of a text, each part with where it begins. Parts overlap, so that nothing is cut in two."""
    parts = range(0, max(len(text) - OVERLAP, 1), LONGEST - OVERLAP)
    for start in (*parts[:MOST_PARTS], *parts[MOST_PARTS:][-MOST_PARTS:]):
        yield start, text[start : start + LONGEST]


def _pieces(
    window: str, raws: list[Raw], whole: dict[int, Scan], lexicon: Lexicon
) -> Iterator[tuple[dict[int, Scan], bool]]:
    """A text, and each of its sentences alone: what one sentence says is not unsaid by the next.

    With each, whether only `fickle` templates can find more in it than was found in the whole.
    """
    yield whole, False
    gaps = list(SENTENCE.finditer(window))
    if not gaps:
        return
    gaps = gaps[:: len(gaps) // MOST_SENTENCES + 1]
    starts = (0, *(gap.end() for gap in gaps))
    ends = (*(gap.start() for gap in gaps), len(window))
    letters = spells_out(raws)  # perhaps of one word in the whole, and of another in a sentence
    for start, end in zip(starts, ends, strict=True):
        if letters:
            yield lexicon.scans([raw for raw in raws if start <= raw.start < end], every=True), False
        else:
            parts = ((number, scan.within(start, end)) for number, scan in whole.items())
            yield {number: part for number, part in parts if part.places}, True


def _is_garbled(text: str) -> bool:
    if text.isprintable() and "\ufffd" not in text:
        return False
    return any(
        letter == "\ufffd" or (letter not in "\n\r\t" and unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn"))
        for letter in set(text)
    )


def _matches(
    scans: dict[int, Scan], offset: int, rules: Rules, question: str | None, *, fickle: bool
) -> Iterator[tuple[Because, bool]]:
    """Each rule that the text matches, and whether it gives way to everyday talk."""
    for number, scan in scans.items():
        language = rules.languages[number]
        asked = language.asked.get(question) if question is not None else None
        for index in (language.raising, asked) if asked else (language.raising,):
            for rule, start, end in index.matches(scan, fickle=fickle):
                name = f"{language.language}/{rule.name}"
                yield Because(name, rule.urgency, rule.reason, start + offset, end + offset), rule.weak


def _routine(text: str, raws: list[Raw], scans: dict[int, Scan], rules: Rules, question: str | None) -> Because:
    """Why the text is routine, or that nobody understood it."""
    if _is_neutral(raws, rules):
        return _whole(text, "routine/any_language", Urgency.ROUTINE, "an answer that is the same in every language")
    for number, scan in scans.items():
        language = rules.languages[number]
        if language.everyday.understands(scan):
            if question in language.asked:
                return _whole(text, "asked", Urgency.SOON, "own words at a question about safety")
            if language.reviewed_by or rules.trust_unreviewed:
                name = f"{language.language}/routine"
                return _whole(text, name, Urgency.ROUTINE, "understood whole, as everyday talk")
            reason = "looks like everyday talk, but no native reader has checked this language's rules"
            return _whole(text, f"{language.language}/unreviewed", Urgency.SOON, reason)
    return _whole(text, "not_understood", Urgency.SOON, "not understood by the rules")


def _is_neutral(raws: list[Raw], rules: Rules) -> bool:
    """Digits, 👌 and ok: understood in any language, whether or not it has rules."""
    if not raws or len(raws) > urgency_everyday.LONGEST:
        return False
    if len(raws) == 1 and raws[0].word.isdecimal():
        return len(raws[0].word) <= LONGEST_NUMBER
    return all(raw.word in rules.anywhere for raw in raws)
