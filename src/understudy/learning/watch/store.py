"""The only SQL of the watch: what is applied, its uses, what came of them, sums by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from understudy.infra.database import Tx
from understudy.learning import editing
from understudy.learning.watch import precision
from understudy.learning.watch.domain import Live, Track, Use

_WATCHED = """
SELECT DISTINCT company_id FROM suggestion_application WHERE applied_at IS NOT NULL AND reverted_at IS NULL
"""
_LIVE = """
SELECT a.suggestion_id, a.applied_at, s.edit, a.known, a.undo -> 'thresholds', s.scenario
FROM suggestion_application a
JOIN suggestion s ON s.company_id = a.company_id AND s.id = a.suggestion_id
WHERE a.company_id = %s AND a.applied_at IS NOT NULL AND a.reverted_at IS NULL AND s.status = 'applied'
"""
_MARK = "SELECT seen FROM watch_mark WHERE company_id = %s"
_RAISE_MARK = """
INSERT INTO watch_mark (company_id, seen) VALUES (%s, %s)
ON CONFLICT (company_id) DO UPDATE SET seen = greatest(watch_mark.seen, excluded.seen)
"""
_ADD_USE = """
INSERT INTO suggestion_use (company_id, decision_id, suggestion_id, contact_id, saved_micros, at)
SELECT %s, %s, %s, c.id, %s, %s FROM (SELECT 1) AS one LEFT JOIN contact c ON c.company_id = %s AND c.id = %s
ON CONFLICT (company_id, decision_id) DO NOTHING
"""
_RECENT = """
SELECT decision_id FROM suggestion_use WHERE company_id = %s AND at >= %s ORDER BY at DESC LIMIT %s
"""
_JUDGE = """
UPDATE suggestion_use AS u SET is_right = told.is_right
FROM unnest(%s::uuid[], %s::boolean[]) AS told (decision_id, is_right)
WHERE u.company_id = %s AND u.decision_id = told.decision_id AND u.is_right IS DISTINCT FROM told.is_right
RETURNING u.at
"""
_TRACKS = """
WITH last AS (
    SELECT suggestion_id, max(applied_at) AS since FROM suggestion_application
    WHERE company_id = %(company)s AND suggestion_id = ANY(%(ids)s) GROUP BY suggestion_id
), here AS (
    SELECT u.* FROM suggestion_use u JOIN last USING (suggestion_id)
    WHERE u.company_id = %(company)s AND u.at >= last.since
), judged AS (
    SELECT DISTINCT ON (suggestion_id, coalesce(contact_id, decision_id)) suggestion_id, is_right FROM here
    WHERE is_right IS NOT NULL ORDER BY suggestion_id, coalesce(contact_id, decision_id), at DESC, decision_id DESC
), told AS (
    SELECT suggestion_id, count(*) FILTER (WHERE is_right) AS right_count, count(*) FILTER (WHERE NOT is_right)
        AS wrong_count FROM judged GROUP BY suggestion_id
)
SELECT h.suggestion_id, count(*), coalesce(max(t.right_count), 0), coalesce(max(t.wrong_count), 0), sum(h.saved_micros)
FROM here h LEFT JOIN told t USING (suggestion_id) GROUP BY h.suggestion_id
"""
_SUM = """
INSERT INTO suggestion_month (company_id, suggestion_id, month, calls, right_count, wrong_count, saved_micros)
SELECT company_id, suggestion_id, date_trunc('month', at AT TIME ZONE 'UTC')::date, count(*),
    count(*) FILTER (WHERE is_right), count(*) FILTER (WHERE NOT is_right), sum(saved_micros)
FROM suggestion_use WHERE company_id = %s AND at >= %s GROUP BY 1, 2, 3
ON CONFLICT (company_id, suggestion_id, month) DO UPDATE SET calls = excluded.calls,
    right_count = excluded.right_count, wrong_count = excluded.wrong_count, saved_micros = excluded.saved_micros
"""
_FORGET = """
DELETE FROM suggestion_use WHERE (company_id, decision_id) IN (
    SELECT company_id, decision_id FROM suggestion_use WHERE at < %s LIMIT %s
)
"""


async def companies_watched(tx: Tx) -> list[UUID]:
    """Companies that have something applied; takes the platform's transaction."""
    return [row[0] for row in await (await tx.raw.execute(_WATCHED)).fetchall()]


async def live(tx: Tx) -> list[tuple[Live, str]]:
    """What is applied of the transaction's company, each with the scenario that it is about."""
    rows = await (await tx.raw.execute(_LIVE, (tx.company_id,))).fetchall()
    return [
        (Live(one, at, editing.from_document(edit), frozenset(known), thresholds), scenario)
        for one, at, edit, known, thresholds, scenario in rows
    ]


async def mark(tx: Tx) -> UUID | None:
    """The last decision that was looked at; None: none yet."""
    row = await (await tx.raw.execute(_MARK, (tx.company_id,))).fetchone()
    return row[0] if row else None


async def add_uses(tx: Tx, uses: Sequence[Use], seen: UUID) -> None:
    """Adds uses that are not known yet, and how far decisions were looked at, which never goes back."""
    rows = [
        (tx.company_id, use.decision_id, use.suggestion_id, use.saved_micros, use.at, tx.company_id, use.contact_id)
        for use in uses
    ]
    if rows:
        async with tx.raw.cursor() as cursor:
            await cursor.executemany(_ADD_USE, rows)
    await tx.raw.execute(_RAISE_MARK, (tx.company_id, seen))


async def recent_uses(tx: Tx, since: datetime, limit: int) -> list[UUID]:
    """Decisions that were uses, the newest first."""
    rows = await (await tx.raw.execute(_RECENT, (tx.company_id, since, limit))).fetchall()
    return [row[0] for row in rows]


async def judge(tx: Tx, verdicts: Mapping[UUID, bool | None]) -> list[datetime]:
    """Notes whether uses were right, None where nothing tells; the moments of those that this changed."""
    values = (list(verdicts), list(verdicts.values()), tx.company_id)
    return [row[0] for row in await (await tx.raw.execute(_JUDGE, values)).fetchall()]


async def tracks(tx: Tx, suggestion_ids: Sequence[UUID]) -> dict[UUID, Track]:
    """How suggestions do since they were applied last. Each contact counts once, with what was said of it last."""
    found = {suggestion_id: Track() for suggestion_id in suggestion_ids}
    rows = await tx.raw.execute(_TRACKS, {"company": tx.company_id, "ids": list(suggestion_ids)})
    for suggestion_id, uses, right, wrong, saved in await rows.fetchall():
        low, high = precision.lower(right, wrong), precision.upper(right, wrong)
        found[suggestion_id] = Track(uses, right, wrong, int(saved), low, high)
    return found


async def sum_months(tx: Tx, since: date) -> None:
    """Sums up the uses of each month from `since`, the first of one, anew."""
    await tx.raw.execute(_SUM, (tx.company_id, since))


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Deletes uses older than `before`, whose months are summed up; takes the platform's transaction."""
    return (await tx.raw.execute(_FORGET, (before, limit))).rowcount
