"""A rehearsal is like the service itself: the same texts, in the same order, and the same things come of them.

Every story that goes by text, shipped or of our own flow, is also played through the use cases, over a real database
with a carrier in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from service.cli.story import stage_of
from service.core.model import Channel
from service.core.story import Story
from service.core.story_file import load_stories
from service.store.ids import new_id
from service.store.schema import checkins, consents, dues, events, notes, participants, promises, waves
from service.store.schema import contacts as contacts_table
from service.store.schema import participant_contacts as links
from service.usecases import colleagues, escalations, planning, preferences
from service.usecases.joining import Invitation, invite
from service.usecases.rehearsal import Outcome, Played, Rehearsal, Stage, play, scene_of
from service.usecases.rehearsal.stage import WELCOME
from service.usecases.releases import build
from service.usecases.starting import begin_now
from tests.support.house import AMINA, BEN, PARTICIPANT
from tests.usecases.homes import ALWAYS, NOBODY, Village, home

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TODAY = date(2026, 11, 24)
A_WHILE = timedelta(hours=1)


@cache
def the_stage() -> Stage:
    """What ships and the flow of our own, with the rules and the team of the tests."""
    return stage_of(build(_home(ALWAYS), TODAY))


def _home(rota: str) -> dict[str, Any]:
    flows = {file.stem: file.read_text("utf-8") for file in (ROOT / "flows").glob("*.yml") if "." not in file.stem}
    return home(rota=rota, groups=None, case=(HERE / "case.yml").read_text("utf-8"), **flows)


def by_text() -> Iterator[Story]:
    stage = the_stage()
    for file in (HERE / "true.stories.yml", *sorted((ROOT / "flows").glob("*.stories.yml"))):
        name = "case" if file.parent == HERE else file.name.removesuffix(".stories.yml")
        flow, text = stage.flows[name], file.read_text("utf-8")
        for story in load_stories(text, f"{name}.stories.yml", flow, tuple(stage.flows), stage.languages.codes):
            if story.channel in (None, Channel.SMS) and Channel.SMS in flow.channels:
                yield story


class Real:
    """One story in the service itself."""

    def __init__(self, story: Story, played: Played, folder: Path) -> None:
        self.story, self.played = story, played
        self.scene = scene_of(the_stage(), the_stage().flows[story.flow], Channel.SMS, story.given, TODAY)
        self.house = Village(f"sqlite:///{folder / 'test.sqlite'}", folder, now=self.scene.now)
        self.house.publish(_home(NOBODY if story.given.on_duty is False else ALWAYS))
        self.number = PARTICIPANT
        self.person = ""

    def begin(self) -> None:
        """The person, as the story gives them, and the check-in."""
        house, given = self.house, self.story.given
        walk = Rehearsal(the_stage(), self.scene, self.played.language)
        house.staff("amina", AMINA)
        house.staff("ben", BEN)
        if walk.present.person.state == "staff":
            colleagues.enrol(house.deps)
            self.number, self.person = BEN, self._of_ben()
        else:
            self.person = self._somebody(walk)
        for _ in range(given.ideas or 0):
            row = {"id": new_id(), "participant_id": self.person, "kind": "idea", "step": "idea", "at": self.scene.now}
            self._do(notes.insert(), [row])
        with house.database.write() as tx:
            for name, value in given.my.items():
                preferences.keep(house.deps, tx, self.person, name, value, self.scene.now)
        if walk.present.person.state == "invited":
            house.settle()
        else:
            assert begin_now(house.deps, self.person, self.story.flow) is None
            house.settle()
        if self.played.began_at is not None:
            self._move_to(walk, self.played.began_at)

    def _somebody(self, walk: Rehearsal) -> str:
        """Somebody whom the service may reach at any hour."""
        house, given, person = self.house, self.story.given, walk.present.person
        language = given.language if person.state == "invited" else self.played.language
        made = invite(house.deps, Invitation(self.number, given.name or "", language or ""))
        values: dict[str, Any] = {"safe_from": 0, "safe_to": 0, "discreet": person.discreet}
        if person.state != "invited":
            values |= {"state": "joined", "joined_at": self.scene.now}
            self._do(dues.delete())  # the invitation never goes out
            self._do(update(checkins).values(status="done"))
        self._do(update(participants).where(participants.c.id == made.participant_id).values(**values))
        for purpose, granted in given.consents.items():
            row = {"id": new_id(), "participant_id": made.participant_id, "purpose": purpose, "granted": granted}
            row |= {
                "wording": "",
                "language": "en",
                "release_id": house.deps.releases.current().id,
                "message_id": "",
                "at": self.scene.now,
            }
            self._do(consents.insert(), [row])
        return made.participant_id

    def _of_ben(self) -> str:
        query = select(links.c.participant_id).join(contacts_table, contacts_table.c.id == links.c.contact_id)
        mine = contacts_table.c.phone_index == self.house.deps.keys.index(BEN)
        [who] = self.house.values(query.where(mine))
        self._do(update(participants).where(participants.c.id == who).values(safe_from=0, safe_to=0))
        return str(who)

    def _move_to(self, walk: Rehearsal, step: str) -> None:
        """Let the check-in stand where the story begins."""
        walk.begin(step)
        state, timer = walk.checkin.state, walk.checkin.timer
        assert state is not None
        [row] = self.house.rows(select(checkins.c.id, checkins.c.contact_id).where(checkins.c.status == "open"))
        document = json.dumps(state.to_json())
        sealed = self.house.deps.keys.seal(row.contact_id, "checkins", "state", row.id, document)
        self._do(update(checkins).where(checkins.c.id == row.id).values(state=sealed))
        if timer is not None:
            detail = {"step": timer.step, "number": timer.number, "after": (timer.at - self.scene.now).total_seconds()}
            mine = update(dues).where(dues.c.checkin_id == row.id, dues.c.kind == "silence")
            self._do(mine.values(detail=detail, run_at=timer.at))

    def _do(self, statement: Any, rows: Any = None) -> None:
        with self.house.database.write() as tx:
            tx.execute(statement, rows) if rows is not None else tx.execute(statement)

    def go(self) -> None:
        """Everything that the rehearsal's person, staff and time did."""
        house = self.house
        if not self.story.given.delivered:
            house.callback(house.carrier.sent[-1], "undelivered", 30003)
        for one in self.played.transcript:
            if one.who == "person":
                house.text(self.number, one.words)
            elif one.who == "staff":
                escalations.claim(house.deps, house.escalation().id, "amina")
            elif one.who == "time":
                self._wait(one.length)

    def _wait(self, length: timedelta) -> None:
        """A little at a time, as the clock does it: what is due then may set what is due next."""
        while length > timedelta():
            step = min(A_WHILE, length)
            self.house.passes(seconds=step.total_seconds())
            length -= step

    # What came of it

    def raised(self) -> list[tuple[str, str]]:
        found = select(events.c.detail).where(events.c.kind.in_(("opened", "raised", "text")))
        told = [detail for detail in self.house.values(found.order_by(events.c.at, events.c.id)) if detail]
        return [(detail["urgency"], detail["kind"]) for detail in told]

    def noted(self) -> dict[str, set[str]]:
        """By ledger; the ideas of others, that the story gives, are not theirs."""
        found: dict[str, set[str]] = {}
        for row in self.house.rows(select(notes).where(notes.c.checkin_id.is_not(None))):
            found.setdefault(row.kind, set()).update({row.value} if row.value else set())
        return found

    def consented(self) -> dict[str, bool]:
        given = consents.c.message_id != ""
        return {row.purpose: row.granted for row in self.house.rows(select(consents).where(given).order_by(consents.c.at))}

    def kept(self) -> dict[str, str]:
        with self.house.database.read() as connection:
            return preferences.chosen_by(self.house.deps, connection, self.person)

    def later(self) -> set[str]:
        begins = self.house.rows(select(dues).where(dues.c.kind == "begin", dues.c.state == "waiting"))
        return {row.detail["flow"] for row in begins if not planning.is_planned(row.detail)}

    def texts(self) -> list[str]:
        return self.house.carrier.accepted_by(self.number)


