"""A company's prompts: the set that holds now, from memory; versions published, compared and rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.companies.permissions import Permission
from understudy.infra.cache import Cache
from understudy.infra.changes import announce
from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock
from understudy.llm.prompts import store
from understudy.llm.prompts.domain import (
    Catalogue,
    Edit,
    PromptSet,
    PromptsMoved,
    PromptVersion,
    check,
    difference,
)

TOPIC = "prompts"
CACHED_COMPANIES = 10_000
MAX_PAGE = 200
SHIPPED = 0
"""The number of what holds while a company has no version of its own."""


class Prompts:
    """The words that models are instructed with, for each company: `catalogue` with the company's versions over it."""

    def __init__(self, *, database: Database, audit: Audit, clock: Clock, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._database = database
        self._audit = audit
        self._clock = clock
        self.cache: Cache[UUID, PromptSet] = Cache("prompts", self._load, capacity=CACHED_COMPANIES)

    def forget(self, key: str) -> None:
        """Drops a company's set from memory; "*" drops all. Called on a change notice."""
        if key == "*":
            self.cache.clear()
        else:
            self.cache.drop(UUID(key))

    async def of(self, company_id: UUID) -> PromptSet:
        """The parts that hold for a company now, usually from memory."""
        return await self.cache.get(company_id)

    async def at(self, company_id: UUID, version: int) -> PromptSet:
        """The parts as a version had them, over what is shipped today; 0 is as shipped. Raises not found."""
        if version == SHIPPED:
            return self.catalogue.over(SHIPPED, {})
        async with self._database.transaction(company_id) as tx:
            found = await store.find_version(tx, version)
        return self.catalogue.over(version, found.texts)

    async def versions(
        self, company_id: UUID, *, before: int | None = None, limit: int = 50
    ) -> Sequence[PromptVersion]:
        """The company's versions, newest first; `before`: the one to go on below."""
        async with self._database.transaction(company_id) as tx:
            return await store.list_versions(tx, before=before, limit=min(limit, MAX_PAGE))

    async def compare(self, company_id: UUID, before: int, after: int | None = None) -> tuple[str, ...]:
        """The lines of a unified diff between two versions (0: as shipped; None: as it is now)."""
        old = await self.at(company_id, before)
        new = await self.of(company_id) if after is None else await self.at(company_id, after)
        names = (f"version {before}", f"version {new.version}")
        return difference(old.texts, new.texts, names=names)

    async def publish(self, principal: Principal, edit: Edit, *, expected_version: int) -> PromptVersion:
        """Publishes the next version with the parts of the edit changed, the others as they are.

        Raises `InvalidPrompt` listing every fault, `PromptPartNotFound`, and `PromptsMoved` when `expected_version` (0
        for none) is no longer the newest.
        """
        principal.demand(Permission.PROMPT_EDIT)
        for name in edit.texts:
            self.catalogue.part(name)
        async with self._database.transaction(principal.company) as tx:
            old = await self._newest(tx, expected_version)
            before = old.texts if old else {}
            texts = {**before, **edit.texts}
            kept = {name: text.strip() for name, text in texts.items() if text is not None}
            check(self.catalogue, {name: kept[name] for name in edit.texts if name in kept})
            made = self._next(principal, expected_version, kept, note=edit.note)
            await self._keep(tx, made, "prompts.published", before)
        self.cache.drop(principal.company)
        return made

    async def roll_back(self, principal: Principal, version: int, *, expected_version: int) -> PromptVersion:
        """Publishes an old version again, as the next one; 0 brings back everything that is shipped.

        Raises `PromptVersionNotFound`, `PromptsMoved`, and `InvalidPrompt` where the old texts no longer hold.
        """
        principal.demand(Permission.PROMPT_EDIT)
        async with self._database.transaction(principal.company) as tx:
            old = await self._newest(tx, expected_version)
            back = {} if version == SHIPPED else (await store.find_version(tx, version)).texts
            known = {name: text for name, text in back.items() if name in self.catalogue.parts}
            check(self.catalogue, known)
            made = self._next(principal, expected_version, known, from_version=version)
            await self._keep(tx, made, "prompts.rolled_back", old.texts if old else {})
        self.cache.drop(principal.company)
        return made

    def _next(
        self,
        principal: Principal,
        newest: int,
        texts: Mapping[str, str],
        *,
        note: str = "",
        from_version: int | None = None,
    ) -> PromptVersion:
        return PromptVersion(newest + 1, texts, self._clock(), principal.name, note, from_version)

    async def _newest(self, tx: Tx, expected: int) -> PromptVersion | None:
        found = await store.newest(tx)
        self._demand(expected, found.version if found else SHIPPED)
        return found

    def _demand(self, expected: int, version: int) -> None:
        if version != expected:
            raise PromptsMoved(
                f"the prompts are at version {version}, not {expected}",
                field="expected_version",
                remedy="read them again and repeat the change",
            )

    async def _keep(self, tx: Tx, made: PromptVersion, action: str, before: Mapping[str, str]) -> None:
        if not await store.add_version(tx, made):
            self._demand(made.version - 1, made.version)
        change = Change(made.published_by, action, f"version {made.version}", dict(before), dict(made.texts))
        await self._audit.record(tx, change)
        await announce(tx, TOPIC, str(tx.company_id))

    async def _load(self, company_id: UUID) -> PromptSet:
        async with self._database.transaction(company_id) as tx:
            found = await store.newest(tx)
        return self.catalogue.over(found.version, found.texts) if found else self.catalogue.over(SHIPPED, {})
