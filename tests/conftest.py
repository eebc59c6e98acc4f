"""The database of the tests: the real embedded PostgreSQL, one database per worker, emptied after each test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import COMPANY_PERMISSIONS, PLATFORM_PERMISSIONS
from understudy.infra.database import DatabaseSettings
from understudy.infra.jobs import JobSettings
from understudy.infra.postgres.embedded import EmbeddedPostgres
from understudy.infra.postgres.place import Place, embedded
from understudy.infra.tables import metadata
from understudy.language.adapters.scripted import scripted_language
from understudy.web import create_app
from understudy.wiring.configuration import Configuration, WebSettings
from understudy.wiring.product import Product, build, opened

UNSAFE_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")
# A test asserts what is done, never how long it takes: machines differ, and so does what else they do.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

PLATFORM = Principal("test", None, PLATFORM_PERMISSIONS)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A migrated database of this worker on an embedded server that all workers share."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker != "main" else base) / "data"
    place = embedded(DatabaseSettings(data_dir=str(folder)), f"test_{worker}")
    assert place.embedded is not None
    with psycopg.connect(place.embedded.url("postgres", "postgres"), autocommit=True) as connection:
        for name in UNSAFE_BUT_FAST:
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield place
    place.leave()


@pytest.fixture
def server(place: Place) -> EmbeddedPostgres:
    """The embedded server of the tests."""
    assert place.embedded is not None
    return place.embedded


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """Settings with short time limits."""
    return Configuration(
        database=DatabaseSettings(data_dir=str(tmp_path), connect_timeout_seconds=5),
        jobs=JobSettings(heartbeat_seconds=0.2, stalled_after_seconds=1, poll_seconds=0.2, drain_seconds=2),
        web=WebSettings(console_token="console-token-of-the-tests"),
    )


@pytest.fixture
def spoken() -> str:
    """The language that every message is taken to be in."""
    return "en"


@pytest.fixture
async def product(place: Place, configuration: Configuration, spoken: str) -> AsyncIterator[Product]:
    """The whole product on an empty database."""
    empty(place)
    async with opened(build(place, configuration, scripted_language(spoken=spoken))) as product:
        yield product


def empty(place: Place) -> None:
    """Empties every table of the product and of the job engine."""
    assert place.embedded is not None
    database = place.url.split("@/")[1].split("?")[0]
    names = ", ".join(f'"{name}"' for name in [*metadata.tables, "procrastinate_jobs", "procrastinate_workers"])
    with psycopg.connect(place.embedded.url("postgres", database), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {names} CASCADE")


@pytest.fixture
async def company(product: Product) -> Company:
    """A company."""
    return await product.companies.create(PLATFORM, slug="harbour-bank", name="Harbour Bank", trade="banking")


@pytest.fixture
async def other_company(product: Product) -> Company:
    """Another company."""
    return await product.companies.create(PLATFORM, slug="northwind", name="Northwind Heating", trade="hvac")


@pytest.fixture
def principal(company: Company) -> Principal:
    """Someone who may do everything in the company."""
    return Principal("test", company.id, COMPANY_PERMISSIONS)


@pytest.fixture
async def app(product: Product) -> FastAPI:
    """The application over the open product."""
    return create_app(product)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client of the application, without a key."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def key(product: Product, principal: Principal) -> dict[str, str]:
    """The header of a key that may do everything in the company."""
    _, token = await product.access.create_key(
        principal, name="test", permissions=COMPANY_PERMISSIONS, company_id=principal.company
    )
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def platform_key(product: Product) -> dict[str, str]:
    """The header of a platform key."""
    _, token = await product.access.create_key(PLATFORM, name="test", permissions=PLATFORM_PERMISSIONS, company_id=None)
    return {"Authorization": f"Bearer {token}"}
