"""Invite staff, list their accounts, reset a password, sign somebody out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from service.cli._deps import dependencies
from service.core.phone import BadPhone
from service.settings import load
from service.usecases import staff_accounts
from service.usecases.deps import Deps
from service.usecases.errors import UseCaseError
from service.usecases.passwords import SHORTEST, Passwords, TooBusy, WeakPassword


@click.group("staff")
def command() -> None:
    """Accounts of staff. Who they are and what they may do stands in config/team.yml."""


@command.command("invite")
@click.argument("handle")
@click.option("--phone", required=True, help="The number on which they are alerted. It is kept encrypted.")
def invite(handle: str, phone: str) -> None:
    """Keep the number of HANDLE (from config/team.yml) and print an address where they choose a password, once."""
    with _problems(), dependencies() as deps:
        token = staff_accounts.invite(deps, handle, phone, datetime.now(UTC))
        click.echo(f"Give this address to {handle}. It works once, within 24 hours:")
        click.echo(f"{load(os.environ).public_address}/join/{token}")


@command.command("password")
@click.argument("handle")
@click.password_option(prompt=f"New password ({SHORTEST} characters or more)", help="Asked for if it is not given.")
def password(handle: str, password: str) -> None:
    """Set a new password for HANDLE and sign them out everywhere."""
    with _problems(), dependencies() as deps:
        staff_accounts.reset_password(deps, Passwords(), handle, password, datetime.now(UTC))
        click.echo(f"The password of {handle} is set. They are signed out everywhere.")


@command.command("sign-out")
@click.argument("handle")
def sign_out(handle: str) -> None:
    """End every session of HANDLE: for a lost or stolen laptop."""
    with _problems(), dependencies() as deps:
        ended = staff_accounts.sign_out_everywhere(deps, handle, datetime.now(UTC))
        click.echo(f"{ended} session{'' if ended == 1 else 's'} ended.")


@command.command("list")
def list_staff() -> None:
    """Everybody in the team: handle, duties, and whether they have a number and a password. No numbers."""
    with _problems(), dependencies() as deps:
        for line in _lines(deps):
            click.echo(line)


def _lines(deps: Deps) -> Iterator[str]:
    found = staff_accounts.accounts(deps, datetime.now(UTC))
    width = max((len(one.staff_id) for one in found), default=0)
    for one in found:
        yield f"{one.staff_id:{width}}  {', '.join(one.duties) or '-'}; {_state(one)}"


def _state(one: staff_accounts.Account) -> str:
    said = ["has a number" if one.has_number else "NO NUMBER: can't be alerted"]
    if one.has_password:
        said.append("has a password")
    elif one.invited_until:
        said.append(f"invited until {one.invited_until:%Y-%m-%d %H:%M} UTC")
    else:
        said.append("no password: invite them")
    if not one.in_team:
        said.append("NOT IN config/team.yml: can't sign in")
    return ", ".join(said)


@contextmanager
def _problems() -> Iterator[None]:
    """What was asked for wrongly ends the command with a sentence and code 2."""
    try:
        yield
    except (UseCaseError, BadPhone, WeakPassword, TooBusy) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
