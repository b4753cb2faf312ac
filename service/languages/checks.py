"""What is wrong with the translations of a release, and what they still lack, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from service.core.flow_variables import COUNTS
from service.core.keywords import CARRIER_WORDS
from service.core.model import Problem
from service.core.phrases import placeholders
from service.languages.collisions import collisions
from service.languages.home import CATALOG
from service.languages.language import SOURCE
from service.languages.plurals import PluralRule
from service.languages.settings import WORDS_NEEDED, strings
from service.languages.sources import Source, forms_in, languages_of, mapping, messages_in, rule_in, sources_of

_LINK = re.compile(r"https?:|www\.|\w\.(?:com|org|net|info|uk|io|me|ly|gov|eu|app|es|pk)\b", re.IGNORECASE)
_SHOUTED = re.compile(rf"\b(?:{'|'.join(sorted(CARRIER_WORDS)).upper()})\b")
_STRAY_BRACE = re.compile(r"[{}]")
_FILLED = re.compile(r"\{[\w.]+\}")


def catalog_problems(snapshot: Mapping[str, object]) -> tuple[Problem, ...]:
    """Everything that stops a release: files that can't be read, and translations that would say something else."""
    found = [_problem(one) for one in _list(snapshot.get("problems"))]
    for file, rule, messages, sources in _catalogs(snapshot):
        for source in sources:
            message = messages.get(source.context, {})
            if source.is_translated_by(message):
                faults = translation_faults(source, forms_in(message), rule)
                found += [Problem(file, _line(message), fault, source.context) for fault in faults]
    return (*found, *collisions(snapshot))


def unfinished(snapshot: Mapping[str, object]) -> tuple[Problem, ...]:
    """What keeps a release in trial mode: words without a translation, in doubt, or without a named reader."""
    found: list[Problem] = []
    for code, language in languages_of(snapshot).items():
        found += _unfinished_settings(f"locales/{code}/language.yml", mapping(language.get("settings")))
    for file, rule, messages, sources in _catalogs(snapshot):
        for source in sources:
            message = messages.get(source.context, {})
            if lack := _lack(message, source, rule):
                found.append(Problem(file, _line(message), lack, source.context))
    return tuple(found)


def translation_faults(source: Source, forms: Sequence[str], rule: PluralRule) -> Iterator[str]:
    """What is wrong in a translation, in each form that is written; nothing where none is."""
    for place, form in enumerate(forms):
        if not form:
            continue
        may_lack = _braces_of_number(source) if source.plural and rule.may_leave_number_out(place) else frozenset()
        for fault in _faults(form, source.forms[-1], may_lack):
            yield f"msgstr[{place}], for {rule.said_for(place)}: {fault}" if source.plural else fault


def _unfinished_settings(file: str, settings: Mapping[str, object]) -> Iterator[Problem]:
    if not settings.get("reviewer"):
        unread = "nobody has checked this language; write who did under reviewer, and when under reviewed_on"
        yield Problem(file, 1, unread)
    for key in WORDS_NEEDED:
        if settings and not strings(settings, key):
            yield Problem(file, 1, f"there are no words for {key} yet; write how people who speak it would say that", key)


def _braces_of_number(source: Source) -> frozenset[str]:
    """The variable of the number that decides the form."""
    braces = placeholders(source.plural or "")
    return frozenset(one for one in braces if one in COUNTS or one.startswith("answer."))


def _faults(text: str, english: str, may_lack: frozenset[str]) -> Iterator[str]:
    lost, odd = placeholders(english) - placeholders(text) - may_lack, placeholders(text) - placeholders(english)
    if lost:
        yield f"the English has {_braces(lost)} and this has not; write {_braces(lost)} where it belongs"
    if odd:
        yield f"{_braces(odd)} is not in the English; leave it out, or write it as the English does"
    if _STRAY_BRACE.search(_FILLED.sub("", text)):
        yield "a { or } has no partner; write a variable such as {name}, or leave it out"
    if link := _LINK.search(text):
        yield f"“{link[0]}” looks like a link; people without internet cannot follow it, say it in words"
    if shouted := _SHOUTED.search(text):
        yield f"carriers act on “{shouted[0]}” by themselves, so no text may ask for it; say it in another way"


def _lack(message: Mapping[str, object], source: Source, rule: PluralRule) -> str | None:
    if message and not source.is_translated_by(message):
        return "the English has changed since; run alongside translate update, then look at the translation"
    forms = forms_in(message)
    if not any(forms):
        return "there is no translation yet; write it between the quotes of msgstr"
    if missing := [place for place in range(rule.count) if source.plural and not "".join(forms[place : place + 1])]:
        which = ", ".join(f"msgstr[{place}] (for {rule.said_for(place)})" for place in missing)
        return f"there is no translation yet of every form; write {which}"
    if message.get("fuzzy"):
        return "no native reader has checked this; when one has, take out the word fuzzy above it"
    return None


def _catalogs(
    snapshot: Mapping[str, object],
) -> Iterator[tuple[str, PluralRule, Mapping[str, Mapping[str, object]], Collection[Source]]]:
    """Each translated language: its file, its rule for numbers, its messages by context, and the English."""
    sources = sources_of(snapshot).values()
    for code, language in languages_of(snapshot).items():
        if code != SOURCE:
            yield f"locales/{code}/{CATALOG}", rule_in(code, language), messages_in(language), sources


def _list(value: object) -> list[Mapping[str, object]]:
    return [mapping(one) for one in value] if isinstance(value, list | tuple) else []


def _problem(one: Mapping[str, object]) -> Problem:
    return Problem(str(one["file"]), int(str(one["line"])), str(one["message"]), str(one.get("piece", "")))


def _line(message: Mapping[str, object]) -> int:
    return int(str(message.get("line", 1)))


def _braces(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
