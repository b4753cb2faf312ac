"""A running service for each file of journeys: real processes, a stand-in carrier, the example team with phones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.cli import _cast
from service.cli._stage import Stage
from service.cli._stage import stage as start_stage
from tests.journeys.team import PASSWORD, StartStage
from tests.support.stage_phones import StagePhones


@pytest.fixture(scope="module")
def stage_with_team(tmp_path_factory: pytest.TempPathFactory) -> StartStage:
    """Starts a stage on fresh data, in working hours, with phones and passwords for the team."""

    @contextmanager
    def start(**more: Any) -> Iterator[Stage]:
        data: Path = tmp_path_factory.mktemp("stage") / "data"
        with start_stage(data, **more) as running:
            _cast.hire(running, PASSWORD)
            _cast.at_a_decent_hour(running)
            yield running

    return start


@pytest.fixture(scope="module")
def stage(stage_with_team: StartStage) -> Iterator[Stage]:
    """One stage for the tests of a file; each leaves nothing open behind it."""
    with stage_with_team() as running:
        yield running


@pytest.fixture
def phones(stage: Stage) -> Iterator[StagePhones]:
    """The phones of one test; at its end each has heard what it expected, and nothing else."""
    found = StagePhones(stage)
    yield found
    stage.carrier.clear_faults()
    found.close()
