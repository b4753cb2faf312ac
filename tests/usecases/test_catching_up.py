"""I2: what the carrier took while we were down is stored, once, and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from service.store.schema import escalations, messages, participants
from service.telephony.port import CarrierUnreachable, Listed
from service.usecases.catching_up import catch_up
from service.usecases.joining import Invitation, invite
from tests.support.house import PARTICIPANT, STRANGER, House


def test_i2_what_the_carrier_lists_and_nobody_stored_is_brought_in_once_oldest_first(house: House) -> None:
    noor = house.participant()
    house.receive(PARTICIPANT, "all good", sid="SMknown")
    house.settle()
    noor.next()
    house.carrier.listed = [
        Listed("SMknown", PARTICIPANT, "all good", 0),
        Listed("SMmissed1", PARTICIPANT, "can somebody ring me", 0),
        Listed("SMmissed2", STRANGER, "hello", 1),
    ]
    assert catch_up(house.deps) == 2
    assert catch_up(house.deps) == 0
    with house.database.read() as connection:
        query = select(messages.c.provider_id).where(messages.c.direction == "in").order_by(messages.c.id)
        assert list(connection.execute(query).scalars())[-3:] == ["SMknown", "SMmissed1", "SMmissed2"]


def test_a_list_that_cannot_be_read_changes_nothing(house: House) -> None:
    house.carrier.listed = None
    with pytest.raises(CarrierUnreachable):
        catch_up(house.deps)
    with house.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == 0


def test_h9_a_late_yes_agrees_to_nothing_that_was_asked_only_afterwards(house: House) -> None:
    invite(house.deps, Invitation(PARTICIPANT, "Noor", "en"))
    house.settle()
    noor = house.phone(PARTICIPANT, "Noor")
    noor.hears("May we ask how you are")
    house.clock.move(timedelta(minutes=5))
    now = datetime.now(UTC)
    house.carrier.listed = [Listed("SMhoursago", PARTICIPANT, "yes", 0, now - timedelta(hours=3))]
    catch_up(house.deps)
    house.settle()
    noor.next()
    with house.database.read() as connection:
        assert connection.execute(select(participants.c.state)).scalar_one() == "invited"
        assert connection.execute(select(func.count()).select_from(escalations)).scalar_one() == 1
    house.carrier.listed = [Listed("SMjustnow", PARTICIPANT, "yes", 0, now - timedelta(minutes=1))]
    catch_up(house.deps)
    house.settle()
    noor.hears("We will be in touch")
