"""A process that spends the budgets of companies, many calls at once, until it is killed or the plan is over.

Reads the plan as a line of JSON from standard input, prints `ready`, and begins when it is told the moment at which the
plan begins. Each worker places a hold, marks it as sent, asks the upstream peer, and settles; refused, it tries again a
moment later. Prints what it saw, if it lives to the end.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.outbox import Outbox
from understudy.infra.system import new_id
from understudy.llm.bills import Bill, OverBudget
from understudy.llm.money.budget import Budget
from understudy.llm.money.domain import HoldLost
from understudy.llm.settings import LlmProcessSettings

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
MODEL = "upstream/model"
SETTINGS = LlmProcessSettings(hold_seconds=2, orphan_seconds=4)
AGAIN_SECONDS = 0.05
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Spree:
    """From which to which second of the plan a company's budget is spent, in calls of at most so much each."""

    company_id: str
    cap_micros: int
    most_micros: int
    starts_at: float
    ends_at: float

    @property
    def bill(self) -> Bill:
        """Who pays."""
        return Bill(UUID(self.company_id), "UTC", self.cap_micros)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process does: the sprees, one after the other, with so many workers."""

    url: str
    platform_url: str
    port: int
    workers: int
    sprees: Sequence[Spree]

    def as_json(self) -> str:
        """For standard input."""
        return json.dumps(asdict(self))


def plan_in(text: str) -> Plan:
    """The plan that standard input holds."""
    values = json.loads(text)
    return Plan(**{**values, "sprees": [Spree(**spree) for spree in values["sprees"]]})


def budget_of(database: Database) -> Budget:
    """A budget with short time limits."""
    return Budget(database=database, outbox=Outbox(subscriptions={}, new_id=new_id), new_id=new_id, settings=SETTINGS)


async def call(budget: Budget, database: Database, spree: Spree, streams: Streams) -> str:
    """One paid call, as the meter makes it; how it went."""
    try:
        hold = await budget.reserve(spree.bill, spree.most_micros, model=MODEL)
        await budget.mark_sent(hold)
    except OverBudget:
        return "refused"
    except HoldLost:
        return "lost"
    reader, writer = streams
    writer.write(json.dumps({"company": spree.company_id, "most": spree.most_micros}).encode() + b"\n")
    cost = json.loads(await reader.readline())["cost"]
    async with database.hot(hold.company_id) as tx:
        await budget.settle(tx, hold, cost)
    return "served"


async def run(plan: Plan) -> Counter[str]:
    """Spends."""
    settings = DatabaseSettings(platform_pool_size=1, connect_timeout_seconds=PATIENCE_SECONDS)
    database = Database(url=plan.url, platform_url=plan.platform_url, settings=settings)
    await database.open()
    budget, seen = budget_of(database), Counter[str]()
    streams = [await asyncio.open_connection("127.0.0.1", plan.port) for _ in range(plan.workers)]
    print("ready", flush=True)
    start = float(await asyncio.to_thread(sys.stdin.readline))

    async def work(stream: Streams) -> None:
        for spree in plan.sprees:
            await asyncio.sleep(max(0.0, start + spree.starts_at - time.time()))
            while time.time() < start + spree.ends_at:
                how = await call(budget, database, spree, stream)
                seen[how] += 1
                if how != "served":
                    await asyncio.sleep(AGAIN_SECONDS)
        stream[1].close()

    await asyncio.gather(*(work(stream) for stream in streams))
    await database.close()
    return seen


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(plan_in(sys.stdin.readline())))))
