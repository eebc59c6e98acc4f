"""Keeping the ledger small and quick to read: summaries by day for good, single calls for ninety days."""

from __future__ import annotations

from datetime import timedelta

from understudy.infra.database import Database
from understudy.kit.clock import Clock
from understudy.llm.ledger import recording

KEEP = timedelta(days=90)
"""How long single calls can be looked at."""
BATCH = 5_000
SUMMED_ANEW = timedelta(days=1)
"""The day before is summed once more, for calls that were settled after midnight."""


class Ledger:
    """Sums up and forgets, over all companies."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def summarise(self) -> int:
        """Sums up today's calls and yesterday's; says how many rows that made."""
        since = (self._clock() - SUMMED_ANEW).replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._database.platform() as tx:
            return await recording.summarise(tx, since)

    async def forget(self) -> int:
        """Deletes single calls older than ninety days, in small transactions; says how many."""
        gone = 0
        while True:
            async with self._database.platform() as tx:
                deleted = await recording.forget(tx, self._clock() - KEEP, BATCH)
            gone += deleted
            if deleted == 0:
                return gone
