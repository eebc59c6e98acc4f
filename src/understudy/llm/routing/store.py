"""The only SQL of learned routers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from understudy.infra.database import Tx
from understudy.llm.domain import Tier
from understudy.llm.routing.fitting import Fitted
from understudy.llm.routing.learned import Line, Past, Router

_DUE = """
SELECT route.company_id FROM llm_route AS route
LEFT JOIN llm_router AS router ON router.company_id = route.company_id
GROUP BY route.company_id, router.questions
HAVING count(*) >= greatest(%(enough)s, 1.2 * coalesce(router.questions, 0))
"""
_PAST = "SELECT features, began, ended, is_sure FROM llm_route ORDER BY at DESC LIMIT %s"
_COSTS = """
SELECT tier, avg(cost_micros)::float8 FROM llm_call
WHERE tier IS NOT NULL AND fault IS NULL AND purpose = 'answer' GROUP BY tier
"""
_KEEP = """
INSERT INTO llm_router (company_id, fitted_at, questions, document, cost_micros, cost_before_micros, is_used)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (company_id) DO UPDATE SET
    fitted_at = excluded.fitted_at, questions = excluded.questions, document = excluded.document,
    cost_micros = excluded.cost_micros, cost_before_micros = excluded.cost_before_micros, is_used = excluded.is_used
"""
_FIND = "SELECT document FROM llm_router WHERE is_used"


async def due(tx: Tx, enough: int) -> list[UUID]:
    """Companies with enough questions, and a fifth more than at the last fitting."""
    rows = await (await tx.raw.execute(_DUE, {"enough": enough})).fetchall()
    return [row[0] for row in rows]


async def past(tx: Tx, limit: int) -> list[Past]:
    """The company's latest questions, newest first."""
    rows = await (await tx.raw.execute(_PAST, (limit,))).fetchall()
    return [Past(tuple(features), Tier(began), Tier(ended), sure) for features, began, ended, sure in rows]


async def costs(tx: Tx) -> dict[Tier, float]:
    """What a call of each tier cost this company on average, micro-dollars."""
    rows = await (await tx.raw.execute(_COSTS)).fetchall()
    return {Tier(tier): cost for tier, cost in rows}


async def keep(tx: Tx, fitted: Fitted, moment: datetime) -> None:
    """Keeps a fitted router; it is used where it is better than what there was."""
    values = (fitted.questions, Jsonb(_document(fitted.router)), fitted.cost_micros, fitted.cost_before_micros)
    await tx.raw.execute(_KEEP, (tx.company_id, moment, *values, fitted.is_better))


async def find(tx: Tx) -> Router | None:
    """The router that the company uses."""
    row = await (await tx.raw.execute(_FIND)).fetchone()
    return _router(row[0]) if row else None


def _document(router: Router) -> dict[str, Any]:
    return {
        tier.value: {"bias": line.bias, "weights": line.weights, "cost": router.costs[tier]}
        for tier, line in router.lines.items()
    }


def _router(document: dict[str, Any]) -> Router:
    lines = {Tier(name): Line(row["bias"], tuple(row["weights"])) for name, row in document.items()}
    return Router(lines, {Tier(name): row["cost"] for name, row in document.items()})
