"""Every table of a company is closed to other companies: walked from the catalogue, so new ones join by themselves."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from understudy.companies.domain import Company
from understudy.infra.tables import PLATFORM_TABLES, metadata
from understudy.wiring.product import Product

COMPANY_TABLES = sorted(set(metadata.tables) - PLATFORM_TABLES)
SHARED = {"template", "template_draft", "template_scenario", "template_version", "template_head", "trade_qa"}
"""Tables that hold what the platform shares with all companies: their own tests show who sees what."""


def test_there_are_tables_to_walk() -> None:
    assert {"company", "api_key", "audit_entry"} <= set(COMPANY_TABLES)


@pytest.mark.parametrize("table", COMPANY_TABLES)
async def test_row_security_is_forced(product: Product, table: str) -> None:
    async with product.database.lookup() as tx:
        row = await (
            await tx.raw.execute(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table,)
            )
        ).fetchone()
    assert row == (True, True)


@pytest.mark.parametrize("table", COMPANY_TABLES)
async def test_without_a_company_nothing_is_seen(product: Product, company: Company, table: str) -> None:
    async with product.database.lookup() as tx:
        rows = await (await tx.raw.execute(f"SELECT * FROM {table}")).fetchall()
    if table not in SHARED:
        assert rows == []


async def test_a_company_sees_its_own_rows_only(product: Product, company: Company, other_company: Company) -> None:
    async with product.database.transaction(company.id) as tx:
        rows = await (await tx.raw.execute("SELECT id FROM company")).fetchall()
    assert rows == [(company.id,)]


async def test_a_row_cannot_be_written_for_another_company(
    product: Product, company: Company, other_company: Company
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with product.database.transaction(company.id) as tx:
            await tx.raw.execute(
                "INSERT INTO api_key (id, company_id, name, token_hash, permissions, created_at)"
                " VALUES (%s, %s, 'x', 'x', '{}', now())",
                (uuid4(), other_company.id),
            )


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE understudy_owner",
        "SET ROLE understudy_platform",
        "SET ROLE postgres",
        "ALTER TABLE company DISABLE ROW LEVEL SECURITY",
        "DROP POLICY company ON company",
        "CREATE TABLE mine (id int)",
    ],
)
async def test_the_serving_role_cannot_free_itself(product: Product, company: Company, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with product.database.transaction(company.id) as tx:
            await tx.raw.execute(statement)


async def test_the_company_of_a_transaction_does_not_stay_on_the_connection(product: Product, company: Company) -> None:
    for _ in range(2 * product.configuration.database.pool_size):
        async with product.database.transaction(company.id) as tx:
            await tx.raw.execute("SELECT 1")
        async with product.database.lookup() as tx:
            rows = await (await tx.raw.execute("SELECT id FROM company")).fetchall()
            assert rows == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
@pytest.mark.parametrize("role", ["app", "platform"])
async def test_the_audit_log_is_append_only(product: Product, company: Company, statement: str, role: str) -> None:
    scope = product.database.transaction(company.id) if role == "app" else product.database.platform()
    with pytest.raises(psycopg.Error):
        async with scope as tx:
            await tx.raw.execute(statement)
