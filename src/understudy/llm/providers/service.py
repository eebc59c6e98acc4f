"""Providers: set up, changed, tested, removed, and turned into targets that can be dialled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.infra.secrets.vault import SecretUnreadable
from understudy.infra.telemetry import get_logger
from understudy.kit.clock import Clock
from understudy.kit.errors import Conflict, Invalid
from understudy.kit.ids import NewId
from understudy.llm.bills import NoPrice, NotConfigured
from understudy.llm.domain import Dialect, Price, Provider, Target, Tier
from understudy.llm.providers import store
from understudy.llm.providers.domain import (
    MAX_PROVIDERS,
    Kept,
    NewProvider,
    NotOurProvider,
    ProviderChange,
    ProviderNotFound,
    changed,
    described,
    in_order,
    models_of,
    new_provider,
    purpose_of,
)
from understudy.llm.providers.ports import AddressCheck, PriceList, Vault

TOPIC = "provider"
PLATFORM = "platform"
CACHED_COMPANIES = 10_000
NO_PRICES: Mapping[str, Price] = MappingProxyType({})

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around providers: a vault for their keys, a list of prices, a check of their addresses."""

    vault: Vault
    price_of: PriceList
    check_address: AddressCheck


class Providers:
    """The providers of this installation, as far as each principal may see and change them."""

    def __init__(self, *, database: Database, audit: Audit, around: Around, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._audit = audit
        self._around = around
        self._clock = clock
        self._new_id = new_id
        self._known: Cache[UUID, tuple[Kept, ...]] = Cache("provider", self._load, capacity=CACHED_COMPANIES)

    def forget(self, key: str) -> None:
        """Drops a company's providers from memory; the platform's, or "*", drop all. Called on a change notice."""
        if key in {"*", PLATFORM}:
            self._known.clear()
        else:
            self._known.drop(UUID(key))

    async def add(self, principal: Principal, wanted: NewProvider) -> Provider:
        """Sets a provider up for the principal's company, or for the platform.

        Raises `Invalid` (`AddressRefused` for one that may not be asked), `ProviderExists`, `NoSecretKeys`.
        """
        provider = new_provider(self._new_id(), principal.company_id, wanted)
        await self._check(provider)
        kept = Kept(provider, self._sealed(provider, wanted.key))
        async with self._scope(principal) as tx:
            if await store.count(tx) >= MAX_PROVIDERS:
                raise Conflict(f"there are {MAX_PROVIDERS} providers already", remedy="remove one that is not needed")
            await store.add(tx, kept, self._clock())
            change = Change(principal.name, "provider.added", provider.name, None, described(provider))
            await self._recorded(tx, change)
        return provider

    async def change(self, principal: Principal, provider_id: UUID, change: ProviderChange) -> Provider:
        """Changes a provider of the principal's own; raises `ProviderNotFound`, `NotOurProvider`, `Invalid`."""
        async with self._scope(principal) as tx:
            before = await self._owned(tx, provider_id)
            after = changed(before.provider, change)
            await self._check(after)
            sealed = before.sealed_key if change.key is None else self._sealed(after, change.key)
            await store.change(tx, Kept(after, sealed), self._clock())
            was, now = described(before.provider), described(after) | ({"key": "set anew"} if change.key else {})
            await self._recorded(tx, Change(principal.name, "provider.changed", after.name, was, now))
        return after

    async def remove(self, principal: Principal, provider_id: UUID) -> None:
        """Removes a provider with its key; raises `ProviderNotFound`, `NotOurProvider`."""
        async with self._scope(principal) as tx:
            provider = (await self._owned(tx, provider_id)).provider
            await store.remove(tx, provider_id)
            await self._recorded(tx, Change(principal.name, "provider.removed", provider.name, described(provider)))

    async def list(self, principal: Principal) -> list[Provider]:
        """The providers that the principal may see: a company's own and the platform's; first tried first."""
        async with self._scope(principal) as tx:
            return [kept.provider for kept in await store.visible(tx)]

    async def show(self, principal: Principal, provider_id: UUID) -> Provider:
        """One of them; raises `ProviderNotFound`."""
        async with self._scope(principal) as tx:
            return (await self._seen(tx, provider_id)).provider

    async def every(self) -> tuple[Target, ...]:
        """One target of each provider of the platform and of all companies that is on and can be asked."""
        async with self._database.platform() as tx:
            kept = await store.everybodys(tx)
        return self._opened([(one, model) for one in kept if one.provider.is_enabled for model in _one_of(one)])

    async def targets(
        self, company_id: UUID, choice: Tier | Sequence[str], prices: Mapping[str, Price] = NO_PRICES
    ) -> tuple[Target, ...]:
        """The targets of a tier, or of these provider/model names, in the order in which they are tried; from memory.

        `prices`: the company's own, by provider/model. What is disabled, gone, without a price or with a key that
        cannot be opened is left out, the last two with a line in the log; empty when nothing is left.
        """
        providers = [kept for kept in await self._serving(company_id) if kept.provider.is_enabled]
        if isinstance(choice, Tier):
            wanted = [(kept, model) for kept in providers if (model := models_of(kept.provider).get(choice))]
        else:
            by_name = {kept.provider.name: kept for kept in providers}
            pairs = [name.partition("/")[::2] for name in choice]
            wanted = [(by_name[name], model) for name, model in pairs if name in by_name and model]
        return self._opened(wanted, prices)

    def _opened(
        self, wanted: Sequence[tuple[Kept, str]], prices: Mapping[str, Price] = NO_PRICES
    ) -> tuple[Target, ...]:
        found = []
        for kept, model in wanted:
            try:
                found.append(self._target(kept, model, prices))
            except (NoPrice, SecretUnreadable) as error:
                log.warning("provider_left_out", provider=kept.provider.name, model=model, reason=error.code)
        return tuple(found)

    async def resolve(self, company_id: UUID, name: str, prices: Mapping[str, Price] = NO_PRICES) -> Target:
        """The target of one provider/model name; raises `NotConfigured`, `NoPrice`, `SecretUnreadable`."""
        provider, _, model = name.partition("/")
        for kept in await self._serving(company_id):
            if kept.provider.name == provider and kept.provider.is_enabled and model:
                return self._target(kept, model, prices)
        raise NotConfigured(
            f"there is no provider for {name}", field="models", remedy="`understudy provider list` shows what there is"
        )

    async def serving(self, company_id: UUID) -> tuple[Provider, ...]:
        """The providers that serve a company and are on, first tried first; from memory."""
        return tuple(kept.provider for kept in await self._serving(company_id) if kept.provider.is_enabled)

    def _target(self, kept: Kept, model: str, prices: Mapping[str, Price]) -> Target:
        provider = kept.provider
        price = prices.get(f"{provider.name}/{model}") or self._price(provider, model)
        if price is None:
            raise NoPrice(
                f"what {provider.name}/{model} costs is not known",
                field=f"prices.{model}",
                remedy="give its price with the provider, or in the company's settings under llm.prices",
            )
        key = None
        if kept.sealed_key is not None:
            key = self._around.vault.open(kept.sealed_key, purpose=purpose_of(provider))
        return Target(provider, model, price, key)

    def _price(self, provider: Provider, model: str) -> Price | None:
        if provider.dialect is Dialect.LOCAL:
            return Price.free()
        return provider.prices.get(model) or self._around.price_of(provider.dialect, model)

    async def _check(self, provider: Provider) -> None:
        unpriced = sorted({model for model in models_of(provider).values() if self._price(provider, model) is None})
        if unpriced:
            raise Invalid(
                f"what {', '.join(unpriced)} costs is not known",
                field=f"prices.{unpriced[0]}",
                remedy="give the price, in micro-dollars per million tokens; 0 for a machine of your own",
            )
        await self._around.check_address(provider)

    def _sealed(self, provider: Provider, key: str | None) -> bytes | None:
        return self._around.vault.seal(key, purpose=purpose_of(provider)) if key else None

    async def _recorded(self, tx: Tx, change: Change) -> None:
        await self._audit.record(tx, change)
        await announce(tx, TOPIC, str(tx.company_id or PLATFORM))
        self.forget(str(tx.company_id or PLATFORM))

    async def _seen(self, tx: Tx, provider_id: UUID, *, lock: bool = False) -> Kept:
        kept = await store.find(tx, provider_id)
        if (
            tx.company_id is None and kept.provider.company_id is not None
        ):  # the platform's role sees more than its keys
            raise ProviderNotFound(f"there is no provider {provider_id} of the platform")
        return await store.find(tx, provider_id, lock=True) if lock else kept

    async def _owned(self, tx: Tx, provider_id: UUID) -> Kept:
        kept = await self._seen(tx, provider_id)
        if kept.provider.company_id != tx.company_id:
            raise NotOurProvider(
                f'the provider "{kept.provider.name}" belongs to the platform',
                remedy="add one of the same name: it is used instead",
            )
        return await self._seen(tx, provider_id, lock=True)

    async def _serving(self, company_id: UUID) -> tuple[Kept, ...]:
        return await self._known.get(company_id)

    async def _load(self, company_id: UUID) -> tuple[Kept, ...]:
        async with self._database.transaction(company_id) as tx:
            return in_order(await store.visible(tx))

    def _scope(self, principal: Principal) -> AbstractAsyncContextManager[Tx]:
        return self._database.transaction(principal.company_id) if principal.company_id else self._database.platform()


def _one_of(kept: Kept) -> tuple[str, ...]:
    """The cheapest of a provider's models; none where none is known."""
    return tuple(models_of(kept.provider).values())[:1]
