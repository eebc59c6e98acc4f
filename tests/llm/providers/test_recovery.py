"""Resetting a provider's health by hand: service, HTTP, command line; audited, and for its owner only."""

from __future__ import annotations

import httpx2
import pytest

from tests.conftest import PLATFORM
from tests.waiting import until
from understudy.companies.domain import Company, Principal
from understudy.companies.permissions import Permission
from understudy.llm.domain import Dialect, Provider
from understudy.llm.providers.domain import NewProvider, NotOurProvider, ProviderNotFound
from understudy.wiring.product import Product

OPENAI = NewProvider("openai", Dialect.OPENAI, key="sk-1")


async def left_alone(product: Product, owner: Principal) -> Provider:
    provider = await product.paid.providers.add(owner, OPENAI)
    await product.paid.circuits.give_up(provider, "timed_out")
    await until(lambda: may_not_be_asked(product, provider))
    return provider


async def may_not_be_asked(product: Product, provider: Provider) -> bool:
    return not await product.paid.circuits.may_ask(provider)


async def test_it_is_asked_again_and_that_is_audited(product: Product, principal: Principal) -> None:
    provider = await left_alone(product, principal)
    await product.paid.recovery.reset_health(principal, provider.id)
    await until(lambda: product.paid.circuits.may_ask(provider))
    async with product.database.transaction(principal.company) as tx:
        newest = (await product.audit.entries(tx, limit=1))[0].change
    assert (newest.actor, newest.action, newest.subject) == ("test", "provider.health_reset", "openai")


async def test_only_its_owner_may(
    product: Product, principal: Principal, company: Company, other_company: Company
) -> None:
    stranger = Principal("test", other_company.id, principal.permissions)
    own = await left_alone(product, principal)
    with pytest.raises(ProviderNotFound):
        await product.paid.recovery.reset_health(stranger, own.id)
    with pytest.raises(ProviderNotFound):
        await product.paid.recovery.reset_health(PLATFORM, own.id)
    platforms = await left_alone(product, PLATFORM)
    with pytest.raises(NotOurProvider):
        await product.paid.recovery.reset_health(principal, platforms.id)
    assert await may_not_be_asked(product, own)
    assert await may_not_be_asked(product, platforms)


async def test_over_http(
    product: Product,
    client: httpx2.AsyncClient,
    principal: Principal,
    key: dict[str, str],
    platform_key: dict[str, str],
) -> None:
    own, platforms = await left_alone(product, principal), await left_alone(product, PLATFORM)
    of_company, of_platform = "/v1/providers/{}/reset-health", "/v1/platform/providers/{}/reset-health"
    assert (await client.post(of_company.format(own.id), headers=key)).json()["name"] == "openai"
    assert (await client.post(of_platform.format(platforms.id), headers=platform_key)).status_code == 200
    for provider in (own, platforms):
        await until(lambda provider=provider: product.paid.circuits.may_ask(provider))  # type: ignore[misc]
    assert (await client.post(of_company.format(platforms.id), headers=key)).status_code == 403
    _, reader = await product.access.create_key(
        principal, name="reader", permissions=frozenset({Permission.PROVIDER_READ}), company_id=principal.company
    )
    refused = await client.post(of_company.format(own.id), headers={"Authorization": f"Bearer {reader}"})
    assert refused.status_code == 403
