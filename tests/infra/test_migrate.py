"""Migrations: from nothing, from the version before with data in it, and exactly the tables that the code declares."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from understudy.infra.postgres import migrate, roles
from understudy.infra.postgres.embedded import EmbeddedPostgres
from understudy.infra.postgres.migrate import DatabaseNotMigrated
from understudy.infra.postgres.place import Place
from understudy.infra.tables import metadata
from understudy.wiring import product as every_table

OF_THE_TOOLS = {"alembic_version"}
"""Tables that are not the product's own; those of the job engine begin with its name."""


@pytest.fixture
def empty_database(server: EmbeddedPostgres) -> Iterator[str]:
    name = f"migrated_{uuid4().hex[:8]}"
    server.ensure_database(name)
    roles.prepare(server.url("postgres", "postgres"), name, server.url("postgres", name))
    yield name
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_database_has_the_tables_that_the_code_declares(place: Place) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(place.owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("procrastinate")},
        )
        differences = [
            difference for difference in compare_metadata(context, metadata) if "procrastinate" not in str(difference)
        ]
    engine.dispose()
    assert differences == []


def test_what_the_product_is_built_from_declares_every_table_of_the_database(place: Place) -> None:
    # A process of its own: here, other tests have imported tables already.
    code = f"import {every_table.__name__}; from understudy.infra.tables import metadata; print(*metadata.tables)"
    declared = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    with psycopg.connect(place.owner_url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    kept = {name for (name,) in rows if not name.startswith("procrastinate")} - OF_THE_TOOLS
    assert kept == set(declared) - OF_THE_TOOLS
    assert {"company", "template", "message", "decision", "outbox"} <= kept


def test_a_database_of_the_version_before_is_upgraded_with_its_data(
    server: EmbeddedPostgres, empty_database: str
) -> None:
    owner = server.url(roles.OWNER, empty_database)
    previous = f"{int(migrate.newest()) - 1:04d}"
    migrate.migrate(owner, previous)
    with psycopg.connect(server.url(roles.PLATFORM, empty_database)) as connection:
        connection.execute(
            "INSERT INTO company VALUES (gen_random_uuid(), 'kept', 'Kept', 'banking', now(), NULL, '{}', 1)"
        )
    assert migrate.migrate(owner) == previous
    assert migrate.current(owner) == migrate.newest()
    with psycopg.connect(server.url(roles.PLATFORM, empty_database)) as connection:
        assert connection.execute("SELECT slug FROM company").fetchall() == [("kept",)]


def test_migrating_again_changes_nothing(server: EmbeddedPostgres, empty_database: str) -> None:
    owner = server.url(roles.OWNER, empty_database)
    migrate.migrate(owner)
    assert migrate.migrate(owner) == migrate.newest()


def test_a_newer_database_is_refused(server: EmbeddedPostgres, empty_database: str) -> None:
    owner = server.url(roles.OWNER, empty_database)
    migrate.migrate(owner)
    with psycopg.connect(owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNotMigrated, match="9999"):
        migrate.migrate(owner)
