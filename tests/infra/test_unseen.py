"""Statements of which no result is read: one round trip, all of them or none."""

from __future__ import annotations

import psycopg
import pytest

from understudy.companies.domain import Company
from understudy.wiring.product import Product

ADD = "INSERT INTO hold_factor (company_id, model, percent) VALUES (%s, %s, 100)"


async def models(product: Product, company: Company) -> list[str]:
    async with product.database.hot(company.id) as tx:
        return [name for (name,) in await (await tx.raw.execute("SELECT model FROM hold_factor")).fetchall()]


@pytest.mark.parametrize("waits_for_disk", [True, False])
async def test_all_of_it_is_kept(product: Product, company: Company, waits_for_disk: bool) -> None:
    async with product.database.unseen(company.id, waits_for_disk=waits_for_disk) as tx:
        for name in ("one", "two"):
            await tx.raw.execute(ADD, (company.id, name))
    assert await models(product, company) == ["one", "two"]


async def add(product: Product, company: Company, *names: str, fails: bool = False) -> None:
    async with product.database.unseen(company.id) as tx:
        for name in names:
            await tx.raw.execute(ADD, (company.id, name))
        if fails:
            raise ValueError("half-way")


async def test_nothing_is_kept_where_the_database_refuses_one_of_them(product: Product, company: Company) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        await add(product, company, "one", "one", "two")
    assert await models(product, company) == []


async def test_nothing_is_kept_where_the_block_raises(product: Product, company: Company) -> None:
    with pytest.raises(ValueError, match="half-way"):
        await add(product, company, "one", fails=True)
    assert await models(product, company) == []


async def test_no_row_of_another_company_can_be_written(product: Product, company: Company) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with product.database.unseen(company.id) as tx:
            await tx.raw.execute(ADD, ("00000000-0000-7000-8000-000000000001", "one"))
