"""The only SQL that counts decisions by hour, and reads the sums. Every function takes the platform's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from understudy.answering.domain import Outcome, RungName
from understudy.answering.rollups.domain import HOUR, STEPS_PER_OCTAVE, Span, Sums
from understudy.answering.rollups.tables import decision_hour
from understudy.infra.database import Tx
from understudy.kit.ids import first_id, made_at

_STEP = f"floor(ln(greatest(latency_us, 1)::float8) * {STEPS_PER_OCTAVE} / ln(2::float8))::integer"
_SAVED = "greatest(0, counterfactual_micros - cost_micros)"
_MADE_AT = "to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"
_TEMPLATE = "coalesce(substring(answered_by FROM '^scenario:(.*)/[^/]*$'), '')"
_COUNT_HOUR = f"""
INSERT INTO decision_hour (company_id, hour, rung, outcome, template, decisions, cost_micros, counterfactual_micros,
    saved_micros, confidence_sum, confident, latency_steps, latency_counts)
SELECT company_id, %(hour)s, rung, outcome, template, sum(n)::bigint, sum(cost)::bigint, sum(spared)::bigint,
    sum(saved)::bigint, sum(confidence), sum(confident)::bigint,
    array_agg(step ORDER BY step), array_agg(n ORDER BY step)
FROM (
    SELECT company_id, coalesce(rung, '') AS rung, outcome, {_TEMPLATE} AS template, {_STEP} AS step, count(*) AS n,
        sum(cost_micros) AS cost, sum(counterfactual_micros) AS spared, sum({_SAVED}) AS saved,
        coalesce(sum(confidence), 0) AS confidence, count(confidence) AS confident
    FROM decision WHERE id >= %(first)s AND id < %(next)s
    GROUP BY 1, 2, 3, 4, 5
) AS by_step
GROUP BY company_id, rung, outcome, template
"""
_DIFFERING = f"""
SELECT hour, coalesce(d.n, 0), coalesce(h.n, 0)
FROM (
    SELECT date_bin('1 hour', {_MADE_AT}, 'epoch') AS hour, count(*) AS n
    FROM decision WHERE id >= %(first)s AND id < %(next)s GROUP BY 1
) AS d
FULL JOIN (
    SELECT hour, sum(decisions)::bigint AS n FROM decision_hour WHERE hour >= %(since)s AND hour < %(until)s GROUP BY 1
) AS h USING (hour)
WHERE coalesce(d.n, 0) <> coalesce(h.n, 0)
ORDER BY hour
"""
_NEXT = "SELECT id FROM decision WHERE id >= %s ORDER BY id LIMIT 1"
_COUNTED = """
SELECT (hour AT TIME ZONE 'UTC')::date, rung, outcome, sum(decisions)::bigint, sum(cost_micros)::bigint,
    sum(counterfactual_micros)::bigint, sum(saved_micros)::bigint, sum(confidence_sum), sum(confident)::bigint
FROM decision_hour WHERE hour >= %(since)s AND hour < %(until)s AND {company} GROUP BY 1, 2, 3
"""
_RAW = f"""
SELECT ({_MADE_AT} AT TIME ZONE 'UTC')::date, coalesce(rung, ''), outcome, count(*), sum(cost_micros)::bigint,
    sum(counterfactual_micros)::bigint, sum({_SAVED})::bigint, coalesce(sum(confidence), 0), count(confidence)
FROM decision WHERE id >= %(first)s AND {{end}} AND {{company}} GROUP BY 1, 2, 3
"""
_COUNTED_STEPS = """
SELECT step, sum(n)::bigint FROM decision_hour, unnest(latency_steps, latency_counts) AS u(step, n)
WHERE hour >= %(since)s AND hour < %(until)s AND {company} GROUP BY 1
"""
_RAW_STEPS = f"""
SELECT {_STEP}, count(*) FROM decision WHERE id >= %(first)s AND {{end}} AND {{company}} GROUP BY 1
"""


async def next_decision(tx: Tx, since: datetime) -> datetime | None:
    """When the first decision from a moment on was made; None where there is none."""
    row = await (await tx.raw.execute(_NEXT, (first_id(since),))).fetchone()
    return made_at(row[0]) if row else None


async def count_hour(tx: Tx, hour: datetime) -> None:
    """Counts the decisions of an hour, of all companies; what was counted before is replaced."""
    values = {"hour": hour, "first": first_id(hour), "next": first_id(hour + HOUR)}
    await tx.sa.execute(delete(decision_hour).where(decision_hour.c.hour == hour))
    await tx.raw.execute(_COUNT_HOUR, values)


async def differing_hours(tx: Tx, since: datetime, until: datetime) -> list[tuple[datetime, int, int]]:
    """Hours whose decisions are not as many as were counted: the hour, decisions there are, decisions counted."""
    values = {"since": since, "until": until, "first": first_id(since), "next": first_id(until)}
    return await (await tx.raw.execute(_DIFFERING, values)).fetchall()


async def counted_sums(tx: Tx, span: Span, company_id: UUID | None) -> list[Sums]:
    """The sums of hours that were counted."""
    return [_sums(row) for row in await _rows(tx, _COUNTED, span, company_id)]


async def raw_sums(tx: Tx, span: Span, company_id: UUID | None) -> list[Sums]:
    """The same from the decisions themselves."""
    return [_sums(row) for row in await _rows(tx, _RAW, span, company_id)]


async def counted_steps(tx: Tx, span: Span, company_id: UUID | None) -> Mapping[int, int]:
    """How many decisions of hours that were counted took how long: step → number."""
    return dict(await _rows(tx, _COUNTED_STEPS, span, company_id))


async def raw_steps(tx: Tx, span: Span, company_id: UUID | None) -> Mapping[int, int]:
    """The same from the decisions themselves."""
    return dict(await _rows(tx, _RAW_STEPS, span, company_id))


async def _rows(tx: Tx, statement: str, span: Span, company_id: UUID | None) -> list[Any]:
    wanted = statement.format(
        company="true" if company_id is None else "company_id = %(company)s",
        end="true" if span.until is None else "id < %(next)s",
    )
    values = {"since": span.since, "until": span.until, "first": first_id(span.since), "company": company_id}
    if span.until is not None:
        values["next"] = first_id(span.until)
    return await (await tx.raw.execute(wanted, values)).fetchall()


def _sums(row: Any) -> Sums:
    day, rung, outcome, *numbers = row
    return Sums(day, RungName(rung) if rung else None, Outcome(outcome), *numbers)
