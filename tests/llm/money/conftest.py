"""A budget over the real database, with a clock that stands where the test puts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from understudy.companies.domain import Company
from understudy.infra.database import Database
from understudy.infra.outbox import Outbox
from understudy.infra.system import new_id
from understudy.kit.clock import Clock
from understudy.llm.bills import Bill, Hold
from understudy.llm.domain import Pot
from understudy.llm.events import BudgetReached, HoldTooSmall
from understudy.llm.money.budget import Budget
from understudy.llm.settings import LlmProcessSettings
from understudy.wiring.product import Product

MODEL = "openai/small"
SETTINGS = LlmProcessSettings(hold_seconds=30, orphan_seconds=300)


@dataclass
class Watch:
    """A clock that is set by hand."""

    at: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **how: float) -> None:
        """Lets time pass."""
        self.at += timedelta(**how)


@dataclass
class Purse:
    """A company with its budget."""

    product: Product
    company_id: UUID
    budget: Budget
    watch: Watch
    cap_micros: int = 1_000
    zone: str = "UTC"
    pot: Pot = Pot.ANSWERING

    @property
    def bill(self) -> Bill:
        """A bill to the company."""
        return Bill(self.company_id, self.zone, self.cap_micros, self.pot)

    async def reserve(self, amount_micros: int, *, model: str = MODEL) -> Hold:
        """A hold."""
        return await self.budget.reserve(self.bill, amount_micros, model=model)

    async def settle(self, hold: Hold, cost_micros: int | None) -> int:
        """What is booked."""
        async with self.product.database.hot(self.company_id) as tx:
            return await self.budget.settle(tx, hold, cost_micros)

    async def spend(self, amount_micros: int, cost_micros: int) -> int:
        """A whole call."""
        hold = await self.reserve(amount_micros)
        await self.budget.mark_sent(hold)
        return await self.settle(hold, cost_micros)

    async def sums(self) -> tuple[str, int, int]:
        """Month, spent and held of the running window."""
        window = (await self.budget.status(self.bill)).window
        return window.month, window.spent_micros, window.held_micros

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the company sees in the database."""
        async with self.product.database.hot(self.company_id) as tx:
            return await (await tx.raw.execute(query)).fetchall()

    async def announced(self) -> list[tuple[str, dict[str, Any]]]:
        """Events in the outbox, in order."""
        found = await self.rows("SELECT kind, payload FROM outbox ORDER BY id")
        return [(kind, payload) for kind, payload in found]


def announcing(product: Product, clock: Clock | None, database: Database | None = None) -> Budget:
    """A budget whose events somebody wants; over a pool of its own, as in another process, if one is given."""
    outbox = Outbox(subscriptions={BudgetReached: ["notice"], HoldTooSmall: ["notice"]}, new_id=new_id)
    return Budget(database=database or product.database, outbox=outbox, new_id=new_id, settings=SETTINGS, clock=clock)


@pytest.fixture
def purse(product: Product, company: Company) -> Purse:
    """A budget of 1,000 micro-dollars, by a clock of its own."""
    watch = Watch()
    return Purse(product, company.id, announcing(product, watch), watch)
