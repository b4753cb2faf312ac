"""What a file of translations says, text by text: a spreadsheet or a catalog, whichever program saved it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from service.core.flow_fields import did_you_mean
from service.core.language_codes import tidy
from service.core.model import Problem
from service.languages.catalogs import messages_of, read_catalog
from service.languages.plurals import written_rule
from service.languages.sources import Source, forms_in
from service.usecases.translating import sheet as sheets
from service.usecases.translating.rows import State, form_label
from service.usecases.translating.work import Work

_FORM: Final = re.compile(r"\[(\d{1,2})\]")
_LANGUAGE: Final = re.compile(rb'^"Language: *([\w-]+)', re.MULTILINE)


@dataclass(slots=True)
class Written:
    """What a file says of one text. `forms`: by their place; `state`: None where the file does not say."""

    line: int
    context: str
    english: set[str]
    forms: dict[int, str]
    state: State | None
    rows: dict[int, int] = field(default_factory=dict)  # of each form, where it has one of its own

    def row(self, form: int) -> int:
        """Where a form stands."""
        return self.rows.get(form, self.line)


def read_file(work: Work, file: Path, problems: list[Problem]) -> Iterator[Written]:
    """What a .xlsx or .po says of each text; what can't be read of it is added to the problems."""
    if file.suffix.casefold() == ".po":
        yield from _read_catalog(work, file, problems)
    elif file.suffix.casefold() == ".xlsx":
        yield from _read_sheet(work, file, problems)
    else:
        problems.append(Problem(file.name, 1, "this reads .xlsx and .po; save the file as one of the two"))


def _read_catalog(work: Work, file: Path, problems: list[Problem]) -> Iterator[Written]:
    data = file.read_bytes()
    catalog, found = read_catalog(data, file.name)
    problems += found
    language = _LANGUAGE.search(data)
    if language is not None and _is_of_another(work, language[1].decode(), file, problems):
        return
    counted = any(message.id and message.pluralizable for message in catalog)
    if counted and written_rule(catalog.plural_forms).places != work.rule.places:
        line = data.partition(b"Plural-Forms")[0].count(b"\n") + 1
        problems.append(Problem(file.name, line, f"Plural-Forms is another here; write {work.rule.text}"))
        return
    for context, message in messages_of(catalog).items():
        entry: Mapping[str, Any] = message
        english = {str(entry[key]).strip() for key in ("english", "plural") if key in entry}
        state = None if entry["fuzzy"] or not any(forms_in(entry)) else State.CHECKED
        yield Written(int(entry["line"]), context, english, dict(enumerate(forms_in(entry))), state)


def _read_sheet(work: Work, file: Path, problems: list[Problem]) -> Iterator[Written]:
    try:
        title, lines = sheets.read_sheet(file)
    except sheets.NoSheet as error:
        problems.append(Problem(file.name, 1, str(error)))
        return
    if _is_of_another(work, title, file, problems):
        return
    found: dict[str, Written] = {}
    for line in lines:
        if fault := _take_line(work, line, found):
            problems.append(Problem(file.name, line.number, fault, line.cells.get(sheets.CONTEXT, "")))
    yield from found.values()


def _is_of_another(work: Work, code: str, file: Path, problems: list[Problem]) -> bool:
    """Whether a file says that it is another language of this home; a name that is none says nothing."""
    others = {tidy(one) for one in work.languages.codes if one != work.code}
    if tidy(code) not in others:
        return False
    right = f"alongside translate import {tidy(code)} {file.name}"
    problems.append(Problem(file.name, 1, f"this is {tidy(code)}, and not {work.code}; write {right}"))
    return True


def _take_line(work: Work, line: sheets.Line, found: dict[str, Written]) -> str | None:
    """Adds a row to what is found; what is wrong with it if it can't be added."""
    for head in (sheets.CONTEXT, sheets.FORM, sheets.ENGLISH, sheets.TRANSLATION, sheets.STATE):
        if head in line.odd:
            return f"{head} {line.odd[head]}; make the cell text, and write the words again"
    context, said = line.cells.get(sheets.CONTEXT, ""), line.cells.get(sheets.STATE, "").casefold()
    form = _form(work.sources.get(context), line.cells.get(sheets.FORM, ""), work.rule.count)
    if form is None:
        return f"form is none of {_forms(work)}; write which of them this is"
    if said and said not in set(State):
        return f"state is {said}; {did_you_mean(said, list(State))}"
    one = found.setdefault(context, Written(line.number, context, set(), {}, State.CHECKED))
    if form in one.forms:
        return f"this text stands here again (first in row {one.line}); keep one of the rows"
    one.english.add(line.cells.get(sheets.ENGLISH, ""))
    one.forms[form], one.rows[form] = line.cells.get(sheets.TRANSLATION, ""), line.number
    if said != State.CHECKED:  # a text is checked when all of its forms are
        one.state = State(said) if said else None
    return None


def _form(source: Source | None, written: str, count: int) -> int | None:
    if source is None or source.plural is None:
        return 0
    match = _FORM.match(written)
    return int(match[1]) if match and int(match[1]) < count else None


def _forms(work: Work) -> str:
    return ", ".join(form_label(work, place) for place in range(work.rule.count))
