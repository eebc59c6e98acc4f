"""The only SQL over answers that were given."""

from __future__ import annotations

from uuid import UUID

from understudy.answering.domain import Outcome, RungName
from understudy.answering.given.domain import Given
from understudy.infra.database import Tx

PAID = (RungName.LLM.value, RungName.PASSTHROUGH.value)
_AFTER = """
SELECT id, contact_id, decided_at, answered_by, rung, confidence, greatest(0, counterfactual_micros - cost_micros),
    CASE WHEN is_free THEN rungs -> -1 -> 'best' ->> 'matched' END, is_free
FROM (
    SELECT *, coalesce(answered_by LIKE 'scenario:%%' AND outcome = ANY(%(outcomes)s) AND rung <> ALL(%(paid)s), false)
        AS is_free
    FROM decision WHERE company_id = %(company)s AND id > %(last)s ORDER BY id LIMIT %(limit)s
) AS made ORDER BY id
"""


async def given_after(tx: Tx, last: UUID, limit: int) -> list[Given]:
    """Decisions of the transaction's company made after one, oldest first. The last rung that was asked answered."""
    values = {
        "company": tx.company_id,
        "last": last,
        "limit": limit,
        "outcomes": [Outcome.ANSWERED.value, Outcome.HANDED_OVER.value],
        "paid": list(PAID),
    }
    rows = await (await tx.raw.execute(_AFTER, values)).fetchall()
    return [
        Given(made, contact, at, key, RungName(rung), matched, confidence, int(saved))
        if is_free
        else Given(made, contact, at)
        for made, contact, at, key, rung, confidence, saved, matched, is_free in rows
    ]