def told_as(outcome: Outcome) -> dict[str, set[str]]:
    """The rehearsal's notes, with the plan as the ledger has it."""
    noted = {kind: set(values) for kind, values in outcome.notes.items()}
    return noted | ({"plan": {outcome.plan}} if outcome.plan else {})


def said_by(played: Played) -> list[str]:
    return [text for one in played.transcript if one.who == "service" for text in one.said.texts]


STORIES = [story for story in by_text() if not story.given.promise_kept and not story.given.last]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.flow}: {story.name}")
def test_a_story_by_text_goes_in_the_service_as_it_went_in_rehearsal(story: Story, tmp_path: Path) -> None:
    language = story.language or story.given.language or "en"
    played = play(the_stage(), story, Channel.SMS, language, TODAY)
    real = Real(story, played, tmp_path)
    real.begin()
    begun = len(real.texts()) if played.began_at is not None else 0
    real.go()
    outcome = played.outcome
    said = said_by(played)
    if played.began_at is not None:
        [first, *_] = [one.said.texts for one in played.transcript if one.who == "service"]
        said = said[len(first) :]
    assert real.texts()[begun:] == said
    assert real.raised() == [(reason.urgency.label, reason.kind) for reason in outcome.reasons]
    assert bool(real.house.rows(select(waves))) == outcome.page
    assert bool(real.house.rows(select(promises))) == outcome.promised
    assert real.noted() == told_as(outcome)
    assert real.consented() == {**outcome.consent, **dict.fromkeys(outcome.skipped, False)}
    apart = ("language", "name")
    kept = {name: value for name, value in outcome.keeps.items() if name not in apart}
    assert real.kept() == {**story.given.my, **kept}
    assert real.later() == {later.flow for later in outcome.later}
    real.house.database.close()


def test_nearly_every_story_by_text_is_compared() -> None:
    every = list(by_text())
    assert len(STORIES) >= 0.8 * len(every) > 20


def test_the_moment_of_a_story_is_the_moment_of_the_service() -> None:
    assert datetime.fromisoformat("2026-11-24T11:00:00+00:00") == scene_of(
        the_stage(), the_stage().flows[WELCOME], Channel.SMS, STORIES[0].given, TODAY
    ).now.replace(hour=11, minute=0)
