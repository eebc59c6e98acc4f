"""Contacts: shown, exported, erased, and what is old forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Contact
from understudy.conversations.events import ContactErased
from understudy.conversations.inbound import identity_value
from understudy.conversations.ports import PersonalTables
from understudy.conversations.settings import ConversationSettings
from understudy.conversations.store import personal
from understudy.infra.database import Database
from understudy.infra.outbox import Outbox
from understudy.kit.clock import Clock

FORGET_BATCH = 1_000
"""Rows deleted in one transaction: some tens of milliseconds of locks."""


class Contacts:
    """The people who write. `registry`: what other packages keep about them, highest package first."""

    def __init__(
        self, *, database: Database, outbox: Outbox, audit: Audit, clock: Clock, registry: Sequence[PersonalTables] = ()
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._registry = (*registry, personal.ConversationTables())

    @property
    def tables(self) -> frozenset[str]:
        """Every table that is exported, erased and forgotten."""
        return frozenset[str]().union(*(part.tables for part in self._registry))

    async def show(self, company_id: UUID, contact_id: UUID) -> Contact:
        """The contact; raises `ContactNotFound`."""
        async with self._database.transaction(company_id) as tx:
            return await personal.find_contact(tx, contact_id)

    async def find(self, company_id: UUID, *, kind: str, value: str) -> Contact:
        """The contact of an identity; raises `ContactNotFound`."""
        async with self._database.transaction(company_id) as tx:
            contact_id = await personal.find_identity(tx, kind, identity_value(kind, value))
            return await personal.find_contact(tx, contact_id)

    async def export(self, principal: Principal, contact_id: UUID) -> dict[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values; raises `ContactNotFound`."""
        principal.demand(Permission.CONTACT_EXPORT)
        async with self._database.transaction(principal.company) as tx:
            await personal.find_contact(tx, contact_id)
            exported: dict[str, list[dict[str, Any]]] = {}
            for part in reversed(self._registry):
                exported |= await part.export(tx, contact_id)
            await self._audit.record(tx, Change(principal.name, "contact.exported", str(contact_id)))
        return exported

    async def erase(self, principal: Principal, contact_id: UUID) -> Mapping[str, int]:
        """Erases a contact and everything kept about it: table → number of rows; raises `ContactNotFound`.

        The audit log keeps who erased which identifier, and nothing personal.
        """
        principal.demand(Permission.CONTACT_ERASE)
        async with self._database.transaction(principal.company) as tx:
            await personal.lock_contact(tx, contact_id)
            erased: dict[str, int] = {}
            for part in self._registry:
                erased |= await part.erase(tx, contact_id)
            await self._outbox.announce(tx, ContactErased(principal.company, contact_id))
            await self._audit.record(tx, Change(principal.name, "contact.erased", str(contact_id), None, erased))
        return erased

    async def forget_old(self, company_id: UUID, settings: ConversationSettings) -> int:
        """Deletes what is older than the company keeps things, in small transactions; says how many rows."""
        before = self._clock() - timedelta(days=settings.retention_days)
        return sum([await self._forget(part, company_id, before) for part in self._registry])

    async def _forget(self, part: PersonalTables, company_id: UUID, before: datetime) -> int:
        total = 0
        while True:
            async with self._database.transaction(company_id) as tx:
                count = await part.forget(tx, before, FORGET_BATCH)
            total += count
            if count == 0:
                return total
