"""The whole API, fuzzed from its own description, against a real server: whatever is sent, no 500 comes back.

Half of the calls carry a key that may do everything, so that they reach the code behind the door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.conftest import PLATFORM
from tests.processes import Running, running
from tests.seeding import seed_company
from understudy.companies.permissions import PLATFORM_PERMISSIONS
from understudy.infra.database import DatabaseSettings
from understudy.infra.jobs import JobSettings
from understudy.infra.postgres.place import embedded
from understudy.wiring.configuration import Configuration, WebSettings
from understudy.wiring.product import build, opened

ROOT = Path(__file__).resolve().parents[2]
schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.json")
EXAMPLES_PER_ROUTE = 12
pytestmark = pytest.mark.journey
Keys = tuple[Running, dict[str, str], dict[str, str]]
Case = schemathesis.Case[Any]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    """A server, the headers of a company's key, and those of a platform key."""
    folder = tmp_path_factory.mktemp("fuzz")
    place = embedded(DatabaseSettings(data_dir=str(folder / "data")))

    async def seed() -> tuple[dict[str, str], dict[str, str]]:
        configuration = Configuration(DatabaseSettings(), JobSettings(), WebSettings())
        async with opened(build(place, configuration)) as product:
            seeded = await seed_company(product)
            _, token = await product.access.create_key(
                PLATFORM, name="fuzz", permissions=PLATFORM_PERMISSIONS, company_id=None
            )
        return seeded.headers, {"Authorization": f"Bearer {token}"}

    company, platform = asyncio.run(seed())
    environment = {"UNDERSTUDY_DATABASE_DATA_DIR": str(folder / "data")}
    with running("serve", environment=environment, log=folder / "log") as server:
        yield server, company, platform
    place.leave()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES_PER_ROUTE,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_no_input_makes_a_500(case: Case, keys: Keys) -> None:
    server, company, platform = keys
    is_platforms = case.path.startswith(("/v1/companies", "/v1/content"))
    response = case.call(base_url=server.url, headers=platform if is_platforms else company)
    case.validate_response(response, checks=[not_a_server_error, status_code_conformance, response_schema_conformance])


@pytest.mark.parametrize(
    "token",
    ["usk_' OR '1'='1", "usk_" + "x" * 5_000, "usk_%s%s%s", "usk_é", "usk_'; DROP TABLE company;--"],
)
def test_a_made_up_key_is_refused_and_nothing_else_happens(keys: Keys, token: str) -> None:
    server, company, _ = keys
    headers = {b"Authorization": f"Bearer {token}".encode()}
    assert httpx2.get(f"{server.url}/v1/settings", headers=headers).status_code in (400, 401)
    assert httpx2.get(f"{server.url}/v1/settings", headers=company).status_code == 200
