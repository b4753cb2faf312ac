"""Repeatable measurements, each against a named floor in the same run. `./alongside bench NAME` runs one."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

NAMES = ("webhook", "page", "start", "turn")


def measurement(name: str) -> ModuleType:
    """The module of a measurement: `run(say, small)` returns its Figures. ValueError: there is none of that name."""
    if name not in NAMES:
        raise ValueError(f"there is no measurement {name!r}: {', '.join(NAMES)}")
    return import_module(f"bench.{name}")
