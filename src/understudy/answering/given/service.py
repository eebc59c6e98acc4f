"""Reading the answers that were given."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.answering.given import store
from understudy.answering.given.domain import Given
from understudy.infra.database import Database


class GivenAnswers:
    """The decisions of a company, one after the other."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def after(self, company_id: UUID, last: UUID, *, limit: int) -> Sequence[Given]:
        """Decisions made after the decision `last`, oldest first; what a free scenario answered says with what."""
        async with self._database.hot(company_id) as tx:
            return await store.given_after(tx, last, limit)
