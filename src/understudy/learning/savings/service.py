"""Reading what learning saved and cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from understudy.answering.overview.service import DecisionOverview
from understudy.infra.database import Database
from understudy.learning.savings import store
from understudy.learning.savings.domain import BillMonth, Grouping, Months, SavingLine, lines
from understudy.llm.domain import Purpose
from understudy.llm.ledger.domain import Grouping as UsageGrouping
from understudy.llm.ledger.domain import UsageQuery
from understudy.llm.ledger.usage import Usage


class Savings:
    """The ledger of what was learnt. It counts sums by month, never single answers."""

    def __init__(self, *, database: Database, decisions: DecisionOverview, usage: Usage) -> None:
        self._database = database
        self._decisions = decisions
        self._usage = usage

    async def table(self, company_id: UUID, months: Months, *, by: Grouping) -> tuple[SavingLine, ...]:
        """Savings by group."""
        async with self._database.transaction(company_id) as tx:
            saved, spent = await store.saved(tx, months), await store.spent(tx, months)
        learning = await self._learning(company_id, months) if by is Grouping.MONTH else None
        return lines(saved, spent, by, learning)

    async def bill(self, company_id: UUID, months: Months) -> tuple[BillMonth, ...]:
        """The bill of each month, also of those in which nothing was asked."""
        span = months.span
        days = await self._decisions.bill(since=span.start, until=span.end, company_id=company_id)
        spent: dict[date, int] = {}
        for line in days:
            month = line.day.replace(day=1)
            spent[month] = spent.get(month, 0) + line.cost_micros
        learning = await self._learning(company_id, months)
        async with self._database.transaction(company_id) as tx:
            saved: dict[date, int] = {}
            for one in await store.saved(tx, months):
                saved[one.month] = saved.get(one.month, 0) + one.saved_micros
        return tuple(
            BillMonth(month, spent.get(month, 0), learning.get(month, 0), saved.get(month, 0)) for month in months.all
        )

    async def titles(self, company_id: UUID, suggestion_ids: list[UUID]) -> Mapping[UUID, str]:
        """What suggestions are about, in a few words."""
        async with self._database.transaction(company_id) as tx:
            return await store.titles(tx, suggestion_ids)

    async def _learning(self, company_id: UUID, months: Months) -> dict[date, int]:
        """What learning cost by month, whatever came of it."""
        wanted = UsageQuery(months.span, company_id, purpose=Purpose.LEARN)
        table = await self._usage.table(wanted, by=UsageGrouping.DAY)
        found: dict[date, int] = {}
        for line in table.lines:
            month = date.fromisoformat(line.key).replace(day=1)
            found[month] = found.get(month, 0) + line.sums.cost_micros
        return found
