"""A flow with one of everything, and who walks through it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from service.cli.story import stage_of
from service.core.model import Channel
from service.core.story import Given, Story
from service.core.story_file import load_stories
from service.usecases.rehearsal import Rehearsal, Stage, scene_of
from service.usecases.releases import build
from tests.usecases.homes import home

HERE = Path(__file__).parent
TODAY = date(2026, 11, 24)  # a Tuesday


@cache
def own_stage() -> Stage:
    """The stage of `case.yml`."""
    return stage_of(build(home(case=(HERE / "case.yml").read_text("utf-8")), TODAY))


def stories_of(text: str) -> tuple[Story, ...]:
    """Stories of `case.yml`."""
    stage = own_stage()
    return load_stories(text, "flows/case.stories.yml", stage.flows["case"], tuple(stage.flows), stage.languages.codes)


def walk(channel: str = "sms", language: str = "en", flow: str = "case", **given: object) -> Rehearsal:
    """Somebody about to walk through it."""
    stage = own_stage()
    scene = scene_of(stage, stage.flows[flow], Channel(channel), Given(**given), TODAY)  # type: ignore[arg-type]
    return Rehearsal(stage, scene, language)
