"""Translations that come back: read whole, looked at whole, and only then written. Nothing is written on any problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from service.core.flow_fields import did_you_mean
from service.core.model import Problem
from service.core.text import parts
from service.languages.catalogs import decode
from service.languages.checks import translation_faults
from service.languages.collisions import collisions
from service.languages.home import CATALOG
from service.languages.reviewing import with_reviewer
from service.languages.sources import Source, forms_in
from service.languages.update import write_catalog, write_whole
from service.usecases.translating.examples import Examples, Sent, costly_letters
from service.usecases.translating.reading import Written, read_file
from service.usecases.translating.rows import State, form_label, state_of
from service.usecases.translating.work import Work

_MOST_PARTS: Final = 2
_SHORT: Final = 60  # characters


class CannotImport(Exception):
    """Rows that can't be taken; `problems` has each with its row and what to do. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one text."""

    line: int
    source: Source
    forms: tuple[str, ...]
    is_new: bool  # other words than before
    checked: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a file changes."""

    changes: tuple[Change, ...]
    newly_checked: int  # texts that nobody had checked before: whoever did has a name


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in, and what is left to do."""

    changed: int
    checked: int
    to_do: int
    to_check: int


def read_changes(work: Work, file: Path) -> Changes:
    """What a .xlsx or .po changes; CannotImport with everything that is wrong with it."""
    problems: list[Problem] = []
    written = list(read_file(work, file, problems))
    changes = [change for one in written if (change := _change(work, one, file.name, problems)) is not None]
    problems += _as_they_would_be(work, changes, file.name)
    if problems:
        raise CannotImport(sorted(set(problems), key=lambda one: one.line))
    newly = sum(one.checked and (one.is_new or _state(work, one.source) is not State.CHECKED) for one in changes)
    return Changes(tuple(changes), newly)


def take(work: Work, changes: Changes, reviewer: str | None, today: date) -> Taken:
    """Write the changes into messages.po, and who has checked what nobody had into language.yml."""
    by_context = {one.source.context: one for one in changes.changes}
    for message in work.catalog:
        change = by_context.get(message.context or "") if message.id else None
        if change is not None:
            message.string = change.forms if change.source.plural else change.forms[0]
            message.flags = message.flags - {"fuzzy"} if change.checked else message.flags | {"fuzzy"}
    folder = work.home / "locales" / work.code
    write_catalog(folder / CATALOG, work.catalog, work.code)
    if changes.newly_checked and reviewer:
        settings = folder / "language.yml"
        text, _ = decode(settings.read_bytes(), settings.name)
        write_whole(settings, with_reviewer(text, reviewer, today).encode())
    states = [_state(_changed(work, changes.changes), one) for one in work.sources.values()]
    new = sum(one.is_new for one in changes.changes)
    return Taken(new, changes.newly_checked, states.count(State.TO_DO), states.count(State.PLEASE_CHECK))


# Looking


def _change(work: Work, written: Written, file: str, problems: list[Problem]) -> Change | None:
    """What one text becomes; None where nothing about it changes, or something is wrong with it."""
    source = work.sources.get(written.context)
    if source is None:
        hint = did_you_mean(written.context, work.sources) if written.context else "leave the first column as it was"
        problems.append(Problem(file, written.line, f"there is no such text; {hint}", written.context))
        return None
    before = forms_in(work.messages[source.context])
    forms = tuple(written.forms.get(place, old) for place, old in enumerate(before))
    is_new, was_checked = forms != before, _state(work, source) is State.CHECKED
    checked = written.state is State.CHECKED
    doubted = was_checked and written.state in (State.PLEASE_CHECK, State.TO_DO)
    if not is_new and not doubted and (was_checked or not checked):
        return None
    faults = list(_faults(work, source, written, forms, before))
    problems += (Problem(file, row, fault, source.context) for row, fault in faults)
    return None if faults else Change(written.line, source, forms, is_new, checked)


def _faults(
    work: Work, source: Source, written: Written, forms: Sequence[str], before: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """What is wrong, each with its row."""
    if not written.english <= set(map(str.strip, source.forms)):
        now = _shortened(" / ".join(source.forms))
        yield written.line, f"the English has changed since, to “{now}”; export the language anew, and translate that"
    elif not any(forms):
        gone = "the translation is gone; write it, or take the row out"
        yield written.line, gone if any(before) else "nothing is translated; write it first"
    else:
        for place, form in enumerate(forms):
            if not form:
                yield written.row(place), f"the form {form_label(work, place)} is empty; write it too"
            alone = [form if other == place else "" for other in range(len(forms))]
            for fault in translation_faults(source, alone, work.rule):
                yield written.row(place), fault


def _as_they_would_be(work: Work, changes: Sequence[Change], file: str) -> Iterator[Problem]:
    """What is wrong only in what people get: too many parts, or an answer that means something else everywhere."""
    changed = _changed(work, changes)
    examples, before = Examples(changed), Examples(work)
    lines = {one.source.context: one.line for one in changes}
    for change in changes:
        sent = examples.sent(change.source) if change.is_new else None
        count = sent.parts.segments if sent is not None and sent.parts is not None else 0
        if sent is not None and count > max(_MOST_PARTS, _segments(before.sent(change.source))):
            yield Problem(file, change.line, _too_long(sent.words), change.source.context)
    if changes:
        for one in collisions(changed.snapshot):
            if one.piece in lines and one.file == f"locales/{work.code}/{CATALOG}":
                yield Problem(file, lines[one.piece], one.message, one.piece)


def _segments(sent: Sent) -> int:
    """How many parts it took so far: what was too long already, and is no longer now, is no fault of this file."""
    return sent.parts.segments if sent.parts is not None else 0


def _too_long(words: str) -> str:
    count = parts(words)
    letters = costly_letters(count)
    costly = f" because of {letters}" if letters else ""
    return (
        f"as it is sent this takes {count.segments} parts ({count.encoding}{costly}), and {_MOST_PARTS} are the most;"
        f" say it shorter: “{_shortened(words)}”"
    )


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rstrip()} …"


def _changed(work: Work, changes: Iterable[Change]) -> Work:
    """The language as it would be."""
    messages = dict(work.messages)
    for one in changes:
        context = one.source.context
        entry = {**messages[context], "english": one.source.english, "text": one.forms[-1], "fuzzy": not one.checked}
        messages[context] = entry | ({"forms": list(one.forms)} if one.source.plural else {})
    return work.with_messages(messages)


def _state(work: Work, source: Source) -> State:
    return state_of(source, work.messages[source.context])
