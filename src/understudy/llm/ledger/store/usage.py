"""Reading the ledger: sums from the daily summaries, and from the calls themselves for days that have none yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.rows import dict_row

from understudy.infra.database import Tx
from understudy.llm.domain import Fault, Purpose, Tier
from understudy.llm.ledger.domain import (
    Call,
    CallQuery,
    Climbed,
    Grouping,
    Health,
    Reason,
    RouteLine,
    Sums,
    Timing,
    UsageLine,
    UsageQuery,
)
from understudy.llm.ledger.tables import llm_call

_KEYS = {
    Grouping.DAY: "day",
    Grouping.PROVIDER: "provider",
    Grouping.MODEL: "provider || '/' || model",
    Grouping.PURPOSE: "purpose",
    Grouping.COMPANY: "company_id",
}
_SUMS = ("calls", "succeeded", "failovers", "input_tokens", "output_tokens", "cached_tokens", "cost_micros")
_CALL = ", ".join(column.name for column in llm_call.columns)
MOST_REASONS = 30
"""Reasons that are listed: the route table has a handful, failovers add some."""

_USAGE = """
WITH newest AS (SELECT coalesce(max(day), '-infinity') AS day FROM llm_day WHERE {company}),
usage AS (
    SELECT company_id, day, provider, model, purpose, calls, succeeded, failovers, input_tokens, output_tokens,
        cached_tokens, cost_micros
    FROM llm_day
    WHERE day BETWEEN %(since)s AND %(until)s AND day < (SELECT day FROM newest) AND {chosen}
    UNION ALL
    SELECT company_id, (at AT TIME ZONE 'UTC')::date, provider, model, purpose, 1, (fault IS NULL)::int,
        (failover_from IS NOT NULL)::int, coalesce(input_tokens, 0), coalesce(output_tokens, 0),
        coalesce(cached_tokens, 0), cost_micros
    FROM llm_call
    WHERE at >= greatest(%(start)s, (SELECT day::timestamp AT TIME ZONE 'UTC' FROM newest)) AND at < %(end)s
        AND {chosen}
)
SELECT ({key})::text AS key, {sums} FROM usage GROUP BY 1 ORDER BY {order}
"""
"""Days before the newest summary are read from summaries, that day and later ones from calls.

The summaries of a day are written for all companies in one transaction; a worker that stood still makes no gap.
"""

_ROUTES = """
SELECT tier, fault, provider, count(*) FROM llm_call
WHERE at >= %(start)s AND at < %(end)s AND {chosen} GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
_CLIMBED = """
SELECT count(*), count(*) FILTER (WHERE began <> ended), avg(confidence) FROM llm_route
WHERE at >= %(start)s AND at < %(end)s AND {company}
"""
_TIMINGS = """
SELECT provider, model, count(*) AS calls, count(fault) AS failed,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE fault IS NULL), 0)::bigint AS p50_ms,
    coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE fault IS NULL), 0)::bigint AS p95_ms
FROM llm_call WHERE at >= %(start)s AND at < %(end)s AND {chosen} GROUP BY 1, 2 ORDER BY 3 DESC
"""
_REASONS = f"""
SELECT regexp_replace(regexp_replace(route_reason, '[0-9][0-9.,]*', '…', 'g'), ' …$', '')
        || coalesce(', after a failure of ' || failover_from, '') AS reason,
    provider || '/' || model AS model, count(*) AS calls, min(complexity) AS least, max(complexity) AS most
FROM llm_call WHERE at >= %(start)s AND at < %(end)s AND {{chosen}}
GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT {MOST_REASONS}
"""
_HEALTH = """
SELECT DISTINCT ON (c.provider_id) c.provider, h.retry_at IS NOT NULL AS is_left_alone,
    h.reason, h.opened_at, h.checked_at, h.check_ms, h.check_fault
FROM llm_call c LEFT JOIN provider_circuit h ON h.provider_id = c.provider_id
WHERE c.at >= %(start)s AND c.at < %(end)s AND {chosen} ORDER BY c.provider_id, c.at DESC
"""


async def usage(tx: Tx, wanted: UsageQuery, by: Grouping) -> tuple[UsageLine, ...]:
    """Sums by group: days in their order, everything else by cost."""
    text = _USAGE.format(
        company=_of_company(wanted),
        chosen=_chosen(wanted),
        key=_KEYS[by],
        sums=", ".join(f"sum({name})::bigint AS {name}" for name in _SUMS),
        order="1" if by is Grouping.DAY else "cost_micros DESC, 1",
    )
    return tuple(UsageLine(row.pop("key"), Sums(**row)) for row in await _rows(tx, text, _values(wanted)))


