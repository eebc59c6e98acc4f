"""What this package needs from those above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from understudy.infra.database import Tx


class PersonalTables(Protocol):
    """The tables of one package that hold something about a contact: exported, erased and forgotten together."""

    @property
    def tables(self) -> frozenset[str]:
        """The names of the tables that this answers for."""
        ...

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        ...

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes or anonymises it: table → number of rows. The contact itself goes afterwards, in one commit."""
        ...

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Forgets what is older than `before` in the transaction's company, at most `limit` rows; says how many."""
        ...
