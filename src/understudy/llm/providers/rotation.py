"""Sealing every provider's key anew, for when a sealing key has to be replaced."""

from __future__ import annotations

from understudy.companies.audit import Audit
from understudy.companies.domain import Change, Principal
from understudy.infra.changes import announce
from understudy.infra.database import Database
from understudy.llm.providers import store
from understudy.llm.providers.ports import Vault
from understudy.llm.providers.service import PLATFORM, TOPIC


class Rotation:
    """Replaces what keys are sealed with."""

    def __init__(self, *, database: Database, audit: Audit, vault: Vault) -> None:
        self._database = database
        self._audit = audit
        self._vault = vault

    async def rotate(self, principal: Principal) -> int:
        """Seals every provider's key with the newest key, all or none; how many there were.

        Where the keys are in a file of ours, a fresh one is made first. Raises `SecretUnreadable`.
        """
        self._vault.renew()
        async with self._database.platform() as tx:
            sealed = [kept for kept in await store.everybodys(tx) if kept.sealed_key is not None]
            for kept in sealed:
                await store.reseal(tx, kept.provider.id, self._vault.rotate(kept.sealed_key or b""))
            change = Change(principal.name, "provider.keys_rotated", PLATFORM, None, {"of": len(sealed)})
            await self._audit.record(tx, change)
            await announce(tx, TOPIC, PLATFORM)
        return len(sealed)