async def calls(tx: Tx, wanted: CallQuery) -> list[Call]:
    """Calls, newest first."""
    asked: dict[str, Any] = {
        "company_id = %(company_id)s": wanted.company_id,
        "provider = %(provider)s": wanted.provider,
        "model = %(model)s": wanted.model,
        "purpose = %(purpose)s": wanted.purpose.value if wanted.purpose else None,
        "message_id = %(message_id)s": wanted.message_id,
        "id < %(before)s": wanted.before,
    }
    conditions = [text for text, value in asked.items() if value is not None]
    values = {text.split("(")[1].split(")")[0]: value for text, value in asked.items()}
    if wanted.span is not None:
        conditions.append("at >= %(start)s AND at < %(end)s")
        values |= {"start": wanted.span.start, "end": wanted.span.end}
    if wanted.failed is not None:
        conditions.append("fault IS NOT NULL" if wanted.failed else "fault IS NULL")
    where = " AND ".join(conditions) or "true"
    text = f"SELECT {_CALL} FROM llm_call WHERE {where} ORDER BY id DESC LIMIT %(limit)s"
    return [_call(row) for row in await _rows(tx, text, values | {"limit": wanted.limit})]


async def routes(tx: Tx, wanted: UsageQuery) -> tuple[RouteLine, ...]:
    """Calls by tier, fault and provider."""
    async with tx.raw.cursor() as cursor:
        await cursor.execute(_ROUTES.format(chosen=_chosen(wanted)).encode(), _values(wanted))
        return tuple(
            RouteLine(Tier(tier) if tier else None, Fault(fault) if fault else None, provider, count)
            for tier, fault, provider, count in await cursor.fetchall()
        )


async def climbed(tx: Tx, wanted: UsageQuery) -> Climbed:
    """Questions that were routed, those that went up a tier, and how sure the last answers were."""
    text = _CLIMBED.format(company=_of_company(wanted))
    async with tx.raw.cursor() as cursor:
        await cursor.execute(text.encode(), _values(wanted))
        row = await cursor.fetchone()
    return Climbed(*row) if row else Climbed(0, 0, None)


async def timings(tx: Tx, wanted: UsageQuery) -> tuple[Timing, ...]:
    """How fast each model answered."""
    rows = await _rows(tx, _TIMINGS.format(chosen=_chosen(wanted)), _values(wanted))
    return tuple(Timing(**row) for row in rows)


async def reasons(tx: Tx, wanted: UsageQuery) -> tuple[Reason, ...]:
    """Why models were chosen, the most frequent first."""
    rows = await _rows(tx, _REASONS.format(chosen=_chosen(wanted)), _values(wanted))
    return tuple(Reason(**row) for row in rows)


async def health(tx: Tx, wanted: UsageQuery) -> tuple[Health, ...]:
    """The providers that were asked, and how they are now."""
    rows = await _rows(tx, _HEALTH.format(chosen=_chosen(wanted)), _values(wanted))
    return tuple(sorted((Health(**row) for row in rows), key=lambda one: one.provider))


def _of_company(wanted: UsageQuery) -> str:
    return "company_id = %(company_id)s" if wanted.company_id else "true"


def _chosen(wanted: UsageQuery) -> str:
    asked = {
        "company_id": wanted.company_id,
        "provider": wanted.provider,
        "model": wanted.model,
        "purpose": wanted.purpose,
    }
    return " AND ".join(f"{name} = %({name})s" for name, value in asked.items() if value is not None) or "true"


def _values(wanted: UsageQuery) -> dict[str, Any]:
    span = wanted.span
    return {
        "company_id": wanted.company_id,
        "provider": wanted.provider,
        "model": wanted.model,
        "purpose": wanted.purpose.value if wanted.purpose else None,
        "since": span.since,
        "until": span.until,
        "start": span.start,
        "end": span.end,
    }


async def _rows(tx: Tx, text: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


def _call(row: dict[str, Any]) -> Call:
    tier, fault = row["tier"], row["fault"]
    return Call(
        **row
        | {
            "purpose": Purpose(row["purpose"]),
            "tier": Tier(tier) if tier else None,
            "fault": Fault(fault) if fault else None,
        }
    )
