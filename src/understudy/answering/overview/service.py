"""The decisions of all companies as those see them who run the installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from understudy.answering.domain import DecisionNotFound
from understudy.answering.exchanges.domain import Exchange
from understudy.answering.exchanges.store import exchanges_of
from understudy.answering.overview import store
from understudy.answering.overview.domain import BillLine, Placed, Selection, Tally, bill_line, tally_of
from understudy.answering.rollups import reading
from understudy.answering.rollups.reading import Wanted
from understudy.infra.database import Database


class DecisionOverview:
    """Reads decisions across companies. Not for callers who belong to one: those ask `Answering`."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def recent(self, wanted: Selection) -> list[Placed]:
        """Decisions, newest first, without their rungs: `show` has those."""
        async with self._database.platform() as tx:
            return await store.select_decisions(tx, wanted)

    async def show(self, decision_id: UUID) -> Placed:
        """The decision, whosever it is; raises `DecisionNotFound`."""
        async with self._database.platform() as tx:
            found = await store.find_anywhere(tx, decision_id)
        if found is None:
            raise DecisionNotFound(
                f"there is no decision {decision_id}", remedy="it may have been erased with its contact"
            )
        return found

    async def exchanges(self, placed: Placed) -> Sequence[Exchange]:
        """What was said to providers for a decision, masked as they saw it."""
        async with self._database.transaction(placed.company_id) as tx:
            return await exchanges_of(tx, placed.decision.about.message_id)

    async def about(self, company_id: UUID, message_ids: list[UUID]) -> list[Placed]:
        """The decisions about some messages of a company; messages without one are left out."""
        if not message_ids:
            return []
        async with self._database.platform() as tx:
            return await store.decisions_about(tx, company_id, message_ids)

    async def tally(self, *, since: datetime, company_id: UUID | None = None) -> Tally:
        """Decisions since a moment in numbers, of one company or of all."""
        wanted = Wanted(since, None, company_id)
        async with self._database.platform() as tx:
            return tally_of(await reading.sums(tx, wanted), await reading.median_latency_us(tx, wanted))

    async def bill(self, *, since: datetime, until: datetime, company_id: UUID | None = None) -> list[BillLine]:
        """What decisions from `since` up to before `until` cost and saved, by day (UTC), rung and outcome."""
        async with self._database.platform() as tx:
            return [bill_line(one) for one in await reading.sums(tx, Wanted(since, until, company_id))]
