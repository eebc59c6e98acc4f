"""The share of failures of each provider within the hour, over all processes and companies, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from understudy.infra.database import Database
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Timer
from understudy.kit.errors import Unavailable
from understudy.llm.domain import Fault, Target
from understudy.llm.health import store
from understudy.llm.health.circuit import Health

ILL = tuple(fault.value for fault in Fault if fault.is_ill_health)
FRESH_SECONDS = 10.0
SNAPSHOT_BACK = timedelta(hours=2)
UNKNOWN = Health()
log = get_logger(__name__)


class Shares:
    """Puts providers of whose calls more than half failed within the hour behind the others."""

    def __init__(self, *, database: Database, timer: Timer) -> None:
        self._database = database
        self._timer = timer
        self._health: dict[UUID, Health] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def of(self, provider_id: UUID) -> Health:
        """The last hour of a provider, up to ten seconds old; read anew in the background."""
        if self._timer() - self._read_at > FRESH_SECONDS and (self._reading is None or self._reading.done()):
            self._read_at = self._timer()
            self._reading = asyncio.create_task(self.read(), name="provider-health")
        return self._health.get(provider_id, UNKNOWN)

    def in_order(self, targets: Sequence[Target]) -> tuple[Target, ...]:
        """The targets as given, demoted providers last."""
        return tuple(sorted(targets, key=lambda target: self.of(target.provider.id).is_demoted))

    async def read(self) -> None:
        """Reads the last hour."""
        try:
            async with self._database.platform() as tx:
                self._health = await store.health(tx, ILL)
        except Unavailable as error:
            log.warning("provider_health_unread", error=error.code)

    async def snapshot(self, now: datetime) -> None:
        """Keeps calls, failures and latencies by hour: this hour's and those of the two before."""
        since = (now - SNAPSHOT_BACK).replace(minute=0, second=0, microsecond=0)
        async with self._database.platform() as tx:
            await store.snapshot(tx, ILL, since)
