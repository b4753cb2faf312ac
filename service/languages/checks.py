"""What is wrong with the translations of a release, and what they still lack, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service.core.flow_file import FlowProblems, load_flow
from service.core.keywords import CARRIER_WORDS
from service.core.model import Problem
from service.core.phrases import placeholders
from service.core.words import CONTEXT, SERVICE_WORDS
from service.languages.home import CATALOG, SOURCE

_LINK = re.compile(r"https?:|www\.|\w\.(?:com|org|net|info|uk|io|me|ly|gov|eu|app|es|pk)\b", re.IGNORECASE)
_SHOUTED = re.compile(rf"\b(?:{'|'.join(sorted(CARRIER_WORDS)).upper()})\b")
_STRAY_BRACE = re.compile(r"[{}]")
_FILLED = re.compile(r"\{[\w.]+\}")

_Message = Mapping[str, object]


def catalog_problems(snapshot: Mapping[str, object]) -> tuple[Problem, ...]:
    """Everything that stops a release: files that can't be read, and translations that would say something else."""
    found = [_problem(one) for one in _list(snapshot.get("problems"))]
    for file, messages, sources in _catalogs(snapshot):
        for context, english in sources.items():
            message = messages.get(context, {})
            if message.get("text") and message.get("english") == english:
                found += [Problem(file, _line(message), fault, context) for fault in _faults(message, english)]
    return tuple(found)


def unfinished(snapshot: Mapping[str, object]) -> tuple[Problem, ...]:
    """What keeps a release in trial mode: words without a translation, in doubt, or without a named reader."""
    found: list[Problem] = []
    for code, language in _languages(snapshot).items():
        if not _mapping(language.get("settings")).get("reviewer"):
            unread = "nobody has checked this language; write who did under reviewer, and when under reviewed_on"
            found.append(Problem(f"locales/{code}/language.yml", 1, unread))
    for file, messages, sources in _catalogs(snapshot):
        for context, english in sources.items():
            message = messages.get(context, {})
            lack = _lack(message, english)
            if lack:
                found.append(Problem(file, _line(message), lack, context))
    return tuple(found)


def _faults(message: _Message, english: str) -> Iterator[str]:
    text = str(message["text"])
    lost, odd = placeholders(english) - placeholders(text), placeholders(text) - placeholders(english)
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


def _lack(message: _Message, english: str) -> str | None:
    if message and message.get("english") != english:
        return "the English has changed since; run alongside translate update, then look at the translation"
    if not message.get("text"):
        return "there is no translation yet; write it between the quotes of msgstr"
    if message.get("fuzzy"):
        return "no native reader has checked this; when one has, take out the word fuzzy above it"
    return None


def _catalogs(snapshot: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, _Message], Mapping[str, str]]]:
    """Each translated language: its file, its messages by context, and the English by context."""
    sources = _sources(snapshot)
    for code, language in _languages(snapshot).items():
        if code != SOURCE:
            messages = {context: _mapping(one) for context, one in _mapping(language.get("messages")).items()}
            yield f"locales/{code}/{CATALOG}", messages, sources


def _sources(snapshot: Mapping[str, object]) -> dict[str, str]:
    """The English by context. A flow that can't be read has its own problems, and none here."""
    sources = {CONTEXT + key: english for key, english in SERVICE_WORDS.items()}
    for file, text in _mapping(snapshot.get("flows")).items():
        try:
            flow = load_flow(str(text), file)
        except FlowProblems:
            continue
        sources.update((one.context, one.english) for one in flow.texts())
    return sources


def _languages(snapshot: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    return {code: _mapping(language) for code, language in _mapping(snapshot.get("languages")).items()}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Mapping[str, object]]:
    return [_mapping(one) for one in value] if isinstance(value, list | tuple) else []


def _problem(one: Mapping[str, object]) -> Problem:
    return Problem(str(one["file"]), int(str(one["line"])), str(one["message"]), str(one.get("piece", "")))


def _line(message: _Message) -> int:
    return int(str(message.get("line", 1)))


def _braces(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
