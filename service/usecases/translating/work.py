"""One language of a home as it is now: its catalog brought up to the English, and everything that is said with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from service.core.config_file import ConfigProblems
from service.core.flow_fields import did_you_mean
from service.core.flow_file import FlowProblems
from service.core.language_codes import tidy
from service.core.model import Problem
from service.core.urgency import RuleProblems
from service.languages import Languages, read_home
from service.languages.catalogs import messages_of
from service.languages.language import SOURCE
from service.languages.plurals import PluralRule
from service.languages.sources import Source, rule_in, sources_of
from service.languages.update import CannotUpdate, current_catalog
from service.usecases.releases import Release, build


class CannotTranslate(Exception):
    """Something must be put right first; `problems` says what."""

    def __init__(self, problems: tuple[Problem | str, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Work:
    """What a translator works on. `snapshot` holds the catalog as it is here, which may be newer than its file."""

    home: Path
    code: str
    catalog: Catalog
    snapshot: dict[str, Any]
    sources: dict[str, Source]
    release: Release

    @property
    def languages(self) -> Languages:
        """All languages of the home."""
        return self.release.languages

    @property
    def messages(self) -> dict[str, dict[str, Any]]:
        """The entries of the catalog by context."""
        found: dict[str, dict[str, Any]] = self.snapshot["languages"][self.code]["messages"]
        return found

    @property
    def rule(self) -> PluralRule:
        """Which form goes with which number."""
        return rule_in(self.code, self.snapshot["languages"][self.code])

    def with_messages(self, messages: dict[str, dict[str, Any]]) -> Work:
        """The same with other translations."""
        snapshot = _with(self.snapshot, self.code, messages, self.catalog)
        return Work(self.home, self.code, self.catalog, snapshot, self.sources, _built(snapshot, self.release))


def open_work(home: Path, code: str, today: date) -> Work:
    """A language of a home; CannotTranslate if there is none, or a file of the home can't be read."""
    snapshot: dict[str, Any] = read_home(home)
    code = _code_in(snapshot, code)
    if not snapshot["languages"][code]["settings"]:
        raise CannotTranslate((f"locales/{code}/language.yml can't be read; run alongside check",))
    try:
        catalog = current_catalog(home, code)
        snapshot = _with(snapshot, code, messages_of(catalog), catalog)
        release = build(snapshot, today)
    except (CannotUpdate, FlowProblems, ConfigProblems, RuleProblems) as error:
        raise CannotTranslate(tuple(error.problems)) from error
    return Work(home, code, catalog, snapshot, sources_of(snapshot), release)


def _code_in(snapshot: dict[str, Any], code: str) -> str:
    """The language as its folder is named."""
    others: dict[str, str] = {tidy(one): one for one in snapshot["languages"] if one != SOURCE}
    if tidy(code) in others:
        return others[tidy(code)]
    hint = "English is written in flows/ and in the service" if tidy(code) == SOURCE else did_you_mean(tidy(code), others)
    raise CannotTranslate((f"There is no language {code} to translate into; {hint}",))


def _with(snapshot: dict[str, Any], code: str, messages: Any, catalog: Catalog) -> dict[str, Any]:
    languages = snapshot["languages"]
    changed = {**languages[code], "messages": messages, "plurals": catalog.plural_forms}
    return {**snapshot, "languages": {**languages, code: changed}}


def _built(snapshot: dict[str, Any], before: Release) -> Release:
    """The release with other words in it; flows and config are the same."""
    return Release(
        id=before.id,
        number=before.number,
        reviewed=before.reviewed,
        flows=before.flows,
        languages=Languages.from_snapshot(snapshot),
        config=before.config,
        rule_book=before.rule_book,
    )
