"""Migrations: they end in the tables that the program knows, one migrator at a time, and nobody runs on another."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from service.store.engine import Database
from service.store.errors import WrongSchema
from service.store.migrate import check_revision, head, migrate
from service.store.schema import metadata


def test_the_migrations_end_in_the_tables_of_the_schema(database_url: str) -> None:
    database = Database(database_url)
    assert migrate(database) == head()
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    check_revision(database)
    database.close()


def test_migrating_again_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    migrate(database)
    migrate(database)
    check_revision(database)
    database.close()


def test_several_who_migrate_at_once_take_turns(database_url: str) -> None:
    errors: list[BaseException] = []
    databases = [Database(database_url, patience=20) for _ in range(3)]

    def run(database: Database) -> None:
        try:
            migrate(database)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    check_revision(databases[0])
    for database in databases:
        database.close()


@pytest.mark.parametrize("found", [None, "9999"])
def test_a_program_refuses_a_database_at_another_revision(database_url: str, found: str | None) -> None:
    database = Database(database_url)
    if found:
        migrate(database)
        with database.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    with pytest.raises(WrongSchema, match="alongside migrate") as refused:
        check_revision(database)
    assert (refused.value.found, refused.value.wanted) == (found, head())
    database.close()
