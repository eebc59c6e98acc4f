"""A call that ends as nearly all do is settled in one statement; any other is left alone for the longer way."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.llm.conftest import target
from tests.llm.money.conftest import Purse
from understudy.llm.bills import CallNote, Hold, Route
from understudy.llm.ledger import recording

TARGET = target("first")
ROUTE = Route("asked for")


async def settled(purse: Purse, hold: Hold, cost_micros: int) -> bool:
    note = CallNote(id=hold.id, target=TARGET.name, route=ROUTE, cost_micros=cost_micros, latency_ms=1)
    return await recording.add_settled(purse.product.database, purse.bill, TARGET, note, purse.watch())


async def ledger(purse: Purse) -> list[int]:
    return [cost for (cost,) in await purse.rows("SELECT cost_micros FROM llm_call ORDER BY id")]


async def test_the_cost_is_booked_the_rest_comes_back_and_the_ledger_has_its_row(purse: Purse) -> None:
    hold = await purse.reserve(400)
    await purse.budget.mark_sent(hold)
    assert await settled(purse, hold, 150)
    assert await purse.sums() == ("2026-11", 150, 0)
    assert await ledger(purse) == [150]
    assert await purse.rows("SELECT state, cost_micros FROM budget_hold") == [("settled", 150)]


@pytest.mark.parametrize("cost", [401, 500, 1_000])
async def test_a_call_dearer_than_its_hold_is_left_alone(purse: Purse, cost: int) -> None:
    hold = await purse.reserve(400)
    assert not await settled(purse, hold, cost)
    assert await purse.sums() == ("2026-11", 0, 400)
    assert await ledger(purse) == []


async def test_a_call_that_reaches_a_share_of_the_budget_is_left_alone_until_it_is_announced(purse: Purse) -> None:
    first, second = await purse.reserve(500), await purse.reserve(100)
    assert not await settled(purse, first, 500)
    assert await purse.sums() == ("2026-11", 0, 600)
    await purse.settle(first, 500)
    assert [payload["percent"] for _, payload in await purse.announced()] == [50]
    assert await settled(purse, second, 100)
    assert await purse.sums() == ("2026-11", 600, 0)


async def test_a_hold_that_is_open_no_more_is_left_alone(purse: Purse) -> None:
    hold = await purse.reserve(400)
    assert await settled(purse, hold, 10)
    assert not await settled(purse, hold, 10)
    orphan = await purse.reserve(300)
    await purse.budget.mark_sent(orphan)
    purse.watch.advance(seconds=301)
    await purse.budget.recover()
    assert not await settled(purse, orphan, 10)
    assert not await settled(purse, Hold(uuid4(), purse.company_id, purse.pot, "2026-11", 1, "m"), 1)
    assert await purse.sums() == ("2026-11", 310, 0)
    assert await ledger(purse) == [10]


async def test_a_free_call_needs_no_budget(purse: Purse) -> None:
    purse.cap_micros = 0
    hold = await purse.reserve(0)
    assert await settled(purse, hold, 0)
