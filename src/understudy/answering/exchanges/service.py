"""What was said to providers, shown."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from understudy.answering import store as decisions
from understudy.answering.exchanges import store
from understudy.answering.exchanges.domain import Exchange
from understudy.infra.database import Database


class Exchanges:
    """The exchanges with providers behind decisions."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of_decision(self, company_id: UUID, decision_id: UUID) -> Sequence[Exchange]:
        """What was sent and what came back for a decision, in order; raises `DecisionNotFound`."""
        async with self._database.transaction(company_id) as tx:
            decision = await decisions.find_decision(tx, decision_id)
            return await store.exchanges_of(tx, decision.about.message_id)
