"""A house, and workers who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.inbox_house import Browser, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def amina(house: House) -> Browser:
    browser = Browser(house.app())
    browser.sign_in("amina")
    return browser


@pytest.fixture
def ben(house: House) -> Browser:
    browser = Browser(house.app())
    browser.sign_in("ben")
    return browser
