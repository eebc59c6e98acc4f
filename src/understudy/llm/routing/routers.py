"""The learned routers of companies: fitted by a job, kept in memory, dropped by a change notice."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.computing import in_thread
from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.llm.routing import store
from understudy.llm.routing.fitting import ENOUGH, fit
from understudy.llm.routing.learned import Router

TOPIC = "llm_router"
CAPACITY = 10_000
MOST_QUESTIONS = 20_000
"""The latest so many questions count."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a company's router; None: complexity decides."""

    router: Router | None


class Routers:
    """Gives each company its router, and fits it anew as questions come."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._found: Cache[UUID, Found] = Cache("router", self._load, capacity=CAPACITY)

    def changed(self, key: str) -> None:
        """What the change notice of a router calls; "*" after a gap that may hide changes."""
        if key == "*":
            self._found.clear()
        else:
            self._found.drop(UUID(key))

    async def of(self, company_id: UUID) -> Router | None:
        """The router that a company uses, usually from memory."""
        return (await self._found.get(company_id)).router

    async def fit_due(self) -> int:
        """Fits the routers of companies that have enough new questions; says how many."""
        async with self._database.platform() as tx:
            companies = await store.due(tx, ENOUGH)
        for company_id in companies:
            await self._fit(company_id)
        return len(companies)

    async def _fit(self, company_id: UUID) -> None:
        async with self._database.transaction(company_id) as tx:
            past, costs = await store.past(tx, MOST_QUESTIONS), await store.costs(tx)
        fitted = await in_thread(fit, past, costs)
        if fitted is None:
            return
        async with self._database.transaction(company_id) as tx:
            await store.keep(tx, fitted, self._clock())
            await announce(tx, TOPIC, str(company_id))

    async def _load(self, company_id: UUID) -> Found:
        async with self._database.transaction(company_id) as tx:
            return Found(await store.find(tx))
