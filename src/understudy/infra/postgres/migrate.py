"""Migrations: run as the owner role, one process at a time, each giving up its locks rather than blocking traffic."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from understudy.infra.tables import metadata
from understudy.kit.errors import Unavailable

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"
ONE_AT_A_TIME = 7_301_559_001


class DatabaseNotMigrated(Unavailable):
    """The database is older than the program, or newer."""

    code = "database_not_migrated"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    return config


def newest() -> str:
    """The newest revision that this program knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _connect(owner_url: str) -> Connection:
    engine = create_engine("postgresql+psycopg://", poolclass=NullPool, creator=lambda: psycopg.connect(owner_url))
    try:
        return engine.connect()
    except OperationalError as error:
        raise Unavailable(
            "the database does not let the owner role in", remedy="check UNDERSTUDY_DATABASE_OWNER_URL and the server"
        ) from error


def current(owner_url: str) -> str | None:
    """The revision that the database is at; None when it is empty."""
    with _connect(owner_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(owner_url: str, revision: str = "head") -> str | None:
    """Brings the database up to a revision and gives back the one it had before.

    Processes that start at the same time wait for each other. A migration that cannot have its locks within five
    seconds fails and leaves the database as it was.
    """
    with _connect(owner_url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:k)"), {"k": ONE_AT_A_TIME})
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        before = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if before is not None and before not in known:
            raise DatabaseNotMigrated(
                f"the database is at revision {before}, which this version does not know",
                remedy="run the newer version of Understudy that made it",
            )
        config = _config()
        config.attributes.update(connection=connection, metadata=metadata)
        command.upgrade(config, revision)
        connection.commit()
        return before
