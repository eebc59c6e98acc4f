"""Letting a provider that was left alone be asked again, by hand."""

from __future__ import annotations

from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.database import Database
from understudy.llm.domain import Provider
from understudy.llm.providers.domain import NotOurProvider
from understudy.llm.providers.ports import Breakers
from understudy.llm.providers.service import Providers


class Recovery:
    """Resets the health of providers, for when somebody knows better than the breaker."""

    def __init__(self, *, database: Database, audit: Audit, providers: Providers, breakers: Breakers) -> None:
        self._database = database
        self._audit = audit
        self._providers = providers
        self._breakers = breakers

    async def reset_health(self, principal: Principal, provider_id: UUID) -> Provider:
        """Lets a provider of the principal's own be asked again at once, by every process; audited.

        Failures of the hour and the last check count no longer. Raises `ProviderNotFound`, `NotOurProvider`.
        """
        provider = await self._providers.show(principal, provider_id)
        if provider.company_id != principal.company_id:
            raise NotOurProvider(
                f'the provider "{provider.name}" belongs to the platform', remedy="its operator may reset its health"
            )
        owner = principal.company_id
        async with self._database.transaction(owner) if owner else self._database.platform() as tx:
            await self._breakers.reset(tx, provider)
            await self._audit.record(tx, Change(principal.name, "provider.health_reset", provider.name))
        return provider
