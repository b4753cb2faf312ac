"""I2: what the carrier took while we were down is stored, once, and answered."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from service.store.schema import messages
from service.telephony.port import CarrierUnreachable, Listed
from service.usecases.catching_up import catch_up
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
