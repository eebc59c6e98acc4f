"""Incident 1, budget checked, then spent: a race (LiteLLM #34732, Onyx).

Taken out to see it fail: the sum that is compared with the cap read beforehand instead of in the update itself.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.llm.money.conftest import MODEL, Purse, announcing, purse
from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.postgres.place import Place
from understudy.llm.bills import Hold, OverBudget
from understudy.llm.money.budget import Budget

__all__ = ["purse"]

PARALLEL = 200
CALL_MICROS = 70
PROCESSES = 4


@pytest.mark.parametrize("calls_left", [1, 3])
async def test_of_200_parallel_calls_those_that_fit_are_admitted(purse: Purse, place: Place, calls_left: int) -> None:
    purse.cap_micros = 10 * CALL_MICROS + CALL_MICROS - 1
    for _ in range(10 - calls_left):
        await purse.spend(CALL_MICROS, CALL_MICROS)
    databases = [_database(place) for _ in range(PROCESSES)]
    for database in databases:
        await database.open()
    budgets = [announcing(purse.product, purse.watch, database) for database in databases]

    async def call(number: int) -> int:
        budget = budgets[number % PROCESSES]
        try:
            hold = await budget.reserve(purse.bill, CALL_MICROS, model=MODEL)
        except OverBudget:
            return 0
        await budget.mark_sent(hold)
        return await _settled(budget, databases[number % PROCESSES], hold)

    booked = await asyncio.gather(*(call(number) for number in range(PARALLEL)))
    for database in databases:
        await database.close()
    assert sum(cost > 0 for cost in booked) == calls_left
    assert await purse.sums() == ("2026-11", 10 * CALL_MICROS, 0)


async def _settled(budget: Budget, database: Database, hold: Hold) -> int:
    async with database.hot(hold.company_id) as tx:
        return await budget.settle(tx, hold, CALL_MICROS)


def _database(place: Place) -> Database:
    settings = DatabaseSettings(pool_size=8, platform_pool_size=1, connect_timeout_seconds=30)
    return Database(url=place.url, platform_url=place.platform_url, settings=settings)
