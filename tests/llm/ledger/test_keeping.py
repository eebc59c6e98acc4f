"""The ledger as it is kept: summaries that can be made again and again, calls that are forgotten, and what paid answers
of a company usually cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.paying import CallRow, write_call
from understudy.companies.domain import Company
from understudy.infra.system import new_id
from understudy.llm.bills import Bill, CallNote, Route
from understudy.llm.domain import Dialect, Fault, Price, Provider, Target, Tier, Usage
from understudy.llm.ledger import recording
from understudy.llm.ledger.costs import ENOUGH, FRESH_SECONDS, Costs
from understudy.llm.ledger.keeping import KEEP, Ledger
from understudy.wiring.product import Product

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
PAID = CallRow(NOW, cost_micros=100)


@dataclass
class Clock:
    """A clock, and a timer, that are set by hand."""

    at: datetime = NOW
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.at

    def timer(self) -> float:
        return self.seconds


async def write(product: Product, company: Company, *rows: CallRow) -> None:
    async with product.database.platform() as tx:
        for row in rows:
            await write_call(tx.raw, company.id, row, new_id())


async def read(product: Product, query: str) -> list[tuple[Any, ...]]:
    async with product.database.platform() as tx:
        return await (await tx.raw.execute(query.encode())).fetchall()


async def test_a_call_is_written_down_as_it_went_and_corrected_once_it_is_booked(
    product: Product, company: Company
) -> None:
    provider = Provider(new_id(), None, "openai", Dialect.OPENAI)
    target = Target(provider, "small", Price.free())
    route = Route("complexity 0.35", Tier.MEDIUM, 0.35, 2, failover_from="gemini/flash", prompt_version="support@1")
    usage = Usage(1_400, 120, 900)
    note = CallNote(new_id(), target.name, route, 42, 810, usage, first_token_ms=300)
    bill = Bill(company.id, "UTC", 10**6, message_id=new_id())
    async with product.database.hot(company.id) as tx:
        await recording.add_call(tx, bill, target, note, NOW)
        failed = replace(note, id=new_id(), usage=None, fault=Fault.CUT, cost_micros=0)
        await recording.add_call(tx, bill, target, failed, NOW)
        await recording.correct_cost(tx, failed.id, 77)
    columns = "message_id, provider_id, provider, model, tier, complexity, route_reason, attempt, failover_from"
    (first, second) = await read(
        product, f"SELECT {columns}, cost_micros, fault, input_tokens FROM llm_call ORDER BY id"
    )
    shared = (bill.message_id, provider.id, "openai", "small", "medium", 0.35, route.reason, 2, "gemini/flash")
    assert first == (*shared, 42, None, 1_400)
    assert second == (*shared, 77, "cut", None)


async def test_summing_up_again_changes_nothing_and_adds_what_came_after_midnight(
    product: Product, company: Company, other_company: Company
) -> None:
    ledger = Ledger(database=product.database, clock=Clock())
    yesterday = replace(PAID, at=NOW - timedelta(hours=1), latency_ms=500)
    await write(product, company, PAID, replace(PAID, fault="cut", tokens=None), yesterday)
    await write(product, other_company, PAID)
    query = (
        "SELECT day::text, calls, succeeded, cost_micros, latency_p50_ms FROM llm_day ORDER BY company_id, day, calls"
    )
    assert await ledger.summarise() == 3
    once = await read(product, query)
    assert ("2026-11-20", 2, 1, 200, 800) in once
    for _ in range(2):
        assert await ledger.summarise() == 3
        assert await read(product, query) == once
    await write(product, company, replace(yesterday, cost_micros=11))  # settled after midnight
    await ledger.summarise()
    assert ("2026-11-19", 2, 2, 111, 500) in await read(product, query)


async def test_days_on_which_nobody_summed_up_are_made_up_for(product: Product, company: Company) -> None:
    clock = Clock()
    ledger = Ledger(database=product.database, clock=clock)
    await write(product, company, PAID)
    await ledger.summarise()
    await write(product, company, *(replace(PAID, at=NOW + timedelta(days=days)) for days in (1, 2, 3)))
    clock.at = NOW + timedelta(days=9)
    await ledger.summarise()
    assert await read(product, "SELECT count(*), sum(calls) FROM llm_day") == [(4, 4)]


async def test_after_ninety_days_calls_are_forgotten_and_their_sums_stay(product: Product, company: Company) -> None:
    clock = Clock()
    ledger = Ledger(database=product.database, clock=clock)
    await write(product, company, PAID, replace(PAID, at=NOW + timedelta(days=1)))
    async with product.database.platform() as tx:
        await tx.raw.execute(
            "INSERT INTO llm_route VALUES (%s, %s, %s, NULL, '{}', 'small', 'small', 0.9, true)",
            (company.id, new_id(), NOW),
        )
    await ledger.summarise()
    clock.at = NOW + KEEP
    assert await ledger.forget() == 0
    clock.at += timedelta(seconds=1)
    assert await ledger.forget() == 2
    assert await ledger.forget() == 0
    await ledger.summarise()
    assert await read(product, "SELECT count(*) FROM llm_call") == [(1,)]
    assert await read(product, "SELECT count(*) FROM llm_route") == [(0,)]
    assert await read(product, "SELECT sum(calls), sum(cost_micros)::bigint FROM llm_day") == [(2, 200)]


async def answers(product: Product, company: Company, *costs: int, fault: str | None = None) -> list[UUID]:
    """Paid answers, each of one call."""
    messages = [new_id() for _ in costs]
    rows = [
        replace(PAID, cost_micros=cost, message_id=message, fault=fault)
        for cost, message in zip(costs, messages, strict=True)
    ]
    await write(product, company, *rows)
    return messages


async def test_the_median_is_of_whole_paid_answers_once_there_are_enough(
    product: Product, company: Company, other_company: Company
) -> None:
    clock = Clock()
    costs = Costs(database=product.database, timer=clock.timer)
    messages = await answers(product, company, *range(100, 100 + ENOUGH - 1))
    await answers(product, company, *[10_000] * ENOUGH, fault="timed_out")
    await write(product, company, *[replace(PAID, purpose="test", cost_micros=1)] * ENOUGH)
    await answers(product, other_company, *[5] * ENOUGH)
    assert await costs.median(company.id) is None
    assert await costs.median(other_company.id) == 5
    await answers(product, company, 10**6)
    assert await costs.median(company.id) is None, "up to five minutes old"
    clock.seconds += FRESH_SECONDS + 1
    assert await costs.median(company.id) == 100 + ENOUGH // 2 - 1
    repairs = [replace(PAID, purpose="repair", cost_micros=50, message_id=message) for message in messages]
    await write(product, company, *repairs)
    clock.seconds += FRESH_SECONDS + 1
    assert await costs.median(company.id) == 150 + ENOUGH // 2 - 1, "what an answer cost is all its calls"
