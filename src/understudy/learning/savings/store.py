"""The only SQL over savings: sums by month, which the watch keeps."""

from __future__ import annotations

from uuid import UUID

from understudy.infra.database import Tx
from understudy.learning.savings.domain import Months, Saved, Spent

_SAVED = """
SELECT m.suggestion_id, s.template_id, m.month, m.calls, m.right_count, m.wrong_count, m.saved_micros
FROM suggestion_month m JOIN suggestion s ON s.company_id = m.company_id AND s.id = m.suggestion_id
WHERE m.company_id = %s AND m.month BETWEEN %s AND %s
"""
_SPENT = """
SELECT id, template_id, date_trunc('month', created_at AT TIME ZONE 'UTC')::date, cost_micros FROM suggestion
WHERE company_id = %s AND cost_micros > 0 AND created_at >= %s AND created_at < %s
"""
_TITLES = "SELECT id, issue, scenario FROM suggestion WHERE company_id = %s AND id = ANY(%s)"


async def saved(tx: Tx, months: Months) -> list[Saved]:
    """What the suggestions of the transaction's company saved."""
    rows = await tx.raw.execute(_SAVED, (tx.company_id, months.since, months.until))
    return [
        Saved(suggestion_id, template_id, month, calls, right, wrong, int(micros))
        for suggestion_id, template_id, month, calls, right, wrong, micros in await rows.fetchall()
    ]


async def spent(tx: Tx, months: Months) -> list[Spent]:
    """What making suggestions cost."""
    rows = await tx.raw.execute(_SPENT, (tx.company_id, months.span.start, months.span.end))
    return [Spent(*row) for row in await rows.fetchall()]


async def titles(tx: Tx, suggestion_ids: list[UUID]) -> dict[UUID, str]:
    """What suggestions are about, in a few words."""
    rows = await tx.raw.execute(_TITLES, (tx.company_id, suggestion_ids))
    return {one: f"{issue.replace('_', ' ')}: {scenario}" for one, issue, scenario in await rows.fetchall()}
