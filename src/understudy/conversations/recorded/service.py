"""Reading what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from understudy.conversations.recorded import store
from understudy.conversations.recorded.domain import Said
from understudy.infra.database import Database


class Recorded:
    """Messages of a company and their embeddings, by identifier. Those that were erased are left out."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def messages(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, Said]:
        """Messages by identifier."""
        async with self._database.transaction(company_id) as tx:
            return {said.message_id: said for said in await store.messages(tx, message_ids)}

    async def replies(self, company_id: UUID, message_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What messages were answered with; those without a reply are left out."""
        async with self._database.transaction(company_id) as tx:
            return await store.replies(tx, message_ids)

    async def vectors(
        self, company_id: UUID, message_ids: Sequence[UUID], *, encoder: str
    ) -> Mapping[UUID, NDArray[np.float32]]:
        """The embeddings of messages that this encoder made: float32 [dimension], as they are kept."""
        async with self._database.transaction(company_id) as tx:
            return await store.vectors(tx, message_ids, encoder)
