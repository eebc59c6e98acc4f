"""The only SQL over answers to learn from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row

from understudy.answering.domain import Decision, RungName
from understudy.answering.overview.domain import Placed
from understudy.answering.store import decision_in
from understudy.infra.database import Tx
from understudy.kit.ids import uuid_at

FREE = (RungName.COMPANY_QA, RungName.TRADE_QA, RungName.RULES, RungName.SEMANTIC, RungName.PATTERNS)
"""The rungs whose answers cost nothing."""

_PAID = """
SELECT * FROM decision WHERE id > %s AND rung = 'llm' AND outcome = 'answered' ORDER BY id LIMIT %s
"""
_FREE = """
SELECT * FROM decision WHERE company_id = %s AND id >= %s AND outcome = 'answered' AND rung = ANY(%s)
ORDER BY id DESC LIMIT %s
"""


async def paid_after(tx: Tx, last: UUID, limit: int) -> list[Placed]:
    """Paid answers, oldest first; takes the platform's transaction."""
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_PAID, (last, limit))
        return [Placed(row["company_id"], decision_in(row)) for row in await cursor.fetchall()]


async def free_since(tx: Tx, since: datetime, limit: int) -> list[Decision]:
    """Free answers of the transaction's company, newest first."""
    first = uuid_at(int(since.timestamp() * 1000), bytes(10))
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_FREE, (tx.company_id, first, [rung.value for rung in FREE], limit))
        return [decision_in(row) for row in await cursor.fetchall()]
