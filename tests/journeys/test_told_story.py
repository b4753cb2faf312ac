"""The told story over real processes, also with Redis stopped all along, and frozen all along."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.cli._stage import Stage
from service.settings import PROJECT
from tests.journeys.story import AGREED, NOOR, REPLY, tell
from tests.journeys.team import StartStage, frozen
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("told story")]

PAGED_WITHIN = 10.0  # seconds, on any machine that still works; the story's own word is two
ANSWERED_WITHIN = 2000  # ms for a webhook


@contextmanager
def _phones(stage: Stage) -> Iterator[StagePhones]:
    found = StagePhones(stage)
    yield found
    found.close()


def test_the_told_story(stage_with_team: StartStage, record_property: pytest.RecordProperty) -> None:
    with stage_with_team() as stage, _phones(stage) as phones:
        told = tell(stage, phones)
        record_property("seconds from her text to the page", round(told.paged_within, 2))
        assert told.paged_within < PAGED_WITHIN
        stage.moves_clock(days=1)
        stop = stage.deps.releases.current().languages.word("ur", "stop")
        told.noor.texts(stop)
        assert stage.deps.releases.current().languages.word("ur", "start") in told.noor.next()
        told.ben.hears("has stopped texts")
        page = told.desk.opens(told.page.address)
        assert "They stopped our texts" in page.text
        assert "You have it" in page.text, "her STOP closed what a person had promised"
        told.noor.texts(stop)
        told.noor.hears_nothing()
        assert "Stopped our texts" in told.desk.queue().text
        assert not [form for form in page.forms if form.action.endswith("/reply")]
        told.desk.resolves(page, AGREED)
        told.desk.close()


def test_a_stop_that_the_carrier_answers_itself_is_confirmed_once_too(stage_with_team: StartStage) -> None:
    with stage_with_team() as stage, _phones(stage) as phones:
        noor, _ = phones.participant(NOOR, "Noor", "en")
        noor.texts("STOP").hears("You have successfully been unsubscribed")
        noor.hears_nothing()
        noor.texts("START").hears("re-subscribed")
        noor.hears("We will text you again")


def test_redis_stopped_all_along(stage_with_team: StartStage, tmp_path: Path) -> None:
    with stage_with_team(more={"REDIS_URL": f"unix://{tmp_path}/nobody-listens.sock"}) as stage:
        assert "valkey" not in stage.supervisor.pids()
        _ends_well_without_redis(stage)


def test_redis_frozen_all_along(stage_with_team: StartStage) -> None:
    with stage_with_team() as stage, frozen(stage, "valkey"):
        _ends_well_without_redis(stage)


def test_the_demo_walks_through_the_story_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", "demo", "--walkthrough"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every line of the story happened." in done.stdout


def _ends_well_without_redis(stage: Stage) -> None:
    until(lambda: _says_degraded(stage), what="/health saying degraded")
    with _phones(stage) as phones:
        told = tell(stage, phones)
        told.desk.resolves(told.desk.opens(told.page.address), AGREED)
        told.desk.close()
        assert REPLY in stage.carrier.heard(NOOR)
    took = [event["took_ms"] for event in stage.carrier.ledger() if event["kind"] == "attempt"]
    assert max(took) < ANSWERED_WITHIN
    assert _says_degraded(stage)


def _says_degraded(stage: Stage) -> bool:
    health = stage.get("/health")
    return bool(health["status"] == "degraded" and any("Redis" in reason for reason in health["reasons"]))
