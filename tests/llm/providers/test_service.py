"""Providers on the real database: whose they are, in which order they serve, and how their keys are kept."""

from __future__ import annotations

import dataclasses
from uuid import UUID

import psycopg
import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, Principal
from understudy.infra.secrets.vault import SecretUnreadable
from understudy.kit.errors import Invalid
from understudy.llm.bills import NoPrice, NotConfigured
from understudy.llm.domain import Dialect, Price, Provider, Target, Tier
from understudy.llm.providers.domain import (
    NewProvider,
    NotOurProvider,
    ProviderChange,
    ProviderExists,
    ProviderNotFound,
)
from understudy.llm.providers.service import Providers
from understudy.wiring.product import Product

OPENAI = NewProvider("openai", Dialect.OPENAI, key="sk-secret-of-the-company")
VLLM = NewProvider(
    "vllm",
    Dialect.COMPATIBLE,
    base_url="http://8.8.8.8:8000/v1",
    tiers={Tier.SMALL: "qwen"},
    prices={"qwen": Price.free()},
)


@pytest.fixture
def providers(product: Product) -> Providers:
    return product.paid.providers


async def names(providers: Providers, company: Company, tier: Tier = Tier.SMALL) -> list[str]:
    return [target.name for target in await providers.targets(company.id, tier)]


async def test_a_provider_becomes_targets_with_price_and_key(
    providers: Providers, principal: Principal, company: Company
) -> None:
    await providers.add(principal, OPENAI)
    (target,) = await providers.targets(company.id, Tier.MEDIUM)
    assert (target.name, target.key) == ("openai/gpt-4.1-mini", "sk-secret-of-the-company")
    assert target.price == Price(400_000, 1_600_000, 100_000, 400_000)
    assert "sk-secret" not in repr(target)


async def test_they_are_tried_by_position_and_the_companys_own_before_the_platforms(
    providers: Providers, principal: Principal, company: Company, other_company: Company
) -> None:
    await providers.add(
        PLATFORM, dataclasses.replace(VLLM, name="free", base_url="http://10.0.0.5:8000/v1", position=1)
    )
    await providers.add(PLATFORM, dataclasses.replace(OPENAI, key="sk-platform"))
    await providers.add(principal, dataclasses.replace(OPENAI, name="second", position=1))
    assert await names(providers, company) == ["openai/gpt-4.1-nano", "second/gpt-4.1-nano", "free/qwen"]
    assert await names(providers, other_company) == ["openai/gpt-4.1-nano", "free/qwen"]


async def test_a_companys_own_hides_the_platforms_of_the_same_name(
    providers: Providers, principal: Principal, company: Company, other_company: Company
) -> None:
    await providers.add(PLATFORM, dataclasses.replace(OPENAI, key="sk-platform"))
    own = await providers.add(principal, OPENAI)
    assert [t.key for t in await providers.targets(company.id, Tier.SMALL)] == ["sk-secret-of-the-company"]
    assert [t.key for t in await providers.targets(other_company.id, Tier.SMALL)] == ["sk-platform"]
    await providers.change(principal, own.id, ProviderChange(is_enabled=False))
    assert await names(providers, company) == []


async def test_named_targets_come_in_the_order_they_were_named(
    providers: Providers, principal: Principal, company: Company
) -> None:
    await providers.add(principal, OPENAI)
    await providers.add(principal, VLLM)
    named = ("vllm/qwen", "gone/x", "openai/gpt-4.1", "openai/costs-nobody-knows", "openai")
    assert [t.name for t in await providers.targets(company.id, named)] == ["vllm/qwen", "openai/gpt-4.1"]
    assert (await providers.resolve(company.id, "openai/gpt-4.1")).model == "gpt-4.1"
    with pytest.raises(NoPrice):
        await providers.resolve(company.id, "openai/costs-nobody-knows")
    with pytest.raises(NotConfigured):
        await providers.resolve(company.id, "gone/x")


async def test_a_companys_prices_go_before_the_list(
    providers: Providers, principal: Principal, company: Company
) -> None:
    await providers.add(principal, OPENAI)
    own = Price(1, 2, 3, 4)
    assert (await providers.resolve(company.id, "openai/gpt-4.1", {"openai/gpt-4.1": own})).price == own
    assert (await providers.resolve(company.id, "openai/new", {"openai/new": own})).price == own


async def test_what_is_wrong_is_told_with_field_and_remedy(providers: Providers, principal: Principal) -> None:
    with pytest.raises(Invalid, match="what qwen costs is not known") as caught:
        await providers.add(principal, dataclasses.replace(VLLM, prices={}))
    assert (caught.value.field, bool(caught.value.remedy)) == ("prices.qwen", True)
    await providers.add(principal, VLLM)
    with pytest.raises(ProviderExists):
        await providers.add(principal, VLLM)


