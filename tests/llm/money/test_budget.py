"""Holds, settlements and what is announced, on the real database."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from tests.llm.money.conftest import MODEL, SETTINGS, Purse, announcing
from understudy.companies.domain import Company
from understudy.infra.database import Database, DatabaseSettings, DatabaseUnavailable
from understudy.infra.system import new_id
from understudy.llm.bills import OverBudget
from understudy.llm.domain import Pot
from understudy.llm.money.budget import Budget
from understudy.llm.money.domain import HoldLost
from understudy.wiring.product import Product


async def test_what_is_held_is_taken_and_the_rest_comes_back(purse: Purse) -> None:
    hold = await purse.reserve(400)
    assert (hold.month, hold.amount_micros, hold.pot) == ("2026-11", 400, Pot.ANSWERING)
    assert await purse.sums() == ("2026-11", 0, 400)
    await purse.budget.mark_sent(hold)
    assert await purse.settle(hold, 150) == 150
    assert await purse.sums() == ("2026-11", 150, 0)


async def test_the_cap_can_be_used_to_the_last_micro_dollar(purse: Purse) -> None:
    await purse.spend(600, 600)
    hold = await purse.reserve(400)
    with pytest.raises(OverBudget):
        await purse.reserve(1)
    await purse.budget.release(hold.company_id, hold.id)
    assert (await purse.reserve(400)).amount_micros == 400


async def test_what_costs_nothing_is_never_refused(purse: Purse) -> None:
    await purse.spend(1_000, 1_000)
    hold = await purse.reserve(0)
    await purse.budget.mark_sent(hold)
    assert await purse.settle(hold, 0) == 0


async def test_unknown_usage_is_booked_at_the_worst_case(purse: Purse) -> None:
    hold = await purse.reserve(400)
    await purse.budget.mark_sent(hold)
    assert await purse.settle(hold, None) == 400
    assert await purse.sums() == ("2026-11", 400, 0)


async def test_settling_and_releasing_again_change_nothing(purse: Purse) -> None:
    hold = await purse.reserve(400)
    await purse.budget.mark_sent(hold)
    await purse.budget.mark_sent(hold)
    assert [await purse.settle(hold, 150), await purse.settle(hold, 300), await purse.settle(hold, None)] == [150] * 3
    await purse.budget.release(hold.company_id, hold.id)
    assert await purse.sums() == ("2026-11", 150, 0)


async def test_a_settlement_goes_with_the_transaction_it_is_made_in(purse: Purse) -> None:
    hold = await purse.reserve(400)

    async def fail() -> None:
        async with purse.product.database.transaction(purse.company_id) as tx:
            await purse.budget.settle(tx, hold, 150)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await purse.sums() == ("2026-11", 0, 400)


async def test_an_unsent_hold_expires_and_cannot_be_sent_any_more(purse: Purse) -> None:
    hold = await purse.reserve(400)
    purse.watch.advance(seconds=29)
    assert await purse.budget.recover() == 0
    purse.watch.advance(seconds=1)
    assert await purse.budget.recover() == 1
    assert await purse.sums() == ("2026-11", 0, 0)
    with pytest.raises(HoldLost):
        await purse.budget.mark_sent(hold)
    assert await purse.budget.recover() == 0


async def test_a_reservation_brings_overdue_holds_back_by_itself(purse: Purse) -> None:
    await purse.reserve(700)
    with pytest.raises(OverBudget):
        await purse.reserve(700)
    purse.watch.advance(seconds=31)
    await purse.reserve(700)
    assert await purse.sums() == ("2026-11", 0, 700)


async def test_an_orphan_is_booked_at_its_worst_case_until_its_cost_is_known_after_all(purse: Purse) -> None:
    hold = await purse.reserve(400)
    await purse.budget.mark_sent(hold)
    purse.watch.advance(seconds=299)
    assert await purse.budget.recover() == 0
    purse.watch.advance(seconds=1)
    assert await purse.budget.recover() == 1
    assert await purse.sums() == ("2026-11", 400, 0)
    assert await purse.rows("SELECT state, cost_micros FROM budget_hold") == [("orphaned", 400)]
    assert await purse.settle(hold, 150) == 150
    assert await purse.sums() == ("2026-11", 150, 0)


async def test_closed_holds_are_deleted_after_ninety_days(purse: Purse) -> None:
    await purse.spend(400, 150)
    purse.watch.advance(days=89)
    await purse.budget.recover()
    assert await purse.rows("SELECT count(*) FROM budget_hold") == [(1,)]
    purse.watch.advance(days=1)
    await purse.budget.recover()
    assert await purse.rows("SELECT count(*) FROM budget_hold") == [(0,)]


async def test_a_dearer_call_is_booked_announced_and_further_holds_are_larger(purse: Purse) -> None:
    purse.cap_micros = 10_000
    hold = await purse.reserve(400)
    await purse.budget.mark_sent(hold)
    assert await purse.settle(hold, 500) == 500
    ((kind, payload),) = await purse.announced()
    assert kind == "HoldTooSmall"
    assert payload == {"company_id": str(purse.company_id), "model": MODEL, "held_micros": 400, "cost_micros": 500}
    assert (await purse.reserve(400)).amount_micros == 552  # 500 ÷ 400, and a tenth more, in whole per cent
    assert (await purse.reserve(400, model="openai/other")).amount_micros == 400


@pytest.mark.parametrize(
    ("costs", "percents"),
    [([499], []), ([500], [50]), ([500, 299, 1], [50, 80]), ([1_000], [50, 80, 100]), ([400, 500], [50, 80])],
)
async def test_each_share_of_the_cap_is_announced_once(purse: Purse, costs: list[int], percents: list[int]) -> None:
    for cost in costs:
        await purse.spend(cost, cost)
    await purse.spend(0, 0)
    assert sorted(payload["percent"] for _, payload in await purse.announced()) == percents


async def test_a_refusal_for_what_is_spent_announces_the_end_once(purse: Purse) -> None:
    await purse.spend(450, 450)
    await purse.reserve(500)
    with pytest.raises(OverBudget):
        await purse.reserve(100)
    assert await purse.announced() == []  # what others hold may come back
    for _ in range(2):
        with pytest.raises(OverBudget):
            await purse.reserve(600)
    (announced,) = await purse.announced()
    assert announced[1] == {
        "company_id": str(purse.company_id),
        "pot": "answering",
        "month": "2026-11",
        "percent": 100,
    }


async def test_the_sweep_announces_too(purse: Purse) -> None:
    hold = await purse.reserve(600)
    await purse.budget.mark_sent(hold)
    purse.watch.advance(seconds=301)
    await purse.budget.recover()
    assert [payload["percent"] for _, payload in await purse.announced()] == [50]


async def test_the_pots_are_apart(purse: Purse) -> None:
    await purse.spend(1_000, 1_000)
    purse.pot = Pot.LEARNING
    await purse.spend(300, 300)
    assert await purse.sums() == ("2026-11", 300, 0)


async def test_a_new_month_is_a_new_budget_and_settlements_stay_in_theirs(purse: Purse) -> None:
    hold = await purse.reserve(900)
    await purse.budget.mark_sent(hold)
    purse.watch.advance(days=11)
    assert await purse.sums() == ("2026-12", 0, 0)
    await purse.spend(900, 700)
    await purse.settle(hold, 800)
    assert await purse.sums() == ("2026-12", 700, 0)
    assert await purse.rows("SELECT month, spent_micros, held_micros FROM budget_window ORDER BY month") == [
        ("2026-11", 800, 0),
        ("2026-12", 700, 0),
    ]


async def test_a_change_of_zone_counts_from_the_next_window(purse: Purse) -> None:
    await purse.spend(400, 400)
    purse.zone = "Pacific/Auckland"  # there it is December already in the last half day
    purse.watch.advance(days=10)
    assert await purse.sums() == ("2026-11", 400, 0)
    purse.watch.advance(days=1)
    await purse.spend(100, 100)
    status = await purse.budget.status(purse.bill)
    assert (status.window.month, status.ends_at.isoformat()) == ("2026-12", "2026-12-31T11:00:00+00:00")


async def test_a_raised_cap_counts_at_once(purse: Purse) -> None:
    await purse.spend(1_000, 1_000)
    with pytest.raises(OverBudget):
        await purse.reserve(1)
    purse.cap_micros = 2_000
    await purse.spend(1_000, 1_000)


async def test_the_status_tells_what_the_month_will_cost(purse: Purse) -> None:
    await purse.spend(100, 100)
    purse.watch.advance(days=5)
    status = await purse.budget.status(purse.bill)
    assert status.window.left_micros == 900
    assert status.forecast_micros == 210  # 100 in 5 of 10.5 days


async def test_many_processes_open_one_window(purse: Purse) -> None:
    others = [announcing(purse.product, purse.watch) for _ in range(5)]
    await asyncio.gather(*(budget.reserve(purse.bill, 10, model=MODEL) for budget in others for _ in range(4)))
    assert await purse.rows("SELECT month, held_micros FROM budget_window") == [("2026-11", 200)]


async def test_another_company_sees_and_touches_nothing(purse: Purse, other_company: Company) -> None:
    hold = await purse.reserve(400)
    async with purse.product.database.hot(other_company.id) as tx:
        for table in ("budget_window", "budget_hold", "hold_factor"):
            assert await (await tx.raw.execute(f"SELECT * FROM {table}")).fetchall() == []
        with pytest.raises(HoldLost):
            await purse.budget.settle(tx, hold, 1)
    async with purse.product.database.hot(other_company.id) as tx:
        await tx.raw.execute("UPDATE budget_window SET held_micros = 0")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await tx.raw.execute("INSERT INTO hold_factor VALUES (%s, 'x', 1)", (purse.company_id,))
    assert await purse.sums() == ("2026-11", 0, 400)


async def test_by_the_database_s_own_clock(product: Product, purse: Purse) -> None:
    purse.budget = announcing(product, None)
    await purse.spend(400, 150)
    ((database_now,),) = await purse.rows("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')")
    assert await purse.sums() == (database_now, 150, 0)
    assert await purse.budget.recover() == 0


async def test_without_the_database_nothing_may_be_sent(purse: Purse) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    away = Database(url=nowhere, platform_url=nowhere, settings=DatabaseSettings(connect_timeout_seconds=0.2))
    budget = Budget(database=away, outbox=purse.product.outbox, new_id=new_id, settings=SETTINGS)
    with pytest.raises(DatabaseUnavailable):
        await away.open()
    with pytest.raises(DatabaseUnavailable):
        await budget.reserve(purse.bill, 1, model=MODEL)
