"""Asking providers every ten minutes whether they are there: a list of models, which costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Timer
from understudy.llm.domain import CallFailed, Provider, Target
from understudy.llm.events import ProviderBack, ProviderDown, ProviderSlow
from understudy.llm.health import store
from understudy.llm.health.circuit import Check
from understudy.llm.settings import LlmProcessSettings

CACHED_SHARE = 0.8
"""A check counts for eight of the ten minutes between two: of many processes one asks."""
AT_ONCE = 8
"""Providers asked at the same time: one that is silent keeps the others waiting no longer than itself."""
log = get_logger(__name__)


class Pinger(Protocol):
    """Asks a provider for something that costs nothing."""

    async def ping(self, target: Target) -> None:
        """Raises `CallFailed` when the provider does not answer as it should."""
        ...


class Targeted(Protocol):
    """Knows every provider that is switched on."""

    async def every(self) -> Sequence[Target]:
        """One target of each provider of the platform and of all companies."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask, and how."""

    targeted: Targeted
    pinger: Pinger


class Checks:
    """Looks after providers, so that a failure is known before a customer meets it."""

    def __init__(
        self, *, database: Database, outbox: Outbox, sources: Sources, settings: LlmProcessSettings, timer: Timer
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._sources = sources
        self._timer = timer
        self._settings = settings

    async def run(self) -> int:
        """Checks each provider that was not checked lately; says how many."""
        some = asyncio.Semaphore(AT_ONCE)

        async def look(target: Target) -> bool:
            async with some:
                return await self._is_ours(target) and await self._check(target)

        return sum(await asyncio.gather(*map(look, await self._sources.targeted.every())))

    async def _is_ours(self, target: Target) -> bool:
        counts_for = self._settings.health_check_seconds * CACHED_SHARE
        async with self._database.lookup() as tx:
            return await store.claim_check(tx, target.provider.id, counts_for)

    async def _check(self, target: Target) -> bool:
        provider, fault, began = target.provider, None, self._timer()
        try:
            await self._sources.pinger.ping(target)
        except CallFailed as failed:
            fault = failed.fault.value
        found = Check(round((self._timer() - began) * 1000), fault)
        async with self._database.lookup() as tx:
            await self._tell(tx, provider, found)
        log.info("provider_checked", provider=provider.name, fault=fault, ms=found.latency_ms)
        return True

    async def _tell(self, tx: Tx, provider: Provider, found: Check) -> None:
        """Stores a finding and announces what it means. Of an open breaker a call tells that it is back, not we."""
        slow = self._settings.slow_seconds
        before, is_open = await store.keep_check(tx, provider.id, found)
        about = (provider.company_id, provider.id, provider.name)
        if found.fault is not None:
            await self._outbox.announce(tx, ProviderDown(*about, found.fault))
        elif not found.is_well(slow):
            await self._outbox.announce(tx, ProviderSlow(*about, round(found.latency_ms / 1000, 1)))
        elif before is not None and not before.is_well(slow) and not is_open:
            await self._outbox.announce(tx, ProviderBack(*about))