async def test_nobody_changes_what_is_not_theirs(
    providers: Providers, principal: Principal, other_company: Company
) -> None:
    own = await providers.add(principal, VLLM)
    platforms = await providers.add(PLATFORM, OPENAI)
    stranger = dataclasses.replace(principal, company_id=other_company.id)
    with pytest.raises(NotOurProvider):
        await providers.change(principal, platforms.id, ProviderChange(is_enabled=False))
    for who in (stranger, PLATFORM):
        for doing in (
            providers.show(who, own.id),
            providers.remove(who, own.id),
            providers.change(who, own.id, ProviderChange(is_enabled=False)),
        ):
            with pytest.raises(ProviderNotFound):
                await doing
    assert [p.name for p in await providers.list(stranger)] == ["openai"]
    assert [p.name for p in await providers.list(PLATFORM)] == ["openai"]
    assert {p.name for p in await providers.list(principal)} == {"openai", "vllm"}


async def test_the_database_lets_no_company_write_a_platforms_row(
    product: Product, providers: Providers, company: Company
) -> None:
    platforms = await providers.add(PLATFORM, OPENAI)
    async with product.database.transaction(company.id) as tx:
        seen = await tx.raw.execute("SELECT id FROM provider")
        assert await seen.fetchall() == [(platforms.id,)]
        for statement in ("UPDATE provider SET base_url = 'http://mine'", "DELETE FROM provider"):
            assert (await tx.raw.execute(statement)).rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with product.database.transaction(company.id) as tx:
            await tx.raw.execute(
                "INSERT INTO provider SELECT gen_random_uuid(), NULL, 'x', dialect, base_url, sealed_key, tiers,"
                " prices, position, timeout_seconds, first_token_seconds, is_enabled, created_at, changed_at"
                " FROM provider"
            )


async def test_a_removed_or_changed_provider_is_out_of_memory_at_once(
    providers: Providers, principal: Principal, company: Company
) -> None:
    own = await providers.add(principal, OPENAI)
    assert await names(providers, company) == ["openai/gpt-4.1-nano"]
    await providers.change(principal, own.id, ProviderChange(tiers={Tier.SMALL: "gpt-4o-mini"}))
    assert await names(providers, company) == ["openai/gpt-4o-mini"]
    assert await names(providers, company, Tier.LARGE) == []
    await providers.remove(principal, own.id)
    assert await names(providers, company) == []


async def test_rotation_seals_every_key_anew_and_changes_none(
    product: Product, providers: Providers, principal: Principal, company: Company
) -> None:
    await providers.add(principal, OPENAI)
    await providers.add(PLATFORM, dataclasses.replace(OPENAI, name="common", key="sk-platform"))
    await providers.add(principal, VLLM)
    before = await sealed(product)
    assert await product.paid.rotation.rotate(PLATFORM) == 2
    after = await sealed(product)
    assert not set(before) & set(after)
    keys = {t.name: t.key for t in await providers.targets(company.id, Tier.SMALL)}
    assert keys == {
        "openai/gpt-4.1-nano": "sk-secret-of-the-company",
        "common/gpt-4.1-nano": "sk-platform",
        "vllm/qwen": None,
    }


async def sealed(product: Product) -> list[bytes]:
    async with product.database.platform() as tx:
        rows = await (await tx.raw.execute("SELECT sealed_key FROM provider WHERE sealed_key IS NOT NULL")).fetchall()
    return [bytes(row[0]) for row in rows]


async def test_a_key_that_cannot_be_opened_costs_its_own_provider_only(
    product: Product, providers: Providers, principal: Principal, company: Company
) -> None:
    await providers.add(principal, OPENAI)
    await providers.add(principal, VLLM)
    async with product.database.transaction(company.id) as tx:
        await tx.raw.execute("UPDATE provider SET sealed_key = 'broken' WHERE name = 'openai'")
    providers.forget("*")
    assert await names(providers, company) == ["vllm/qwen"]
    with pytest.raises(SecretUnreadable):
        await providers.resolve(company.id, "openai/gpt-4.1")


async def test_what_changes_is_audited_without_the_key(
    product: Product, providers: Providers, principal: Principal, company: Company
) -> None:
    own = await providers.add(principal, OPENAI)
    await providers.change(principal, own.id, ProviderChange(key="sk-next"))
    await providers.remove(principal, own.id)
    async with product.database.transaction(company.id) as tx:
        entries = await product.audit.entries(tx)
    assert [e.change.action for e in entries[:3]] == ["provider.removed", "provider.changed", "provider.added"]
    assert not [secret for secret in ("sk-secret", "sk-next") if secret in repr(entries)]


def test_a_target_shows_no_key() -> None:
    provider = Provider(UUID(int=1), None, "p", Dialect.OPENAI)
    assert "sk-1" not in repr(Target(provider, "m", Price.free(), "sk-1"))
