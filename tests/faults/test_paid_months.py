"""The month turns while calls are under way: each is booked in the month that it was set aside in, exactly."""

from __future__ import annotations

import asyncio

import pytest

from tests.llm.conftest import ANSWER, PRICE, NoForwarder, target
from tests.llm.money.conftest import Purse, announcing, purse
from understudy.infra.system import elapsed, utc_now
from understudy.language.adapters.shipped import open_tokens
from understudy.llm.adapters.scripted import Cue, ScriptedDialer
from understudy.llm.bills import OverBudget, Route
from understudy.llm.domain import Options, Prompt, Turn, Usage
from understudy.llm.meter import Lines, Meter, Till

__all__ = ["purse"]

CALLS = 20
COST = 110
OPTIONS = Options(0.1, 100, 5, 5)
PROMPT = Prompt((), (Turn("user", "hello"),))


@pytest.mark.fault
async def test_calls_under_way_stay_in_their_month_and_the_new_month_has_its_whole_budget(purse: Purse) -> None:
    purse.watch.advance(days=10, hours=11)  # the 30th of November, an hour before midnight
    dialer = ScriptedDialer(otherwise=Cue(ANSWER, latency_seconds=0.5, usage=Usage(100, 10)))
    budget = announcing(purse.product, purse.watch)
    till, lines = Till(budget, open_tokens()), Lines(dialer, NoForwarder())
    meter = Meter(database=purse.product.database, till=till, lines=lines, clock=utc_now, timer=elapsed)
    asked = target("first", price=PRICE)

    async def call() -> int:
        note, _ = await meter.complete(purse.bill, Route("test"), asked, PROMPT, OPTIONS)
        return note.cost_micros

    purse.cap_micros = 10**9
    november = [asyncio.create_task(call()) for _ in range(CALLS)]
    while len(dialer.asked) < CALLS:
        await asyncio.sleep(0.01)
    held = (await purse.rows("SELECT held_micros FROM budget_window"))[0][0]
    purse.cap_micros = held  # not one call more in November
    with pytest.raises(OverBudget):
        await call()
    purse.watch.advance(hours=2)
    december = [asyncio.create_task(call()) for _ in range(CALLS)]
    assert await asyncio.gather(*november, *december) == [COST] * 2 * CALLS
    assert await purse.rows("SELECT month, spent_micros, held_micros FROM budget_window ORDER BY month") == [
        ("2026-11", CALLS * COST, 0),
        ("2026-12", CALLS * COST, 0),
    ]
    assert await purse.rows("SELECT sum(cost_micros)::bigint FROM llm_call") == [(2 * CALLS * COST,)]
