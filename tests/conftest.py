"""What every test may ask for: a fresh database on each engine, a PostgreSQL server, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import chromium, postgres


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default="sqlite,postgresql", help="the engines that tests of the store run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", metafunc.config.getoption("databases").split(","), indirect=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One server for this worker's tests."""
    try:
        server = postgres.Server()
    except postgres.Missing as missing:
        _missing(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: postgres.Server) -> str:
    """The server's own database, from which others are made."""
    return postgres_server.url("postgres")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, empty database; a test that asks for it runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
    else:
        with request.getfixturevalue("postgres_server").database() as url:
            yield url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium that runs."""
    try:
        return chromium.find()
    except chromium.Missing as missing:
        _missing(str(missing))


def _missing(what_to_do: str) -> None:
    """Skip with what to do; where everything must run, fail with it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what_to_do, pytrace=False)
    pytest.skip(what_to_do)
