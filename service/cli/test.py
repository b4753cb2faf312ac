"""Run the checks and the tests: all of them, `fast` ones, or those that pytest's arguments name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import click

from service.settings import PROJECT

CHECKS = {
    "ruff": ("-m", "ruff", "check", "."),
    "mypy": ("-m", "mypy"),
    "import rules": ("-c", "from importlinter.cli import lint_imports_command as check; check()"),
}
NEEDS = ("tests.support.chromium", "tests.support.postgres")
"""Programs that make sure of what the tests need and no wheel brings everywhere."""
IN_PARALLEL = ("-n", "2", "--dist", "loadfile")
SLOW = ("tests/shell", "tests/simulator", "tests/bench", "tests/web")
FAST = ("-m", "not journey and not browser", "--databases", "sqlite", *(f"--ignore={folder}" for folder in SLOW))


@click.command("test", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Without arguments: every check, then every test. `fast`: ruff, and what takes no browser, journey or PostgreSQL.

    Anything else goes to pytest as it is, without the checks. Exits with the worst code of all.
    """
    if arguments[:1] == ("fast",):
        worst = max(check(["ruff"]), pytest((*IN_PARALLEL, *FAST, *arguments[1:])))
    elif arguments:
        worst = pytest(arguments)
    else:
        worst = max(check(list(CHECKS)), ensure_needs(), pytest(IN_PARALLEL))
    sys.exit(worst)


def check(names: list[str]) -> int:
    """Run the named checks side by side, show what each found, and return the worst code."""
    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(_check, names))


def ensure_needs() -> int:
    """Find or install what the tests need; where that can't be done, say what to do, which fails only under CI=true."""
    codes = [python("-m", need).returncode for need in NEEDS]
    return max(codes) if os.environ.get("CI") == "true" else 0


def pytest(arguments: tuple[str, ...]) -> int:
    """Run pytest from the project's folder; its closing line is the last thing said."""
    code = python("-m", "pytest", *arguments).returncode
    return code if code >= 0 else 128 - code


def python(*argv: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run this Python in the project's folder."""
    return subprocess.run((sys.executable, *argv), cwd=PROJECT, capture_output=capture, text=True)


def _check(name: str) -> int:
    began = time.monotonic()
    done = python(*CHECKS[name], capture=True)
    verdict = "found nothing" if done.returncode == 0 else "FAILED"
    said = "" if done.returncode == 0 else f"\n{done.stdout}{done.stderr}"
    click.echo(f"{name}: {verdict} ({time.monotonic() - began:.1f} s){said}")
    return abs(done.returncode)
