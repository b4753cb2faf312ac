"""Start everything on this machine, with phones on a page, and nothing else needed."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from service.cli import _cast
from service.cli._stage import NotReady, Stage, open_port, stage
from service.cli._walkthrough import walk
from service.cli.run import AlreadyRunning, only_one
from service.settings import PROJECT, SettingsError
from service.usecases.publishing import HomeProblems

WEB_PORT, SIMULATOR_PORT = 8000, 8001
_WORDS = ("amber", "birch", "cedar", "dune", "ember", "fern", "grove", "heath", "iris", "juniper", "kelp", "larch")


@click.command("demo")
@click.option("--walkthrough", is_flag=True, help="Run the told story by itself, print it, and stop.")
def command(walkthrough: bool) -> None:
    """Start web, worker, clock, Valkey and a stand-in carrier with phones, on fresh data. Ctrl-C stops everything.

    Nothing leaves this machine. With --walkthrough the exit code is 0 only if every line of the story happened.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="alongside-demo-") as scratch:
        data = Path(scratch) if walkthrough else _folder(Path(scratch))
        port, phones = (0, 0) if walkthrough else (open_port(WEB_PORT), open_port(SIMULATOR_PORT))
        try:
            with only_one(data), stage(data / "service", say=_quiet(console), port=port, simulator_port=phones) as house:
                if walkthrough:
                    sys.exit(_walk(console, house))
                _show(console, house)
        except HomeProblems as error:
            console.print(str(error), markup=False)
            sys.exit(2)
        except (NotReady, SettingsError, AlreadyRunning, _cast.NothingCame) as error:
            console.print(f"[bold]The demo could not start:[/] {error}")
            sys.exit(1)


def _walk(console: Console, house: Stage) -> int:
    return walk(console, house)


def _show(console: Console, house: Stage) -> None:
    """Fill the house with people, say where it is, and keep it running until Ctrl-C."""
    password = "-".join(secrets.choice(_WORDS) for _ in range(4))
    for person in _cast.PARTICIPANTS:
        house.carrier.phone(person.number, person.name, person.language, "participant")
    with console.status("Giving the team phones and passwords"):
        _cast.hire(house, password)
        _cast.at_a_decent_hour(house)
    for person in _cast.PARTICIPANTS:
        with console.status(f"Inviting {person.name} ({person.language}), who says yes, and asking how the week was"):
            _cast.check_in(house, _cast.join(house, person), person)
    console.print()
    console.print(f"  Open [bold]{house.settings.api_address}/[/]  phones and the staff inbox side by side")
    console.print(f"  Sign in as [bold]amina[/] or [bold]ben[/] with the password [bold]{password}[/]")
    console.print()
    console.print("  Text from a phone: 3, or words of your own. Urgent ones page Amina, then Ben.")
    console.print("  Trial mode: nothing leaves this machine. Ctrl-C stops everything.")
    house.supervisor.run()


def _folder(scratch: Path) -> Path:
    """Beside the script, so that one can look at it; elsewhere if that can't be written to."""
    wanted = PROJECT / ".demo"
    try:
        wanted.mkdir(mode=0o700, exist_ok=True)
        return wanted
    except OSError:
        return scratch


def _quiet(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(f"[dim]{line}[/]")
