"""A key store on each engine, and a clock that a test moves."""

import pytest

from service.keys import open_keys
from tests.keys.people import HER, HIM


class Stopwatch:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def master_file(tmp_path):
    return tmp_path / "secrets" / "master"


@pytest.fixture
def opened(database_url, master_file, watch):
    """Opens this store as another process would; all are closed at the end."""
    every = []

    def open_another():
        every.append(open_keys(database_url, master_file, monotonic=watch))
        return every[-1]

    yield open_another
    for one in every:
        one.close()


@pytest.fixture
def keys(opened):
    ours = opened()
    ours.ensure_many([HER, HIM])
    return ours
