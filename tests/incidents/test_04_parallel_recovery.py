"""Incident 4, recovery doubles or resets spend (LiteLLM #28247).

Taken out to see it fail: the lock on what a sweep is about to close.
"""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.llm.money.conftest import Purse, announcing, purse
from understudy.infra.postgres.place import Place

__all__ = ["purse"]

COLD_STARTS = 4
IN_PROCESS = 12
HOLDS = 40
MEETING_SECONDS = 2


async def cold_start(place: Place, purse: Purse) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.spending_process"),
        *(place.url, place.platform_url, str(purse.company_id), "recover", "0", "0"),
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return int(out)


@pytest.mark.fault
async def test_many_cold_starts_at_once_leave_one_value(place: Place, purse: Purse) -> None:
    purse.cap_micros = 10**9
    purse.watch.advance(days=-3_650)  # everything is long overdue by the clock of the database
    await purse.spend(500, 77)
    holds = [await purse.reserve(1_000 + number) for number in range(HOLDS)]
    for hold in holds[: HOLDS // 2]:
        await purse.budget.mark_sent(hold)
    sweepers = [announcing(purse.product, None) for _ in range(IN_PROCESS)]
    async with purse.product.database.hot(purse.company_id) as tx:
        await tx.raw.execute("SELECT 1 FROM budget_window FOR UPDATE")  # so that all sweeps meet in the middle
        sweeps = [asyncio.create_task(budget.recover()) for budget in sweepers]
        starts = [asyncio.create_task(cold_start(place, purse)) for _ in range(COLD_STARTS)]
        await asyncio.wait(sweeps + starts, timeout=MEETING_SECONDS)
    assert sum(await asyncio.gather(*sweeps, *starts)) == HOLDS
    worst = sum(hold.amount_micros for hold in holds[: HOLDS // 2])
    assert await purse.rows("SELECT spent_micros, held_micros FROM budget_window") == [(77 + worst, 0)]
    assert await purse.budget.recover() == 0
