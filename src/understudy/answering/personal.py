"""What this package keeps about a contact: exported, erased and forgotten with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.answering import store
from understudy.answering.exchanges import store as exchanges
from understudy.infra.database import Tx


class AnsweringRecords:
    """Decisions, turns and exchanges of a contact; decisions and exchanges also go with their message by themselves."""

    tables = frozenset(("decision", "answer_turn", "exchange"))

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        said = await exchanges.export_contact(tx, contact_id)
        return {**await store.export_contact(tx, contact_id), "exchange": said}

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it: table → number of rows."""
        said = await exchanges.erase_contact(tx, contact_id)
        return {**await store.erase_contact(tx, contact_id), "exchange": said}

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Forgets turns that were last taken before; says how many."""
        return await store.forget_turns(tx, before, limit)
