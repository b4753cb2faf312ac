"""Bring words to translators, and translations back; begin a new language."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click

from service.cli._home import HOME
from service.core.model import Problem
from service.languages import read_home, unfinished
from service.languages.adding import TO_FILL, CannotAdd, add_language
from service.languages.update import CannotUpdate, catalog_bytes, update_catalogs, write_whole
from service.usecases import translating

_LONGEST_NAME = 100  # characters


@click.group("translate")
def command() -> None:
    """The words of the service and of its flows, in every language of locales/."""


@command.command("update")
@HOME
def update(home: Path) -> None:
    """Write locales/messages.pot from the flows, and bring every messages.po up to it. No translation is ever lost."""
    try:
        catalogs = update_catalogs(home)
    except CannotUpdate as broken:
        _refuse(broken.problems, "Nothing was written. Put this right, then run it again.")
    for one in catalogs:
        click.echo(f"{one.code}: {one.texts} texts, {one.untranslated} to translate, {one.fuzzy} to check (fuzzy)")
    _show_first(home)


@command.command("add")
@click.argument("language")
@HOME
def add(language: str, home: Path) -> None:
    """Begin LANGUAGE, a code such as so or ur-Latn: makes its folder, with a mark wherever a person must write."""
    try:
        added = add_language(home, language)
    except CannotAdd as error:
        said = str(error)
        _refuse((said[0].upper() + said[1:],), "Nothing was written.")
    except CannotUpdate as broken:
        _refuse(broken.problems, "Nothing was written. Put this right, then run it again.")
    folder = f"locales/{added.code}"
    click.echo(f"{folder}/ is made: {added.name}, with {added.texts} texts to translate. Until then English is said.")
    click.echo(f"  1. In {folder}/language.yml, write what is missing where it says {TO_FILL}")
    click.echo(f"  2. alongside translate export {added.code}, for the person who translates it; then translate import")
    click.echo(
        f"  3. {folder}/urgency.yml is not there yet: all free text in {added.name} waits for a person as soon at least,"
    )
    click.echo("     until a native reader has written it with a trained worker.")


@command.command("export")
@click.argument("language")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A .xlsx or .po; without it, LANGUAGE.xlsx here."
)
@HOME
def export(language: str, out: Path | None, home: Path) -> None:
    """Write LANGUAGE for the people who translate and check it, with its conversations as a page beside it."""
    work = _opened(home, language)
    path = out or Path(f"{work.code}.xlsx")
    if path.suffix.casefold() not in (".xlsx", ".po"):
        _refuse((f"{path.name}: write a name that ends in .xlsx or .po.",))
    told = translating.conversations(work, _today())
    page = path.with_name(f"{work.code}-conversations.html")
    try:
        if path.suffix.casefold() == ".po":
            write_whole(path, catalog_bytes(work.catalog, work.code))
        else:
            rows = translating.rows_of(work, told)
            translating.write_sheet(path, rows, work.code, work.languages.direction(work.code))
        write_whole(page, translating.conversations_page(work, told).encode())
    except OSError as error:
        _refuse((f"{error.filename or path} cannot be written: {error.strerror}.",))
    click.echo(f"{path}: {len(work.sources)} texts. When it comes back: alongside translate import {work.code} {path.name}")
    click.echo(f"{page}: the conversations, to read beside it in any browser.")


@command.command("import")
@click.argument("language")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reviewer", help="Who has checked what is marked as checked.")
@HOME
def import_(language: str, file: Path, reviewer: str | None, home: Path) -> None:
    """Take in what was translated and checked in FILE, a .xlsx or .po that was exported. All of it, or nothing."""
    work = _opened(home, language)
    try:
        changes = translating.read_changes(work, file)
    except translating.CannotImport as broken:
        _refuse(broken.problems, f"{_count(len(broken.problems), 'problem')}. Nothing was written.")
    today = _today()
    name = _reviewer(reviewer, changes.newly_checked)
    taken = translating.take(work, changes, name, today)
    checked = f", {taken.checked} checked by {name} on {today}" if taken.checked else ""
    click.echo(f"{work.code}: {_count(taken.changed, 'translation')} changed{checked}.")
    click.echo(f"  Left: {taken.to_do} to translate, {taken.to_check} to check.")


def _opened(home: Path, language: str) -> translating.Work:
    try:
        return translating.open_work(home, language, _today())
    except translating.CannotTranslate as error:
        _refuse(error.problems)


def _reviewer(given: str | None, newly_checked: int) -> str | None:
    """Who has checked; nobody need be named where nothing was."""
    if not newly_checked:
        return None
    if given is None and not _is_at_a_keyboard():
        said = f"{_count(newly_checked, 'text')} marked as checked: say by whom, with --reviewer NAME."
        _refuse((said,), "Nothing was written.")
    name = " ".join((given if given is not None else click.prompt("Who has checked these texts")).split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        _refuse(("The reviewer is a name, in one line.",), "Nothing was written.")
    return name


def _is_at_a_keyboard() -> bool:
    return sys.stdin.isatty()


def _refuse(problems: tuple[Problem | str, ...], closing: str = "") -> NoReturn:
    click.echo("\n".join(filter(None, (*map(str, problems), closing))), err=True)
    sys.exit(2)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _today() -> date:
    return datetime.now(UTC).date()


def _show_first(home: Path, most: int = 5) -> None:
    """The first few things to do; every one of them has its own line in the catalogs."""
    missing = [one for one in unfinished(read_home(home)) if "no translation" in one.message]
    for one in missing[:most]:
        click.echo(f"  {one}")
    if len(missing) > most:
        click.echo(f"  … and {len(missing) - most} more")
