"""Brings the database to the revision that this program knows: one migrator at a time, and nobody runs on another."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.store.engine import Database
from service.store.errors import WrongSchema

_LOCK = 0x616C6F6E67  # "along": an advisory lock of PostgreSQL has a number for a name


def migrate(database: Database) -> str:
    """Run what is missing, in one transaction under a lock; the revision now reached."""
    config = _config()
    with database.write() as tx:
        if not database.is_sqlite:
            tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
    return head()


def check_revision(database: Database) -> None:
    """WrongSchema unless the database is exactly at the head that this program knows."""
    with database.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != head():
        raise WrongSchema(found, head())


def head() -> str:
    """The newest revision of this program."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
