"""The only SQL of breakers and health. Breakers are of providers, not of companies, and hold nothing of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from understudy.infra.database import Tx
from understudy.llm.health.circuit import Check, Health
from understudy.llm.health.tables import provider_circuit, provider_hour

_STATE = "SELECT extract(epoch FROM retry_at - clock_timestamp()) FROM provider_circuit WHERE provider_id = %s"
_OPEN = """
INSERT INTO provider_circuit (provider_id, retry_at, reason, opened_at)
VALUES (%(id)s, clock_timestamp() + make_interval(secs => %(seconds)s), %(reason)s, statement_timestamp())
ON CONFLICT (provider_id) DO UPDATE SET
    retry_at = excluded.retry_at, reason = excluded.reason, probing_until = NULL,
    opened_at = coalesce(provider_circuit.opened_at, excluded.opened_at)
RETURNING opened_at = statement_timestamp()
"""
_CLAIM = """
UPDATE provider_circuit SET probing_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE provider_id = %(id)s AND retry_at <= clock_timestamp()
  AND (probing_until IS NULL OR probing_until < clock_timestamp())
"""
_CLOSE = f"""
UPDATE {provider_circuit} SET
    retry_at = NULL, probing_until = NULL, reason = NULL, opened_at = NULL, check_fault = NULL
WHERE provider_id = %s AND retry_at IS NOT NULL
"""
_CLAIM_CHECK = """
INSERT INTO provider_circuit (provider_id, checked_at) VALUES (%(id)s, clock_timestamp())
ON CONFLICT (provider_id) DO UPDATE SET checked_at = excluded.checked_at
WHERE provider_circuit.checked_at IS NULL
   OR provider_circuit.checked_at < clock_timestamp() - make_interval(secs => %(seconds)s)
"""
_KEEP_CHECK = """
WITH before AS (
    SELECT provider_id, check_ms, check_fault, retry_at IS NOT NULL AS is_open
    FROM provider_circuit WHERE provider_id = %(id)s FOR UPDATE
)
UPDATE provider_circuit AS now SET check_ms = %(ms)s, check_fault = %(fault)s
FROM before WHERE now.provider_id = before.provider_id
RETURNING before.check_ms, before.check_fault, before.is_open
"""
_RESET = """
WITH before AS (
    SELECT coalesce(bool_or(retry_at IS NOT NULL OR check_fault IS NOT NULL), false) AS was_ill
    FROM provider_circuit WHERE provider_id = %(id)s
)
INSERT INTO provider_circuit AS now (provider_id, reset_at) VALUES (%(id)s, clock_timestamp())
ON CONFLICT (provider_id) DO UPDATE SET
    reset_at = excluded.reset_at, retry_at = NULL, probing_until = NULL, reason = NULL, opened_at = NULL,
    checked_at = NULL, check_ms = NULL, check_fault = NULL
RETURNING (SELECT was_ill FROM before)
"""
_HEALTH = """
SELECT call.provider_id, count(*), count(*) FILTER (WHERE call.fault = ANY(%(ill)s))
FROM llm_call AS call LEFT JOIN provider_circuit AS circuit ON circuit.provider_id = call.provider_id
WHERE call.at > greatest(clock_timestamp() - interval '60 minutes', coalesce(circuit.reset_at, '-infinity'))
GROUP BY call.provider_id
"""
_SNAPSHOT = f"""
INSERT INTO {provider_hour} (provider_id, hour, calls, ill, latency_p50_ms, latency_p95_ms, latency_p99_ms)
SELECT provider_id, date_trunc('hour', at, 'UTC'), count(*), count(*) FILTER (WHERE fault = ANY(%(ill)s)),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms),
    percentile_disc(0.99) WITHIN GROUP (ORDER BY latency_ms)
FROM llm_call WHERE at >= %(since)s GROUP BY 1, 2
ON CONFLICT (provider_id, hour) DO UPDATE SET
    calls = excluded.calls, ill = excluded.ill, latency_p50_ms = excluded.latency_p50_ms,
    latency_p95_ms = excluded.latency_p95_ms, latency_p99_ms = excluded.latency_p99_ms
"""


async def seconds_left(tx: Tx, provider_id: UUID) -> float | None:
    """Seconds until an open breaker may be probed (negative: already); None while it is closed."""
    row = await (await tx.raw.execute(_STATE, (provider_id,))).fetchone()
    return None if row is None or row[0] is None else float(row[0])


async def open_circuit(tx: Tx, provider_id: UUID, seconds: float, reason: str) -> bool:
    """Opens it for so long, or for so long again; says whether it was closed before."""
    values = {"id": provider_id, "seconds": seconds, "reason": reason}
    row = await (await tx.raw.execute(_OPEN, values)).fetchone()
    return bool(row and row[0])


async def claim_probe(tx: Tx, provider_id: UUID, seconds: float) -> bool:
    """Takes the one probe for so long; says whether it was to be had."""
    return (await tx.raw.execute(_CLAIM, {"id": provider_id, "seconds": seconds})).rowcount == 1


async def close_circuit(tx: Tx, provider_id: UUID) -> bool:
    """Closes it, and outdates what the last check found; says whether it was open."""
    return (await tx.raw.execute(_CLOSE, (provider_id,))).rowcount == 1


async def reset(tx: Tx, provider_id: UUID) -> bool:
    """Closes it and lets failures and checks before now count no longer; says whether there was anything to mend."""
    row = await (await tx.raw.execute(_RESET, {"id": provider_id})).fetchone()
    return bool(row and row[0])


async def claim_check(tx: Tx, provider_id: UUID, seconds: float) -> bool:
    """Takes the next health check, unless one was made within so many seconds."""
    return (await tx.raw.execute(_CLAIM_CHECK, {"id": provider_id, "seconds": seconds})).rowcount == 1


async def keep_check(tx: Tx, provider_id: UUID, found: Check) -> tuple[Check | None, bool]:
    """Stores what a health check found; gives what the one before found, and whether the breaker is open."""
    values = {"id": provider_id, "ms": found.latency_ms, "fault": found.fault}
    row = await (await tx.raw.execute(_KEEP_CHECK, values)).fetchone()
    if row is None:
        return None, False
    return (None if row[0] is None else Check(row[0], row[1])), row[2]


async def health(tx: Tx, ill: Sequence[str]) -> dict[UUID, Health]:
    """The last hour of every provider that was called, over all companies; `ill`: the faults that count."""
    rows = await (await tx.raw.execute(_HEALTH, {"ill": list(ill)})).fetchall()
    return {provider_id: Health(calls, bad) for provider_id, calls, bad in rows}


async def snapshot(tx: Tx, ill: Sequence[str], since: datetime) -> int:
    """Keeps calls, failures and latencies of each provider by hour; hours already kept are counted anew."""
    return (await tx.raw.execute(_SNAPSHOT, {"ill": list(ill), "since": since})).rowcount
