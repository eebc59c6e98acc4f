"""What this package keeps about a contact: exported and erased with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.infra.database import Tx
from understudy.learning.queue.store import suggestions
from understudy.learning.tasks import store


class LearningRecords:
    """What a contact's rescues taught. It goes with its message by itself; words in open suggestions go here."""

    tables = frozenset(("learning_task",))

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        return {"learning_task": await store.export_contact(tx, contact_id)}

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it, and the contact's words in suggestions that were not decided yet: table → number of rows."""
        await suggestions.forget_words(tx, contact_id)
        return {"learning_task": await store.erase_contact(tx, contact_id)}

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Tasks go with their messages."""
        return 0
