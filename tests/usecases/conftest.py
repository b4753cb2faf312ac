"""A house for each test, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from service.store.schema import metadata
from tests.support import postgres
from tests.usecases.homes import Village


@pytest.fixture(scope="session")
def filled_template(postgres_server: postgres.Server) -> Iterator[str]:
    """A database with every table, from which PostgreSQL copies a fresh one faster than it makes them."""
    with postgres_server.database() as url:
        engine = create_engine(url)
        metadata.create_all(engine)
        engine.dispose()
        yield url.split("@/")[1].split("?")[0]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the tables in it, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    template = request.getfixturevalue("filled_template")
    with request.getfixturevalue("postgres_server").database(template) as url:
        yield url


@pytest.fixture
def build_house(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Village]]:
    """Makes the house of a test with its own home or hour; each phone must have heard only what was expected."""
    built: list[Village] = []

    def build(**how: object) -> Village:
        built.append(Village(database_url, tmp_path, **how))  # type: ignore[arg-type]
        return built[-1]

    yield build
    for house in built:
        house.close()


@pytest.fixture
def house(build_house: Callable[..., Village]) -> Village:
    """The house with our own small home, on a Tuesday at eleven."""
    return build_house()
