"""What a company's own paid answers cost: what savings are counted against once there are enough of them."""

from __future__ import annotations

from uuid import UUID

from understudy.infra.cache import Cache
from understudy.infra.database import Database
from understudy.kit.clock import Timer

ENOUGH = 20
"""Paid answers before their median says anything."""
LATEST = 500
"""The median is of the latest so many."""
FRESH_SECONDS = 300.0
CAPACITY = 10_000
_MEDIAN = """
SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY cost)
FROM (
    SELECT sum(cost_micros)::bigint AS cost FROM llm_call
    WHERE message_id IS NOT NULL AND purpose IN ('answer', 'repair')
    GROUP BY message_id HAVING bool_or(fault IS NULL) ORDER BY max(at) DESC LIMIT %s
) AS answers
"""


class Costs:
    """Knows medians, up to five minutes old."""

    def __init__(self, *, database: Database, timer: Timer) -> None:
        self._database = database
        self._timer = timer
        self._medians: Cache[UUID, tuple[float, int | None]] = Cache("paid_median", self._load, capacity=CAPACITY)

    async def median(self, company_id: UUID) -> int | None:
        """The median of a company's paid answers in micro-dollars; None while there are fewer than twenty."""
        read_at, median = await self._medians.get(company_id)
        if self._timer() - read_at > FRESH_SECONDS:
            self._medians.drop(company_id)
            _, median = await self._medians.get(company_id)
        return median

    async def _load(self, company_id: UUID) -> tuple[float, int | None]:
        async with self._database.transaction(company_id) as tx:
            row = await (await tx.raw.execute(_MEDIAN, (LATEST,))).fetchone()
        assert row is not None
        return self._timer(), row[1] if row[0] >= ENOUGH else None
