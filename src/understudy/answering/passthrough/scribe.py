"""Writing behind the reply: what nobody waits for, of one company several at once, in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from understudy.infra.database import Database, Tx
from understudy.infra.telemetry import counter, get_logger

PAUSE_SECONDS = 0.05
"""How long entries gather. A process that is killed forgets as much; nothing that was paid is among it."""
MOST_AT_ONCE = 50
MOST_WAITING = 1_000
"""Entries of a company, beyond which whoever brings another one waits until they are written."""
Entry = Callable[[Tx], Awaitable[None]]
"""Statements of which no result is read."""

log = get_logger(__name__)
_lost = counter("understudy_unrecorded_total", "Handed-on requests that could not be recorded.", ())


class Scribe:
    """Writes entries a moment after they come, in their order."""

    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._waiting: dict[UUID, list[Entry]] = {}
        self._writing: dict[UUID, asyncio.Task[None]] = {}

    async def write(self, company_id: UUID, entry: Entry) -> None:
        """Takes an entry. One that the database refuses is logged, and given up."""
        waiting = self._waiting.setdefault(company_id, [])
        waiting.append(entry)
        if company_id not in self._writing:
            task = asyncio.create_task(self._work(company_id), name="scribe")
            self._writing[company_id] = task
            task.add_done_callback(lambda _: self._writing.pop(company_id, None))
        if len(waiting) > MOST_WAITING:
            await asyncio.shield(self._writing[company_id])

    async def settle(self) -> None:
        """Waits until all that came is written."""
        while self._writing:
            await asyncio.gather(*self._writing.values())

    async def _work(self, company_id: UUID) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        while waiting := self._waiting.pop(company_id, None):
            for start in range(0, len(waiting), MOST_AT_ONCE):
                await self._write(company_id, waiting[start : start + MOST_AT_ONCE])

    async def _write(self, company_id: UUID, entries: Sequence[Entry]) -> None:
        """Writes them together; where that fails, each by itself, so that one does not take the others along."""
        try:
            async with self._database.unseen(company_id, waits_for_disk=False) as tx:
                for entry in entries:
                    await entry(tx)
        except Exception as error:
            if len(entries) == 1:
                _lost.inc()
                log.error("handed_on_unrecorded", company_id=str(company_id), exc_info=error)
                return
            for entry in entries:
                await self._write(company_id, (entry,))
