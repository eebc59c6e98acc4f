"""Companies and their settings."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import PLATFORM
from understudy.companies.domain import Company, CompanyExists, CompanyNotFound, Principal, SettingsMoved
from understudy.companies.settings import InvalidSettings, Profile
from understudy.kit.errors import Invalid
from understudy.wiring.product import Product


async def test_a_new_company_has_the_default_settings(product: Product, company: Company) -> None:
    shown = await product.companies.by_slug("harbour-bank")
    assert shown.id == company.id
    assert shown.settings.get(Profile).timezone == "UTC"
    assert shown.settings_version == 1


async def test_a_slug_is_taken_once(product: Product, company: Company) -> None:
    with pytest.raises(CompanyExists):
        await product.companies.create(PLATFORM, slug=company.slug, name="Other", trade="banking")


@pytest.mark.parametrize("bad", [{"slug": "Nö!"}, {"name": " "}, {"trade": "two words"}])
async def test_bad_input_is_refused_by_field(product: Product, bad: dict[str, str]) -> None:
    good = {"slug": "ok", "name": "Ok", "trade": "banking"}
    with pytest.raises(Invalid) as refused:
        await product.companies.create(PLATFORM, **(good | bad))  # type: ignore[arg-type]
    assert refused.value.field == next(iter(bad))
    assert await product.companies.list() == []


async def test_settings_change_with_a_version_and_an_audit_entry(
    product: Product, company: Company, principal: Principal
) -> None:
    changed = await product.companies.change_settings(
        principal, company.id, {"profile": {"timezone": "America/Chicago"}}, expected_version=1
    )
    assert changed.settings_version == 2
    assert (await product.companies.show(company.id)).settings.get(Profile).timezone == "America/Chicago"
    async with product.database.transaction(company.id) as tx:
        newest, *_ = await product.audit.entries(tx)
        assert await product.audit.first_broken(tx) is None
    assert newest.change.action == "settings.changed"
    assert newest.change.after == {"profile": {"timezone": "America/Chicago"}}
    with pytest.raises(SettingsMoved):
        await product.companies.change_settings(principal, company.id, {}, expected_version=1)


async def test_invalid_settings_list_every_fault_and_change_nothing(
    product: Product, company: Company, principal: Principal
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        await product.companies.change_settings(
            principal, company.id, {"profile": {"timezone": "Mars/Olympus", "language": "english"}, "nonsense": {}}
        )
    assert {problem.field for problem in refused.value.problems} == {
        "profile.timezone",
        "profile.language",
        "nonsense",
    }
    assert (await product.companies.show(company.id)).settings_version == 1


async def test_null_brings_a_default_back(product: Product, company: Company, principal: Principal) -> None:
    await product.companies.change_settings(principal, company.id, {"profile": {"language": "de"}})
    changed = await product.companies.change_settings(principal, company.id, {"profile": {"language": None}})
    assert changed.settings.get(Profile).language == "en"


async def test_parallel_changes_all_count(product: Product, company: Company, principal: Principal) -> None:
    await asyncio.gather(
        *(
            product.companies.change_settings(principal, company.id, {"profile": {"support_phone": str(i)}})
            for i in range(8)
        )
    )
    assert (await product.companies.show(company.id)).settings_version == 9


async def test_an_archived_company_is_gone_and_can_come_back(
    product: Product, company: Company, principal: Principal
) -> None:
    await product.companies.archive(PLATFORM, company.id)
    with pytest.raises(CompanyNotFound):
        await product.companies.by_slug(company.slug)
    assert (await product.companies.restore(PLATFORM, company.slug)).archived_at is None
    assert (await product.companies.by_slug(company.slug)).id == company.id
