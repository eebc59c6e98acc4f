"""Usage and budgets over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from tests.paying import CallRow, now, write_call
from understudy.companies.domain import Company, Principal
from understudy.infra.system import new_id
from understudy.llm.bills import Bill
from understudy.llm.domain import Pot
from understudy.wiring.product import Product


async def test_a_company_sees_what_its_calls_cost(
    client: httpx2.AsyncClient, product: Product, company: Company, other_company: Company, key: dict[str, str]
) -> None:
    async with product.database.platform() as tx:
        await write_call(tx.raw, company.id, CallRow(now(), cost_micros=420), new_id())
        await write_call(tx.raw, company.id, CallRow(now(), cost_micros=80, fault="cut"), new_id())
        await write_call(tx.raw, other_company.id, CallRow(now(), cost_micros=9_999), new_id())
    table = (await client.get("/v1/usage", headers=key, params={"by": "model"})).json()
    assert [line["key"] for line in table["lines"]] == ["openai/gpt-4o-mini"]
    assert (table["total"]["calls"], table["total"]["succeeded"], table["total"]["cost_micros"]) == (2, 1, 500)

    page = (await client.get("/v1/usage/calls", headers=key, params={"limit": 1})).json()
    rest = (await client.get("/v1/usage/calls", headers=key, params={"before": page["next"]})).json()
    assert [call["fault"] for call in page["items"] + rest["items"]] == ["cut", None]
    failed = await client.get("/v1/usage/calls", headers=key, params={"failed": True})
    assert len(failed.json()["items"]) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "yesterday"},
        {"by": "moon"},
    ],
)
async def test_a_range_that_cannot_be_is_refused(
    client: httpx2.AsyncClient, key: dict[str, str], params: dict[str, str]
) -> None:
    assert (await client.get("/v1/usage", headers=key, params=params)).status_code == 422


async def test_a_budget_is_shown_with_what_is_held(
    client: httpx2.AsyncClient, product: Product, company: Company, principal: Principal, key: dict[str, str]
) -> None:
    settings = {"budget": {"monthly_budget_micros": 1_000_000}, "profile": {"timezone": "America/Chicago"}}
    await product.companies.change_settings(principal, company.id, settings)
    budget = product.paid.budget
    spent, _ = [await budget.reserve(_bill(company), amount, model="openai/m") for amount in (300_000, 200_000)]
    await budget.mark_sent(spent)
    async with product.database.transaction(company.id) as tx:
        await budget.settle(tx, spent, 250_000)
    answering, learning = (await client.get("/v1/budget", headers=key)).json()["items"]
    assert (answering["pot"], answering["cap_micros"]) == ("answering", 1_000_000)
    assert (answering["spent_micros"], answering["held_micros"], answering["left_micros"]) == (
        250_000,
        200_000,
        550_000,
    )
    assert answering["forecast_micros"] >= 250_000
    assert (learning["pot"], learning["spent_micros"]) == ("learning", 0)


def _bill(company: Company) -> Bill:
    return Bill(company.id, "America/Chicago", 1_000_000, Pot.ANSWERING)
