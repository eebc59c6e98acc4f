"""Incident 2, totals not atomic, or floats (LiteLLM #35567).

Taken out to see it fail: the hold's own window when it is settled, in favour of the one that runs by then.
"""

from __future__ import annotations

import asyncio
import random

from tests.llm.money.conftest import Purse, purse

__all__ = ["purse"]

CALLS = 60
CAP_MICROS = 10**15


async def test_parallel_settlements_across_a_month_s_turn_add_up_to_the_micro_dollar(purse: Purse) -> None:
    purse.cap_micros = CAP_MICROS
    chance = random.Random(2)
    costs = [chance.randrange(10**12) + 1 for _ in range(2 * CALLS)]
    november = [await purse.reserve(cost + 1) for cost in costs[:CALLS]]
    purse.watch.advance(days=11)

    async def december(cost: int) -> None:
        hold = await purse.reserve(cost + 7)
        await purse.settle(hold, cost)

    await asyncio.gather(
        *(purse.settle(hold, cost) for hold, cost in zip(november, costs[:CALLS], strict=True)),
        *(december(cost) for cost in costs[CALLS:]),
        *(purse.settle(hold, cost) for hold, cost in zip(november, costs[:CALLS], strict=True)),
    )
    assert await purse.rows("SELECT month, spent_micros, held_micros FROM budget_window ORDER BY month") == [
        ("2026-11", sum(costs[:CALLS]), 0),
        ("2026-12", sum(costs[CALLS:]), 0),
    ]
