"""The folder that coordinators edit, read once into one plain snapshot, with everything wrong in it named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from service.core.model import Problem
from service.core.urgency_file import RuleProblems, read_rules
from service.languages.catalogs import decode, messages_of, read_catalog
from service.languages.language import SOURCE
from service.languages.settings import read_settings, shared_words

CATALOG = "LC_MESSAGES/messages.po"


def read_home(path: Path) -> dict[str, object]:
    """What a release holds, as JSON values: `flows`, `stories` and `config` (file → text), `languages`, `problems`."""
    problems: list[Problem] = []
    flows = dict(_texts(path, "flows", problems))
    stories = {file: text for file, text in flows.items() if file.endswith(".stories.yml")}
    snapshot: dict[str, object] = {
        "flows": {file: text for file, text in flows.items() if file not in stories},
        "stories": stories,
        "config": dict(_texts(path, "config", problems)),
        "languages": _languages(path, problems),
    }
    snapshot["problems"] = [
        {"file": one.file, "line": one.line, "message": one.message, "piece": one.piece} for one in problems
    ]
    return snapshot


def language_folders(path: Path) -> list[Path]:
    """The folders of `locales/` that hold a language, English first."""
    folders = [folder for folder in (path / "locales").glob("*") if folder.is_dir() and not folder.name.startswith(".")]
    return sorted(folders, key=lambda folder: (folder.name != SOURCE, folder.name))


def _languages(path: Path, problems: list[Problem]) -> dict[str, object]:
    languages: dict[str, object] = {}
    settings_by_file = {}
    for folder in language_folders(path):
        text = _text(path, folder / "language.yml", problems)
        file = _named(path, folder / "language.yml")
        settings, found = read_settings(text, file, may_lack_words=folder.name != SOURCE) if text else ({}, [])
        problems += found
        settings_by_file[file] = settings
        languages[folder.name] = {
            "settings": settings,
            "urgency": _urgency(path, folder / "urgency.yml", problems),
            **({"messages": {}} if folder.name == SOURCE else _messages(path, folder / CATALOG, problems)),
        }
    problems += shared_words(settings_by_file)
    return languages


def _messages(path: Path, file: Path, problems: list[Problem]) -> dict[str, object]:
    if not file.exists():
        problems.append(Problem(_named(path, file), 1, "the file is missing; run alongside translate update"))
        return {"messages": {}}
    catalog, found = read_catalog(file.read_bytes(), _named(path, file))
    problems += found
    return {"messages": dict(messages_of(catalog)), "plurals": catalog.plural_forms}


def _urgency(path: Path, file: Path, problems: list[Problem]) -> dict[str, object]:
    """Rules as plain values; a language may have none yet, then every free text of it is `soon` at least."""
    if not file.exists():
        return {}
    text = _text(path, file, problems)
    try:
        rules = read_rules(text, _named(path, file)) if text else {}
    except RuleProblems as error:
        problems += error.problems
        return {}
    return dict(json.loads(json.dumps(rules, default=str)))


def _texts(path: Path, folder: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for file in sorted((path / folder).glob("*.yml")):
        text = _text(path, file, problems)
        if text:
            yield _named(path, file), text


def _text(path: Path, file: Path, problems: list[Problem]) -> str:
    try:
        text, found = decode(file.read_bytes(), _named(path, file))
    except FileNotFoundError:
        problems.append(Problem(_named(path, file), 1, "the file is missing; copy it from locales/en and translate it"))
        return ""
    if not found and not text.strip():
        found = [Problem(_named(path, file), 1, "the file is empty; write it, or delete it")]
    problems += found
    return text.strip() and text


def _named(path: Path, file: Path) -> str:
    return file.relative_to(path).as_posix()
