"""What this package keeps about a contact: exported and erased with the rest; it goes with the messages by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.evaluation.golden import store as golden
from understudy.evaluation.replaying.store import runs
from understudy.infra.database import Tx


class EvaluationRecords:
    """Golden cases made of a contact's messages, and what replays say of these."""

    tables = frozenset(("golden_case", "replay_message"))

    async def export(self, tx: Tx, contact_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
        """Everything kept about a contact: table → rows as JSON values."""
        return {
            "golden_case": await golden.export_contact(tx, contact_id),
            "replay_message": await runs.export_contact(tx, contact_id),
        }

    async def erase(self, tx: Tx, contact_id: UUID) -> Mapping[str, int]:
        """Deletes it: table → number of rows."""
        return {
            "golden_case": await golden.erase_contact(tx, contact_id),
            "replay_message": await runs.erase_contact(tx, contact_id),
        }

    async def forget(self, tx: Tx, before: datetime, limit: int) -> int:
        """Nothing by itself: replays are forgotten for all companies, golden cases go with their messages."""
        return 0
