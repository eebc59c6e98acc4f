"""Reading answers to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from understudy.answering.domain import Decision
from understudy.answering.overview.domain import Placed
from understudy.answering.rescues import store
from understudy.infra.database import Database


class Rescues:
    """Answers to learn from, with all that the rungs said."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def after(self, last: UUID, *, limit: int) -> Sequence[Placed]:
        """Paid answers of all companies made after the decision `last`, oldest first."""
        async with self._database.platform() as tx:
            return await store.paid_after(tx, last, limit)

    async def free_since(self, company_id: UUID, since: datetime, *, limit: int) -> Sequence[Decision]:
        """A company's answers that cost nothing, made since a moment, newest first."""
        async with self._database.transaction(company_id) as tx:
            return await store.free_since(tx, since, limit)
