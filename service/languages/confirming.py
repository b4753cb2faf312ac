"""What a native reader must confirm in each language before it leaves trial mode: how much first, then each text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.core.model import Problem
from service.languages.checks import unfinished
from service.languages.home import CATALOG
from service.languages.language import SOURCE
from service.languages.sources import Source, forms_in, languages_of, mapping, messages_in, sources_of

_SHORT = 70  # characters


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """What is left in one language. `groups`: by flow, or `service` for the service's own words; `others`: its two files."""

    code: str
    name: str
    texts: int
    to_check: int
    to_do: int
    groups: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]

    @property
    def checked(self) -> int:
        """The texts that a native reader has found right."""
        return self.texts - self.to_check - self.to_do


def to_confirm(snapshot: Mapping[str, object]) -> list[ToConfirm]:
    """What is left in each language of a home, English first: its words for people to use the service are read too."""
    sources = sources_of(snapshot)
    problems = unfinished(snapshot)
    return [_one(code, language, sources, problems) for code, language in languages_of(snapshot).items()]


def counts(one: ToConfirm) -> str:
    """How much is left in one language, in a line."""
    if one.code == SOURCE:
        return f"{one.code}: written in flows/ and in the service itself"
    return f"{one.code}: {one.texts} texts, {one.checked} checked, {one.to_check} to check, {one.to_do} to translate"


def told(one: ToConfirm, *, each: bool) -> Iterator[str]:
    """One language in lines; with `each` every text, else how many there are in each flow."""
    yield f"{one.code}: {one.name}"
    for other in one.others:
        yield f"    {other}"
    for group, lines in one.groups.items():
        yield f"  {group}: {len(lines)}"
        yield from (f"    {line}" for line in lines if each)


def _one(
    code: str, language: Mapping[str, object], sources: Mapping[str, Source], problems: tuple[Problem, ...]
) -> ToConfirm:
    messages, file = messages_in(language), f"locales/{code}/{CATALOG}"
    lacking = {one.piece: one for one in problems if one.file == file}
    groups: dict[str, list[str]] = {}
    to_check = 0
    for context, problem in lacking.items():
        source, message = sources[context], messages.get(context, {})
        is_said = source.is_translated_by(message) and all(forms_in(message))
        to_check += is_said
        words = _shortened(" / ".join(forms_in(message))) if is_said else "to translate"
        line = f"{file}:{problem.line}: {context}: {_shortened(' / '.join(source.forms))} → {words}"
        groups.setdefault(context.partition("/")[0], []).append(line)
    settings = mapping(language.get("settings"))
    return ToConfirm(
        code=code,
        name=str(settings.get("name") or code),
        texts=0 if code == SOURCE else len(sources),
        to_check=to_check,
        to_do=len(lacking) - to_check,
        groups={group: tuple(lines) for group, lines in groups.items()},
        others=tuple(_others(code, language, problems)),
    )


def _others(code: str, language: Mapping[str, object], problems: tuple[Problem, ...]) -> Iterator[str]:
    yield from (str(one) for one in problems if one.file == f"locales/{code}/language.yml")
    rules = mapping(language.get("urgency"))
    file = f"locales/{code}/urgency.yml"
    if not rules:
        yield f"{file}: is not there, so that all free text waits for a person as soon at least; a native reader writes it"
    elif not rules.get("reviewed_by"):
        yield f"{file}: nobody has checked these rules; a native reader does, with a trained worker, and writes reviewed_by"


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rstrip()} …"
