"""Stages to rehearse on: the home that ships, and a small one of our own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service.cli.story import stage_of
from service.languages import read_home
from service.usecases.rehearsal import Stage
from service.usecases.releases import build
from tests.rehearsal.cases import TODAY, own_stage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shipped() -> Stage:
    """What ships."""
    return stage_of(build(read_home(ROOT), date(2026, 11, 24)))


@pytest.fixture(scope="session")
def stage() -> Stage:
    """A flow of our own, with rules short enough to know."""
    assert date(2026, 11, 24) == TODAY
    return own_stage()
