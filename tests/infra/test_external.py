"""PostgreSQL 16 over TCP with passwords: prepared by the printed script, migrated, served, backed up and restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import PLATFORM
from tests.external_postgres import ExternalPostgres, external_postgres
from understudy.infra.database import DatabaseSettings, DatabaseUnavailable
from understudy.infra.postgres import backup as backups
from understudy.infra.postgres import inspection, migrate, roles
from understudy.infra.postgres.backup import DatabaseNotEmpty
from understudy.infra.postgres.place import Place, external, prepared
from understudy.kit.errors import Invalid
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import build, opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExternalPostgres]:
    with external_postgres(tmp_path_factory.mktemp("external")) as server:
        yield server


@pytest.fixture(scope="module")
def place(server: ExternalPostgres) -> Place:
    place = external(
        DatabaseSettings(
            url=server.url(roles.APP), owner_url=server.url(roles.OWNER), platform_url=server.url(roles.PLATFORM)
        )
    )
    migrate.migrate(place.owner_url)
    return place


async def test_it_serves_and_the_doctor_is_content(place: Place, configuration: Configuration) -> None:
    async with opened(build(place, configuration)) as product:
        await product.companies.create(PLATFORM, slug="outside", name="Outside", trade="banking")
        assert [company.slug for company in await product.companies.list()] == ["outside"]
    findings = {finding.subject: finding for finding in inspection.inspect(place, 0)}
    assert findings["server"].detail.startswith("PostgreSQL 16")
    assert {name for name, finding in findings.items() if not finding.is_well} == {"clock", "workers"}


def test_a_wrong_password_is_refused(server: ExternalPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url(roles.APP).replace("password-of", "guess-of"))


async def test_an_address_where_nothing_answers_is_unavailable(place: Place, configuration: Configuration) -> None:
    nowhere = Place("postgresql://a@127.0.0.1:9/x", "", "postgresql://a@127.0.0.1:9/x", "postgresql://a@127.0.0.1:9/x")
    quick = Configuration(
        **{**vars_of(configuration), "database": DatabaseSettings(connect_timeout_seconds=0.5)}  # type: ignore[arg-type]
    )
    product = build(nowhere, quick)
    with pytest.raises(DatabaseUnavailable):
        await product.database.open()


def vars_of(configuration: Configuration) -> dict[str, object]:
    return {name: getattr(configuration, name) for name in configuration.__dataclass_fields__}


def test_the_platform_url_is_asked_for() -> None:
    with pytest.raises(Invalid) as refused:
        external(DatabaseSettings(url="postgresql://somewhere"))
    assert refused.value.field == "UNDERSTUDY_DATABASE_PLATFORM_URL"


def test_a_backup_is_restored_into_an_empty_database_of_another_kind(place: Place, tmp_path: Path) -> None:
    with psycopg.connect(place.platform_url) as connection:
        connection.execute(
            "INSERT INTO company VALUES (gen_random_uuid(), 'saved', 'Saved', 'hvac', now(), NULL, '{}', 1)"
        )
    file = tmp_path / "backup.dump"
    assert backups.backup(place, file) == file.stat().st_size > 0
    with pytest.raises(DatabaseNotEmpty):
        backups.restore(place, file)
    elsewhere = prepared(DatabaseSettings(data_dir=str(tmp_path / "data")))
    try:
        backups.restore(elsewhere, file)
        migrate.migrate(elsewhere.owner_url)
        with psycopg.connect(elsewhere.platform_url) as connection:
            rows = connection.execute("SELECT slug FROM company WHERE slug = 'saved'").fetchall()
            hidden = psycopg.connect(elsewhere.url).execute("SELECT slug FROM company").fetchall()
        assert rows == [("saved",)]
        assert hidden == []
        problems = {finding.subject for finding in inspection.inspect(elsewhere, 0) if not finding.is_well}
        assert problems == {"clock", "workers"}
    finally:
        elsewhere.leave()


def test_a_broken_backup_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "broken.dump"
    file.write_bytes(b"PGDMP but not really")
    elsewhere = prepared(DatabaseSettings(data_dir=str(tmp_path / "data")))
    try:
        with pytest.raises(backups.BackupFailed):
            backups.restore(elsewhere, file)
        with psycopg.connect(elsewhere.owner_url) as connection:
            row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert row == (0,)
    finally:
        elsewhere.leave()
