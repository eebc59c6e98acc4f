"""Companies: created, shown, changed, archived, and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from understudy.companies import store
from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Company, CompanyNotFound, Principal, SettingsMoved, check_company
from understudy.companies.settings import SettingsSchema, merge
from understudy.companies.store import CompanyRow
from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId

TOPIC = "company"
CACHED_COMPANIES = 10_000
MAX_PAGE = 200


class Companies:
    """The companies of this installation, and their settings as they are now."""

    def __init__(
        self, *, database: Database, audit: Audit, schema: SettingsSchema, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._audit = audit
        self._schema = schema
        self._clock = clock
        self._new_id = new_id
        self.cache: Cache[UUID, Company] = Cache("company", self._load, capacity=CACHED_COMPANIES)
        self._slugs: Cache[str, UUID] = Cache("company_slug", self._find, capacity=CACHED_COMPANIES)

    def forget(self, key: str) -> None:
        """Drops a company from memory; "*" drops all. Called on a change notice."""
        self._slugs.clear()
        if key == "*":
            self.cache.clear()
        else:
            self.cache.drop(UUID(key))

    async def create(
        self, principal: Principal, *, slug: str, name: str, trade: str, settings: Mapping[str, Any] | None = None
    ) -> Company:
        """Creates a company. Raises `Invalid` on bad input, `CompanyExists` when the slug is taken."""
        check_company(slug=slug, name=name, trade=trade)
        document = dict(settings or {})
        self._schema.read(document)
        row = CompanyRow(self._new_id(), slug, name.strip(), trade, self._clock(), None, document, 1)
        async with self._database.transaction(row.id) as tx:
            await store.add_company(tx, row)
            await store.keep_settings(tx, row, changed_by=principal.name, at=row.created_at)
            after = {"slug": slug, "name": row.name, "trade": trade, "settings": document}
            await self._audit.record(tx, Change(principal.name, "company.created", slug, None, after))
        return self._company(row)

    async def show(self, company_id: UUID) -> Company:
        """The company with its settings, from memory; raises `CompanyNotFound`, also when it is archived."""
        company = await self.cache.get(company_id)
        if company.archived_at is not None:
            raise CompanyNotFound(f"the company {company.slug} is archived")
        return company

    async def by_slug(self, slug: str) -> Company:
        """The company of a slug; raises `CompanyNotFound`."""
        return await self.show(await self._slugs.get(slug))

    async def list(self, *, after: str = "", limit: int = 50, archived: bool = False) -> list[Company]:
        """Companies in order of slug; `after`: the slug to go on from."""
        async with self._database.platform() as tx:
            rows = await store.list_companies(tx, after=after, limit=min(limit, MAX_PAGE), archived=archived)
        return [self._company(row) for row in rows]

    async def change(
        self, principal: Principal, company_id: UUID, *, name: str | None = None, trade: str | None = None
    ) -> Company:
        """Changes a company's name or trade."""
        async with self._database.transaction(company_id) as tx:
            old = await store.lock_company(tx, company_id)
            row = replace(old, name=(name if name is not None else old.name).strip(), trade=trade or old.trade)
            check_company(slug=row.slug, name=row.name, trade=row.trade)
            await store.change_company(tx, company_id, name=row.name, trade=row.trade)
            before, after = {"name": old.name, "trade": old.trade}, {"name": row.name, "trade": row.trade}
            await self._audit.record(tx, Change(principal.name, "company.changed", row.slug, before, after))
            await self._announce(tx, company_id)
        return self._company(row)

    async def archive(self, principal: Principal, company_id: UUID) -> None:
        """Archives a company: its keys stop working, its data stays until it is brought back or erased."""
        await self._set_archived(principal, company_id, archived=True)

    async def restore(self, principal: Principal, slug: str) -> Company:
        """Brings an archived company back; one that is not archived stays as it is. Raises `CompanyNotFound`."""
        async with self._database.platform() as tx:
            row = await store.find_anywhere(tx, slug)
        if row is None:
            raise CompanyNotFound(f"there is no company {slug!r}", remedy="`understudy company list` shows them")
        if row.archived_at is not None:
            await self._set_archived(principal, row.id, archived=False)
        return await self.show(row.id)

    async def change_settings(
        self,
        principal: Principal,
        company_id: UUID,
        patch: Mapping[str, Any],
        *,
        expected_version: int | None = None,
    ) -> Company:
        """Applies a JSON merge patch to the settings, validated as a whole.

        Raises `InvalidSettings` listing every fault, `SettingsMoved` when `expected_version` is no longer the newest.
        """
        async with self._database.transaction(company_id) as tx:
            old = await store.lock_company(tx, company_id)
            if expected_version not in (None, old.settings_version):
                raise SettingsMoved(
                    f"the settings are at version {old.settings_version}, not {expected_version}",
                    remedy="read them again and repeat the change",
                )
            row = replace(old, settings=merge(old.settings, patch), settings_version=old.settings_version + 1)
            company = self._company(row)
            await store.change_company(tx, company_id, settings=row.settings, settings_version=row.settings_version)
            await store.keep_settings(tx, row, changed_by=principal.name, at=self._clock())
            change = Change(principal.name, "settings.changed", row.slug, old.settings, row.settings)
            await self._audit.record(tx, change)
            await self._announce(tx, company_id)
        self.cache.drop(company_id)
        return company

    async def _set_archived(self, principal: Principal, company_id: UUID, *, archived: bool) -> None:
        async with self._database.transaction(company_id) as tx:
            row = await store.lock_company(tx, company_id)
            await store.change_company(tx, company_id, archived_at=self._clock() if archived else None)
            action = "company.archived" if archived else "company.restored"
            await self._audit.record(tx, Change(principal.name, action, row.slug))
            await self._announce(tx, company_id)
        self.forget(str(company_id))

    async def _announce(self, tx: Tx, company_id: UUID) -> None:
        await announce(tx, TOPIC, str(company_id))

    async def _load(self, company_id: UUID) -> Company:
        async with self._database.transaction(company_id) as tx:
            return self._company(await store.find_company(tx, company_id))

    async def _find(self, slug: str) -> UUID:
        async with self._database.lookup() as tx:
            company_id = await store.find_by_slug(tx, slug)
        if company_id is None:
            raise CompanyNotFound(f"there is no company {slug!r}", remedy="`understudy company list` shows them")
        return company_id

    def _company(self, row: CompanyRow) -> Company:
        return Company(
            id=row.id,
            slug=row.slug,
            name=row.name,
            trade=row.trade,
            created_at=row.created_at,
            archived_at=row.archived_at,
            settings=self._schema.read(row.settings),
            settings_version=row.settings_version,
        )
