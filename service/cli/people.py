"""Invite participants, one by one or from a file, and list them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.progress import Progress
from sqlalchemy import select

from service.cli._deps import dependencies
from service.core.groups import EVERYONE, STAFF
from service.store.schema import contacts, participant_contacts, participants
from service.usecases import groups
from service.usecases.deps import Deps
from service.usecases.joining import Invitation, Invited, NotInvited, check, invite

COLUMNS = ("phone", "name", "language", "zone", "group")
_BIG = 20  # rows from which a progress bar is worth looking at


@click.group("people")
def command() -> None:
    """Participants. Nothing runs with anybody until they have said yes, by text."""


@command.command("add")
@click.argument("phone")
@click.option("--name", default="", help="What to call them.")
@click.option("--language", default="", help="Their language, if you know it: en, es, ur. Else they are asked.")
@click.option("--zone", default="", help="Their time zone, if it is not the service's: Europe/London.")
@click.option("--group", default="", help="A group of config/groups.yml; else they are in everyone.")
def add(phone: str, name: str, language: str, zone: str, group: str) -> None:
    """Invite one person by text."""
    with dependencies() as deps:
        try:
            invited = invite(deps, Invitation(phone, name, language, zone, group))
        except NotInvited as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            sys.exit(2)
        click.echo(_said(invited))
        click.echo(invited.participant_id)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_file(file: Path) -> None:
    """Invite everybody in a CSV file with the columns phone,name,language,zone,group (only phone must be there).

    Every row is checked before anybody is invited. The same file twice invites nobody twice.
    """
    rows = _rows(file)
    with dependencies() as deps:
        problems = [f"{file.name}:{line}: {problem}" for line, one in rows for problem in _problems(deps, one)]
        if problems:
            for problem in problems:
                click.echo(problem, err=True)
            click.echo(f"Nobody was invited: put these {len(problems)} right and run it again.", err=True)
            sys.exit(2)
        asked = again = 0
        with Progress(disable=len(rows) < _BIG or not sys.stderr.isatty(), transient=True) as progress:
            task = progress.add_task("Inviting", total=len(rows))
            for _, one in rows:
                invited = invite(deps, one)
                asked, again = asked + invited.asked, again + invited.again
                progress.advance(task)
        click.echo(f"{asked} invitations go out; {again} people were on the list already.")
        if left := len(rows) - asked:
            click.echo(f"{left} get none: they have answered before, have one open, or stopped our texts.")


@command.command("list")
def list_people() -> None:
    """Everybody on the list: their id, whether they have joined, language, group. No numbers and no names."""
    with dependencies() as deps, deps.database.read() as connection:
        query = (
            select(participants, contacts.c.language, contacts.c.opted_out_at)
            .join(participant_contacts, participant_contacts.c.participant_id == participants.c.id)
            .join(contacts, contacts.c.id == participant_contacts.c.contact_id)
            .where(participants.c.state != "staff")
            .order_by(participants.c.invited_at)
        )
        for row in connection.execute(query):
            state = "stopped texts" if row.opted_out_at else row.state
            group = STAFF if row.state == STAFF else row.group_name or EVERYONE
            click.echo(f"{row.id}  {state:13}  {row.language or '-':3}  {group}")


@command.command("group")
@click.argument("participant")
@click.argument("group")
def change_group(participant: str, group: str) -> None:
    """Move PARTICIPANT (an id from `alongside people list`) into GROUP, a group of config/groups.yml."""
    with dependencies() as deps:
        why_not = groups.move(deps, participant, group)
        if why_not:
            click.echo(why_not, err=True)
            sys.exit(2)
        click.echo(f"They are in {group} from now on; 'alongside schedule show {participant}' says what that means.")


def _said(invited: Invited) -> str:
    if invited.asked:
        return "Invited once more: they had not answered." if invited.again else "Invited."
    if invited.again:
        return "They are on the list already; nothing was sent."
    return "They are on the list, but nothing was sent: this number stopped our texts, or somebody is in touch with it."


def _problems(deps: Deps, one: Invitation) -> tuple[str, ...]:
    try:
        check(deps, one)
    except NotInvited as error:
        return error.problems
    return ()


def _rows(file: Path) -> list[tuple[int, Invitation]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: save it as UTF-8 (byte {error.start} is not)") from None
    reader = csv.DictReader(text.splitlines())
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    unknown = [name for name in names if name not in COLUMNS]
    if "phone" not in names or unknown:
        said = f"unknown columns: {', '.join(unknown)}; " if unknown else ""
        raise click.ClickException(f"{file.name}:1: {said}the first line must be {','.join(COLUMNS)}; phone must be there")
    reader.fieldnames = names
    return list(_invitations(reader))


def _invitations(reader: csv.DictReader[str]) -> Iterator[tuple[int, Invitation]]:
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if any(values.values()):
            yield reader.line_num, Invitation(**values)
