"""Reading what paid calls used and cost, for a company or for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from understudy.infra.database import Database, Tx
from understudy.llm.ledger.domain import Call, CallQuery, Grouping, Routing, UsageQuery, UsageTable
from understudy.llm.ledger.store import usage as store


class Usage:
    """The ledger as it is read. A query without a company reads all of them, which is for the platform only."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def table(self, wanted: UsageQuery, *, by: Grouping) -> UsageTable:
        """Usage summed by group."""
        async with self._scope(wanted.company_id) as tx:
            return UsageTable(by, await store.usage(tx, wanted, by))

    async def calls(self, wanted: CallQuery) -> list[Call]:
        """Single calls, newest first; those older than they are kept are in the daily sums only."""
        async with self._scope(wanted.company_id) as tx:
            return await store.calls(tx, wanted)

    async def routing(self, wanted: UsageQuery) -> Routing:
        """How calls were routed. Reads the calls themselves, so the range should be short."""
        async with self._scope(wanted.company_id) as tx:
            return Routing(
                lines=await store.routes(tx, wanted),
                climbed=await store.climbed(tx, wanted),
                timings=await store.timings(tx, wanted),
                reasons=await store.reasons(tx, wanted),
                health=await store.health(tx, wanted),
            )

    @asynccontextmanager
    async def _scope(self, company_id: UUID | None) -> AsyncIterator[Tx]:
        scope = self._database.platform() if company_id is None else self._database.transaction(company_id)
        async with scope as tx:
            yield tx
