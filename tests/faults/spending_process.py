"""A process that spends and dies: python -m tests.faults.spending_process URL PLATFORM_URL COMPANY STEP CAP AMOUNT.

It is killed after `reserved` or `sent`; with `recover` it is a cold start, which sweeps and prints what it recovered.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from uuid import UUID

from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.outbox import Outbox
from understudy.infra.system import new_id
from understudy.llm.bills import Bill
from understudy.llm.money.budget import Budget
from understudy.llm.settings import LlmProcessSettings

SETTINGS = LlmProcessSettings(hold_seconds=1, orphan_seconds=1)
MODEL = "openai/small"


async def main(url: str, platform_url: str, company: str, step: str, *numbers: str) -> None:
    cap, amount = map(int, numbers)
    database = Database(url=url, platform_url=platform_url, settings=DatabaseSettings(pool_size=2))
    budget = Budget(database=database, outbox=Outbox(subscriptions={}, new_id=new_id), new_id=new_id, settings=SETTINGS)
    await database.open()
    if step == "recover":
        print(await budget.recover())
        await database.close()
        return
    hold = await budget.reserve(Bill(UUID(company), "UTC", cap), amount, model=MODEL)
    if step == "sent":
        await budget.mark_sent(hold)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
