"""kill -9 of each process in turn while a thousand texts arrive: what was acknowledged is kept, urgent ones are paged."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import func, select

from service.cli._stage import Stage
from service.core.model import Urgency
from service.store.schema import dues, escalations, messages, pages, waves
from tests.journeys.carrier_hand import CarrierHand, new_sid
from tests.journeys.ledger import accepted_sids, sent_more_than_once
from tests.support.stage_phones import StagePhones, until

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("kill under load")]

PEOPLE, TEXTS_EACH = 200, 5
HANDS = 6
VICTIMS = ("worker", "web", "clock", "valkey") * 2
LONGEST = 90.0  # seconds for everything to be acknowledged
IN_A_CALL = timedelta(seconds=8)  # connect and read time-outs together, and a little
URGENT = "I am going to kill myself"
EVERYDAY = ("Good", "3", "My back hurts again", "who is this", "the heating is off since friday", "thank you", "2")


@dataclass(slots=True)
class Load:
    """Texts on their way: each is brought again until it is acknowledged, as the carrier and its fallback do."""

    stage: Stage
    waiting: deque[list[tuple[str, str, str]]]  # per person, in order: number, words, sid
    acknowledged: dict[str, str] = field(default_factory=dict)  # sid → words
    slowest: float = 0.0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Bring everything, several people at the same time."""
        hands = [threading.Thread(target=self._bring) for _ in range(HANDS)]
        for one in hands:
            one.start()
        for one in hands:
            one.join()

    def _bring(self) -> None:
        hand = CarrierHand(self.stage, timeout=3.0)
        while True:
            try:
                texts = self.waiting.popleft()
            except IndexError:
                break
            for number, words, sid in texts:
                self._until_acknowledged(hand, number, words, sid)
        hand.close()

    def _until_acknowledged(self, hand: CarrierHand, number: str, words: str, sid: str) -> None:
        while time.monotonic() < self.began + LONGEST:
            began = time.monotonic()
            try:
                status = hand.texts(number, words, sid)
            except requests.RequestException:
                status = 0
            if 200 <= status < 300:
                self.acknowledged[sid] = words
                self.slowest = max(self.slowest, time.monotonic() - began)
                return
            self.refused += 1
            if status not in (0, 503):
                self.failures.append(f"HTTP {status}")
            time.sleep(0.1)
        self.failures.append("never acknowledged")


def test_a_thousand_texts_while_every_process_is_killed_in_turn(
    stage: Stage, phones: StagePhones, record_property: pytest.RecordProperty, capsys: pytest.CaptureFixture[str]
) -> None:
    load = Load(stage, deque(_texts()))
    kills: list[tuple[str, datetime]] = []
    loading = threading.Thread(target=load.run)
    loading.start()
    for number, victim in enumerate(VICTIMS, start=1):
        share = PEOPLE * TEXTS_EACH * number // (len(VICTIMS) + 1)
        until(lambda share=share: len(load.acknowledged) >= share, LONGEST, what=f"{share} texts acknowledged")
        until(lambda victim=victim: victim in stage.supervisor.pids(), what=f"the return of {victim}")
        kills.append((victim, datetime.now(UTC)))
        stage.kill(victim)
    loading.join()
    took = time.monotonic() - load.began
    phones.patience = 60.0
    phones.quiet()
    twice = sent_more_than_once(stage)
    counted = {
        "texts": PEOPLE * TEXTS_EACH,
        "kills": len(kills),
        "acknowledged": len(load.acknowledged),
        "missing": len(set(load.acknowledged) - _stored(stage)),
        "urgent without a page": len(_urgent_without_an_accepted_page(stage)),
        "sent": len(accepted_sids(stage)),
        "sent more than once": len(twice),
        "seconds": round(took, 1),
        "slowest acknowledgement, seconds": round(load.slowest, 2),
        "brought again": load.refused,
    }
    for name, value in counted.items():
        record_property(name, value)
    with capsys.disabled():
        print(f"\n  {counted}")
    assert load.failures == []
    assert counted["acknowledged"] == counted["texts"]
    assert counted["missing"] == 0
    assert counted["urgent without a page"] == 0
    for one in twice:
        assert _was_in_a_call(stage, kills, one.begun[0]), "sent twice, though nobody died while sending it"
    assert _broken(stage) == 0


def _texts() -> list[list[tuple[str, str, str]]]:
    """Two hundred people with five texts each; every other one writes something urgent."""
    dice = random.Random(20261124)
    people = []
    for person in range(PEOPLE):
        number = f"+44770091{person:04d}"
        texts = [(number, dice.choice(EVERYDAY), new_sid()) for _ in range(TEXTS_EACH)]
        if person % 2:
            place = dice.randrange(TEXTS_EACH)
            texts[place] = (number, URGENT, texts[place][2])
        people.append(texts)
    return people


def _stored(stage: Stage) -> set[str]:
    with stage.deps.database.read() as connection:
        query = select(messages.c.provider_id).where(messages.c.direction == "in")
        found = list(connection.execute(query).scalars())
    assert len(found) == len(set(found)), "stored twice"
    return set(found)


def _urgent_without_an_accepted_page(stage: Stage) -> set[str]:
    """Whoever wrote something urgent and for whom no page was accepted by the carrier."""
    accepted = accepted_sids(stage)
    with stage.deps.database.read() as connection:
        wrote = select(messages.c.contact_id).where(messages.c.direction == "in", messages.c.urgency == int(Urgency.URGENT))
        urgent = set(connection.execute(wrote).scalars())
        paged = (
            select(escalations.c.contact_id, messages.c.provider_id)
            .join(waves, waves.c.escalation_id == escalations.c.id)
            .join(pages, pages.c.wave_id == waves.c.id)
            .join(messages, messages.c.id == pages.c.message_id)
        )
        reached = {row.contact_id for row in connection.execute(paged) if row.provider_id in accepted}
    assert len(urgent) == PEOPLE // 2
    return urgent - reached


def _was_in_a_call(stage: Stage, kills: list[tuple[str, datetime]], begun: datetime) -> bool:
    """Whether a process that sends died while this attempt may have been under way: only then is an answer lost."""
    shift = stage.deps.clock.now() - datetime.now(tz=begun.tzinfo)
    real = begun - shift
    return any(name in ("worker", "clock") and real - timedelta(seconds=1) <= at <= real + IN_A_CALL for name, at in kills)


def _broken(stage: Stage) -> int:
    with stage.deps.database.read() as connection:
        query = select(func.count()).select_from(dues).where(dues.c.state == "broken")
        return int(connection.execute(query).scalar_one())
