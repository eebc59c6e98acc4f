"""The audit log: append-only, one hash chain for each company and one for the platform."""

from __future__ import annotations

from understudy.companies import store
from understudy.companies.domain import AuditEntry, Change, broken_link
from understudy.infra.database import Tx
from understudy.kit.clock import Clock
from understudy.kit.ids import NewId

MAX_PAGE = 200


class Audit:
    """Records what people and keys change, in the transaction of the change."""

    def __init__(self, *, clock: Clock, new_id: NewId) -> None:
        self._clock = clock
        self._new_id = new_id

    async def record(self, tx: Tx, change: Change) -> None:
        """Appends an entry to the chain of the transaction's company; without a company, to the platform's."""
        await store.append_audit(tx, self._new_id(), self._clock(), change)

    async def entries(
        self, tx: Tx, *, before: int | None = None, limit: int = 50, action: str | None = None
    ) -> list[AuditEntry]:
        """Entries, newest first; `before`: sequence number to go on from."""
        return await store.list_audit(tx, before=before, limit=min(limit, MAX_PAGE), action=action)

    async def first_broken(self, tx: Tx) -> int | None:
        """The sequence number where the chain breaks; None when it is whole."""
        newest_first: list[AuditEntry] = []
        before: int | None = None
        while page := await store.list_audit(tx, before=before, limit=MAX_PAGE, action=None):
            newest_first += page
            before = page[-1].sequence
        return broken_link(newest_first[::-1])
