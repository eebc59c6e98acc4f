"""Circuit breakers, one for each provider, shared by all processes: who may be asked, and what came of it."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.infra.outbox import Outbox
from understudy.infra.telemetry import gauge, get_logger
from understudy.kit.clock import Timer
from understudy.kit.errors import Unavailable
from understudy.llm.domain import Provider
from understudy.llm.events import ProviderBack, ProviderDown
from understudy.llm.health import store
from understudy.llm.health.circuit import CLOSED, Circuit, Permit
from understudy.llm.settings import LlmProcessSettings

TOPIC = "provider_circuit"
CAPACITY = 10_000
log = get_logger(__name__)
_open = gauge("understudy_provider_circuit_open", "Whether a provider is left alone.", ("provider",))


class Circuits:
    """Keeps calls away from providers that fail. Failures in a row are counted in each process."""

    def __init__(self, *, database: Database, outbox: Outbox, settings: LlmProcessSettings, timer: Timer) -> None:
        self._database = database
        self._outbox = outbox
        self._settings = settings
        self._timer = timer
        self._failures: dict[UUID, int] = {}
        self._circuits: Cache[UUID, Circuit] = Cache("circuit", self._load, capacity=CAPACITY)

    def changed(self, key: str) -> None:
        """What the change notice of a breaker calls; "*" after a gap that may hide changes."""
        if key == "*":
            self._circuits.clear()
        else:
            self._circuits.drop(UUID(key))
            self._failures.pop(UUID(key), None)  # of a breaker closed elsewhere, the next failure is the first again

    async def may_ask(self, provider: Provider) -> bool:
        """Whether a provider may be asked now. Of an open breaker one call gets through: the probe."""
        circuit = await self._circuits.get(provider.id)
        permit = circuit.permit(self._timer())
        if permit is not Permit.PROBE:
            return permit is Permit.ASK
        async with self._database.lookup() as tx:
            return await store.claim_probe(tx, provider.id, provider.timeout_seconds)

    async def is_tripped(self, provider: Provider) -> bool:
        """Whether the breaker is open, be it ready for a probe or not."""
        return (await self._circuits.get(provider.id)).is_open

    async def answered(self, provider: Provider) -> None:
        """A call went well: failures are forgotten, and an open breaker closes everywhere."""
        self._failures.pop(provider.id, None)
        if not (await self._circuits.get(provider.id)).is_open:
            return
        async with self._database.lookup() as tx:
            if await store.close_circuit(tx, provider.id):
                await announce(tx, TOPIC, str(provider.id))
                await self._outbox.announce(tx, ProviderBack(provider.company_id, provider.id, provider.name))
                log.info("provider_back", provider=provider.name)
        self._circuits.drop(provider.id)
        _open.labels(provider.name).set(0)

    async def failed(self, provider: Provider, reason: str) -> None:
        """A call failed by the provider's fault; after some in a row, or a failed probe, all leave it alone."""
        failures = self._failures.get(provider.id, 0) + 1
        self._failures[provider.id] = failures
        was_open = (await self._circuits.get(provider.id)).is_open
        if failures >= self._settings.breaker_failures or was_open:
            await self.give_up(provider, reason)

    async def give_up(self, provider: Provider, reason: str) -> None:
        """Leaves a provider alone from now on, in every process."""
        with suppress(Unavailable):  # with the database away no paid call is made at all
            async with self._database.lookup() as tx:
                is_new = await store.open_circuit(tx, provider.id, self._settings.breaker_seconds, reason)
                await announce(tx, TOPIC, str(provider.id))
                if is_new:
                    down = ProviderDown(provider.company_id, provider.id, provider.name, reason)
                    await self._outbox.announce(tx, down)
                    log.warning("provider_down", provider=provider.name, reason=reason)
        self._circuits.drop(provider.id)
        _open.labels(provider.name).set(1)

    async def reset(self, tx: Tx, provider: Provider) -> None:
        """Closes the breaker by hand, with the caller's transaction; failures and checks before count no longer."""
        if await store.reset(tx, provider.id):
            await self._outbox.announce(tx, ProviderBack(provider.company_id, provider.id, provider.name))
        await announce(tx, TOPIC, str(provider.id))
        _open.labels(provider.name).set(0)

    async def _load(self, provider_id: UUID) -> Circuit:
        async with self._database.lookup() as tx:
            seconds = await store.seconds_left(tx, provider_id)
        return CLOSED if seconds is None else Circuit(self._timer() + seconds)
