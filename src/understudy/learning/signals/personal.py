"""What this package keeps about a contact: exported and erased with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.infra.database import Tx
from understudy.learning.signals import store


class SignalRecords:
    """Judgements of answers to a contact; they also go with their decision by themselves."""

    tables = frozenset(("judgement",))

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        return {"judgement": await store.export_contact(tx, contact_id)}

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it: table → number of rows."""
        return {"judgement": await store.erase_contact(tx, contact_id)}

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Judgements go with their decisions."""
        return 0
