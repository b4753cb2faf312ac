"""Finding a Chromium that runs. As a program it makes sure that there is one, installing Debian's where it may."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.install import apt_get

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
WHAT_TO_DO = (
    "no Chromium runs on this machine: install it (Debian: sudo apt-get install chromium; macOS: brew install chromium)"
    ", or without root: .venv/bin/python -m playwright install chromium"
)


class Missing(Exception):
    """There is no Chromium to run; the message says what to do."""


def find() -> Path:
    """The program; each candidate is run, since a stub that only offers to install one is found as well."""
    for candidate in _candidates():
        if _runs(candidate):
            return candidate
    raise Missing(WHAT_TO_DO)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from (Path(place) for place in PLACES if Path(place).exists())
    for cache in CACHES:
        yield from sorted((Path.home() / cache).glob("chromium*/**/chrome"), reverse=True)
        yield from sorted((Path.home() / cache).glob("chromium*/**/*headless*shell"), reverse=True)


def _runs(program: Path) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and ("Chrom" in done.stdout)


def _download() -> bool:
    print("Fetching Playwright's Chromium, which needs no root …", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=300).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    try:
        print(f"Chromium: {find()}")
    except Missing:
        if not (apt_get("chromium") or _download()):
            sys.exit(WHAT_TO_DO)
        print(f"Chromium: {find()}")
