"""Each measurement runs, in a tiny size, and says what it found in the shape that is promised. No time is asserted."""

from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner

import bench
from bench.figures import Figures, percentile
from service.cli.bench import command
from tests.support import postgres

PROMISED = {"name", "ours", "floor", "ratio", "unit"}


def run(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(command, [*arguments, "--small", "--json"])
    assert result.exit_code == 0, result.output + repr(result.exception)
    found = json.loads(result.stdout.splitlines()[-1])
    assert found.keys() >= PROMISED
    return dict(found)


@pytest.mark.journey
def test_the_webhook_is_measured_on_both_databases_and_every_text_is_kept() -> None:
    found = run("webhook")
    on = found["on"]
    assert isinstance(on, dict)
    for database, sides in on.items():
        if "missing" in sides:
            assert database == "postgresql"
            with pytest.raises(postgres.Missing):
                postgres.find()
            continue
        assert sides["ours"]["not_200"] == 0
        assert sides["floor"]["not_200"] == 0
        assert sides["ours"]["rate"] > 0


@pytest.mark.journey
def test_every_urgent_text_of_the_page_measurement_brings_its_page() -> None:
    found = run("page")
    for when in ("idle", "loaded"):
        side = found[when]
        assert isinstance(side, dict)
        assert side["paged"] == side["urgent"] > 0


@pytest.mark.journey
def test_the_start_is_measured_with_the_memory_of_every_process() -> None:
    memory = run("start")["memory"]
    assert isinstance(memory, dict)
    assert {"web", "worker", "clock"} <= memory.keys()
    assert all(one["rss_mb"] > 0 for one in memory.values())


def test_a_turn_is_measured_with_its_growth_and_the_loading_of_many_flows() -> None:
    found = run("turn")
    assert found["unit"] == "µs"
    grown, loading = found["grown"], found["loading"]
    assert isinstance(grown, dict)
    assert isinstance(loading, dict)
    assert grown["us"] > 0
    assert loading["languages"] == 12
    assert loading["s"] > 0


def test_without_a_name_every_measurement_is_listed() -> None:
    listed = CliRunner().invoke(command, []).output
    assert all(name in listed for name in bench.NAMES)


def test_an_unknown_name_is_told_which_there_are() -> None:
    result = CliRunner().invoke(command, ["speed"])
    assert result.exit_code == 2
    assert "webhook" in result.output


@pytest.mark.parametrize(("share", "found"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4)])
def test_a_percentile_is_the_nearest_rank(share: float, found: float) -> None:
    assert percentile([3, 1, 4, 2], share) == found


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_the_ratio_is_ours_by_the_floor() -> None:
    found = json.loads(Figures("x", 5, 10, "requests/s", {"on": {}}).as_json())
    assert (found["ratio"], found["on"]) == (0.5, {})
