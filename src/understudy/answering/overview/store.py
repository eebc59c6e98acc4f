"""The only SQL over the decisions of all companies. Every function takes the platform's transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, tuple_

from understudy.answering.overview.domain import Placed, Selection
from understudy.answering.store import decision_in
from understudy.answering.tables import decision
from understudy.infra.database import Tx

_LISTED = [column for column in decision.columns if column.name != "rungs"]
"""What a list shows: the traces are most of a row, and are read for one decision at a time."""


async def select_decisions(tx: Tx, wanted: Selection) -> list[Placed]:
    """Decisions without their rungs, newest first."""
    query = select(*_LISTED).order_by(decision.c.id.desc()).limit(wanted.limit)
    if wanted.company_id is not None:
        query = query.where(decision.c.company_id == wanted.company_id)
    if wanted.rung is not None:
        query = query.where(decision.c.rung == wanted.rung.value)
    if wanted.outcomes is not None:
        query = query.where(decision.c.outcome.in_(sorted(wanted.outcomes)))
    if wanted.before is not None:
        query = query.where(decision.c.id < wanted.before)
    if wanted.after is not None:
        query = query.where(decision.c.id > wanted.after)
    rows = await tx.sa.execute(query)
    return [Placed(row.company_id, decision_in({**row._mapping, "rungs": ()})) for row in rows]


async def find_anywhere(tx: Tx, decision_id: UUID) -> Placed | None:
    """The decision, whosever it is."""
    row = (await tx.sa.execute(select(decision).where(decision.c.id == decision_id))).one_or_none()
    return Placed(row.company_id, decision_in(row._mapping)) if row else None


async def decisions_about(tx: Tx, company_id: UUID, message_ids: list[UUID]) -> list[Placed]:
    """The decisions about some messages of a company."""
    here = tuple_(decision.c.company_id, decision.c.message_id)
    query = select(decision).where(here.in_([(company_id, message_id) for message_id in message_ids]))
    return [Placed(row.company_id, decision_in(row._mapping)) for row in await tx.sa.execute(query)]
