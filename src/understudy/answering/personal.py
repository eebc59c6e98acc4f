"""What this package keeps about a contact: exported, erased and forgotten with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.answering import store
from understudy.infra.database import Tx


class AnsweringRecords:
    """Decisions and turns of a contact. A decision also goes with its message, by the database itself."""

    tables = frozenset(("decision", "answer_turn"))

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        return await store.export_contact(tx, contact_id)

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it: table → number of rows."""
        return await store.erase_contact(tx, contact_id)

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Forgets turns that were last taken before; says how many."""
        return await store.forget_turns(tx, before, limit)
