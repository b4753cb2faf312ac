"""The command line. Each command is a module here of the same name; one that is broken breaks no other."""

from __future__ import annotations

import ast
import importlib
from keyword import iskeyword
from pathlib import Path

import click


class Commands(click.Group):
    """Finds commands by their files and imports only the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the name is click's
        """Every module beside this one."""
        return sorted(_command_name(path) for path in Path(__file__).parent.glob("[!_]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The click command that a module keeps under its own name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{_module(cmd_name)}")
        for value in vars(module).values():
            if isinstance(value, click.Command) and value.name == cmd_name:
                return value
        raise click.ClickException(f"{module.__name__} has no click command named {cmd_name!r}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the first line of their modules, without importing any."""
        rows = [(name, _first_line(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Alongside asks people how things are, and makes sure that what they answer reaches a person."""


def _command_name(path: Path) -> str:
    """`try_.py` holds `try`, which no module can be called."""
    return path.stem.rstrip("_").replace("_", "-")


def _module(name: str) -> str:
    module = name.replace("-", "_")
    return f"{module}_" if iskeyword(module) else module


def _first_line(name: str) -> str:
    source = (Path(__file__).parent / f"{_module(name)}.py").read_text(encoding="utf-8")
    try:
        return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
    except SyntaxError:
        return "(its file can't be read)"
