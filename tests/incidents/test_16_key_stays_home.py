"""Incident 16, keys that travel: the platform's key never reaches an address that a company set, nor any key another
address than the one it was given for.

Taken out to see it fail: the purpose in `Secrets.open`, the check of the key in `changed`, and the home of a line in
`KeyedTransport`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import httpx2
import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.infra.http.outbound import Reach
from understudy.infra.secrets.vault import SecretUnreadable
from understudy.kit.errors import Invalid
from understudy.llm.adapters.lines import Elsewhere, Line, open_client
from understudy.llm.domain import CallFailed, Dialect, Options, Price, Prompt, Provider, Target, Tier, Turn
from understudy.llm.providers.domain import NewProvider, ProviderChange
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product

Headers = dict[str, str]
CALL = (Prompt((), (Turn("user", "hello"),)), Options(0.1, 16, 3.0, 3.0))
PLATFORM_KEY, COMPANY_KEY = "sk-of-the-platform", "sk-of-the-company"


@dataclass
class Ear:
    """A server that hears what is sent to it."""

    url: str = ""
    heard: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 503 Away\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear()
    server = await asyncio.start_server(ear.serve, "127.0.0.1", 0)
    ear.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield ear
    server.close()


def listening(ear: Ear, key: str | None) -> NewProvider:
    return NewProvider(
        "openai",
        Dialect.COMPATIBLE,
        base_url=ear.url,
        key=key,
        tiers={Tier.SMALL: "m"},
        prices={"m": Price.free()},
    )


async def asked(product: Product, company: Company) -> None:
    for target in await product.paid.providers.targets(company.id, Tier.SMALL):
        with pytest.raises(CallFailed):
            await product.paid.connections.dialer.complete(target, *CALL)


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Companies may name this machine, so that there is something to hear."""
    return dataclasses.replace(configuration, llm=configuration.llm.model_copy(update={"allow_inside": True}))


async def test_a_company_that_takes_the_platforms_name_gets_no_platform_key(
    product: Product, principal: Principal, company: Company, ear: Ear
) -> None:
    await product.paid.providers.add(PLATFORM, NewProvider("openai", Dialect.OPENAI, key=PLATFORM_KEY))
    own = await product.paid.providers.add(principal, listening(ear, None))
    await asked(product, company)
    await product.paid.providers.change(principal, own.id, ProviderChange(key=COMPANY_KEY))
    await asked(product, company)
    assert len(ear.heard) == 2
    assert PLATFORM_KEY not in "".join(ear.heard)
    assert [COMPANY_KEY in one for one in ear.heard] == [False, True]


async def test_the_environments_keys_stay_in_the_environment(
    product: Product, principal: Principal, company: Company, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "ANTHROPIC_AUTH_TOKEN", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, PLATFORM_KEY)
    await product.paid.providers.add(principal, listening(ear, None))
    await asked(product, company)
    assert len(ear.heard) == 1
    assert PLATFORM_KEY not in ear.heard[0]
    assert "authorization" not in ear.heard[0].lower()


async def test_a_new_address_does_not_take_the_key_along(
    product: Product, principal: Principal, company: Company, ear: Ear, client: httpx2.AsyncClient, key: Headers
) -> None:
    wanted = NewProvider("openai", Dialect.OPENAI, key=COMPANY_KEY)
    own = await product.paid.providers.add(principal, wanted)
    answer = await client.patch(f"/v1/providers/{own.id}", json={"base_url": ear.url}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "key"
    with pytest.raises(Invalid):
        await product.paid.providers.change(principal, own.id, ProviderChange(base_url=ear.url))


async def test_an_address_changed_behind_our_back_opens_no_key(
    product: Product, principal: Principal, company: Company, ear: Ear
) -> None:
    own = await product.paid.providers.add(principal, NewProvider("openai", Dialect.OPENAI, key=COMPANY_KEY))
    async with product.database.transaction(company.id) as tx:
        await tx.raw.execute("UPDATE provider SET base_url = %s WHERE id = %s", (ear.url, own.id))
    product.paid.providers.forget("*")
    assert await product.paid.providers.targets(company.id, Tier.SMALL) == ()
    with pytest.raises(SecretUnreadable):
        await product.paid.providers.resolve(company.id, "openai/gpt-4.1")
    assert ear.heard == []


async def test_a_sealed_key_copied_into_a_companys_row_opens_nothing(
    product: Product, principal: Principal, company: Company, ear: Ear
) -> None:
    await product.paid.providers.add(PLATFORM, NewProvider("shared", Dialect.OPENAI, key=PLATFORM_KEY))
    await product.paid.providers.add(principal, listening(ear, COMPANY_KEY))
    async with product.database.transaction(company.id) as tx:
        copied = await tx.raw.execute(
            "UPDATE provider SET sealed_key = (SELECT sealed_key FROM provider WHERE company_id IS NULL)"
            " WHERE company_id IS NOT NULL"
        )
        assert copied.rowcount == 1
    product.paid.providers.forget("*")
    assert [target.provider.name for target in await product.paid.providers.targets(company.id, Tier.SMALL)] == [
        "shared"
    ]


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/v1", "https://127.0.0.1:8000/v1", "http://localhost:8000/v1"])
async def test_a_line_leads_to_its_own_server_only(where: str) -> None:
    provider = Provider(UUID(int=1), None, "p", Dialect.COMPATIBLE, base_url="http://127.0.0.1:8000/v1")
    line = Line.to(Target(provider, "m", Price.free(), PLATFORM_KEY), Reach(inside=True))
    async with open_client(line, timeout_seconds=1) as http:
        with pytest.raises(Elsewhere):
            await http.get(where)


async def test_no_response_and_no_record_shows_a_key(
    product: Product, principal: Principal, company: Company, client: httpx2.AsyncClient, key: Headers
) -> None:
    body = {"name": "openai", "dialect": "openai", "key": COMPANY_KEY}
    made = await client.post("/v1/providers", json=body, headers=key)
    provider_id = made.json()["id"]
    await client.patch(f"/v1/providers/{provider_id}", json={"key": COMPANY_KEY + "-2", "position": 1}, headers=key)
    wrong = await client.post("/v1/providers", json=body | {"name": "other", "key": COMPANY_KEY + " x"}, headers=key)
    assert wrong.status_code == 422
    answers = [made, wrong] + [
        await client.get(path, headers=key) for path in ("/v1/providers", f"/v1/providers/{provider_id}", "/v1/audit")
    ]
    assert not [answer.text for answer in answers if COMPANY_KEY in answer.text]
    async with product.database.platform() as tx:
        rows = await (await tx.raw.execute("SELECT row_to_json(p)::text, sealed_key FROM provider p")).fetchall()
        told = await (await tx.raw.execute("SELECT coalesce(json_agg(o), '[]')::text FROM outbox o")).fetchall()
    assert COMPANY_KEY not in json.dumps([str(row) for row in (*rows, *told)])


async def test_a_company_does_not_see_where_the_platforms_models_are(
    client: httpx2.AsyncClient, product: Product, key: Headers
) -> None:
    inside = NewProvider(
        "vllm",
        Dialect.COMPATIBLE,
        base_url="http://10.0.0.5:8000/v1",
        tiers={Tier.SMALL: "m"},
        prices={"m": Price.free()},
    )
    await product.paid.providers.add(PLATFORM, inside)
    answer = await client.get("/v1/providers", headers=key)
    assert [(one["name"], one["base_url"]) for one in answer.json()] == [("vllm", None)]
