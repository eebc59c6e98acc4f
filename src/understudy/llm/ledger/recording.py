"""Writing the ledger: a row for each call, one for each routed question, and summaries by day. The only SQL of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from understudy.infra.database import Database, Tx
from understudy.llm.bills import Bill, CallNote
from understudy.llm.domain import Target
from understudy.llm.money.domain import KEEP_HOLDS
from understudy.llm.money.windows import ANNOUNCED_PERCENTS

_COLUMNS = (
    *("company_id", "id", "at", "message_id", "purpose", "provider_id", "provider", "model", "tier", "complexity"),
    *("route_reason", "attempt", "failover_from", "prompt_version", "input_tokens", "output_tokens", "cached_tokens"),
    *("cost_micros", "latency_ms", "first_token_ms", "fault"),
)
_ADD = f"""
INSERT INTO llm_call ({", ".join(_COLUMNS)}) SELECT {", ".join(f"%({name})s" for name in _COLUMNS)}
"""
_ADD_SETTLED = f"{_ADD} FROM settle_quietly(%(id)s, %(cost_micros)s, %(keep)s, %(percents)s) AS booked \
WHERE booked IS NOT NULL RETURNING cost_micros"
_CORRECT = "UPDATE llm_call SET cost_micros = %s WHERE company_id = %s AND id = %s"
_ADD_ROUTE = """
INSERT INTO llm_route (company_id, id, at, message_id, features, began, ended, confidence, is_sure)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_SUMMARISE = """
INSERT INTO llm_day (company_id, day, provider, model, purpose, calls, succeeded, input_tokens, output_tokens,
    cached_tokens, cost_micros, failovers, latency_p50_ms, latency_p95_ms, latency_p99_ms)
SELECT company_id, (at AT TIME ZONE 'UTC')::date, provider, model, purpose, count(*),
    count(*) FILTER (WHERE fault IS NULL),
    coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cached_tokens), 0), sum(cost_micros),
    count(failover_from),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms),
    percentile_disc(0.99) WITHIN GROUP (ORDER BY latency_ms)
FROM llm_call
WHERE at >= least(%s, (SELECT coalesce(max(day), '-infinity')::timestamp AT TIME ZONE 'UTC' FROM llm_day))
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (company_id, day, provider, model, purpose) DO UPDATE SET
    calls = excluded.calls, succeeded = excluded.succeeded, input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens, cached_tokens = excluded.cached_tokens,
    cost_micros = excluded.cost_micros, failovers = excluded.failovers, latency_p50_ms = excluded.latency_p50_ms,
    latency_p95_ms = excluded.latency_p95_ms, latency_p99_ms = excluded.latency_p99_ms
"""
_FORGET = "DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} WHERE at < %s LIMIT %s)"
KEPT = ("llm_call", "llm_route")


@dataclass(frozen=True, slots=True)
class Routed:
    """How a question was routed: its features, where it began and ended, and how sure the last answer was."""

    features: Sequence[float]
    began: str
    ended: str
    confidence: float
    is_sure: bool


async def add_call(tx: Tx, bill: Bill, target: Target, note: CallNote, moment: datetime) -> None:
    """Adds the row of one call; once, however often."""
    await tx.raw.execute(f"{_ADD} ON CONFLICT (company_id, id) DO NOTHING", _row(bill, target, note, moment))


async def add_settled(database: Database, bill: Bill, target: Target, note: CallNote, moment: datetime) -> bool:
    """Adds the row of one call and settles its hold, in one round trip and one commit.

    False: nothing was done, since the call was dearer than its hold, a share of the budget is to be announced, or the
    hold is open no more. A crash of the database's machine may forget the commit, but not the hold.
    """
    values = _row(bill, target, note, moment) | {"keep": KEEP_HOLDS, "percents": list(ANNOUNCED_PERCENTS)}
    return await database.once(bill.company_id, _ADD_SETTLED, values, waits_for_disk=False) is not None


def _row(bill: Bill, target: Target, note: CallNote, moment: datetime) -> dict[str, Any]:
    route, used = note.route, note.usage
    return {
        "company_id": bill.company_id,
        "id": note.id,
        "at": moment,
        "message_id": bill.message_id,
        "purpose": bill.purpose.value,
        "provider_id": target.provider.id,
        "provider": target.provider.name,
        "model": target.model,
        "tier": route.tier.value if route.tier else None,
        "complexity": route.complexity,
        "route_reason": route.reason,
        "attempt": route.attempt,
        "failover_from": route.failover_from,
        "prompt_version": route.prompt_version,
        "input_tokens": used.input_tokens if used else None,
        "output_tokens": used.output_tokens if used else None,
        "cached_tokens": used.cached_tokens if used else None,
        "cost_micros": note.cost_micros,
        "latency_ms": note.latency_ms,
        "first_token_ms": note.first_token_ms,
        "fault": note.fault.value if note.fault else None,
    }


async def correct_cost(tx: Tx, call_id: UUID, cost_micros: int) -> None:
    """Sets what a call was booked with in the end."""
    await tx.raw.execute(_CORRECT, (cost_micros, tx.company_id, call_id))


async def add_route(tx: Tx, route_id: UUID, message_id: UUID | None, routed: Routed, moment: datetime) -> None:
    """Adds what a learned router is fitted on."""
    values = (list(routed.features), routed.began, routed.ended, routed.confidence, routed.is_sure)
    await tx.raw.execute(_ADD_ROUTE, (tx.company_id, route_id, moment, message_id, *values))


async def summarise(tx: Tx, since: datetime) -> int:
    """Sums up the calls of each day from `since` (a day's beginning in UTC) on; days done before are summed anew.

    Where the newest summary is older, from there on: no day is left out when nobody summed up for a while.
    """
    return (await tx.raw.execute(_SUMMARISE, (since,))).rowcount


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Deletes calls and routes older than `before`, so many of each at most; says how many."""
    gone = 0
    for table in KEPT:
        gone += (await tx.raw.execute(_FORGET.format(table=table), (before, limit))).rowcount
    return gone
