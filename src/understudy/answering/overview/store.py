"""The only SQL over the decisions of all companies. Every function takes the platform's transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Date, cast, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from understudy.answering.domain import Outcome, RungName
from understudy.answering.overview.domain import BillLine, Counted, Placed, Selection, Tally
from understudy.answering.store import decision_in
from understudy.answering.tables import decision
from understudy.infra.database import Tx
from understudy.kit.ids import uuid_at

MEDIAN = 0.5
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


async def tally(tx: Tx, since: datetime, company_id: UUID | None) -> Tally:
    """Decisions since a moment, counted. Identifiers hold the moment they were made, so their index finds the span."""
    recent: list[ColumnElement[bool]] = [decision.c.id >= _first_id(since)]
    if company_id is not None:
        recent.append(decision.c.company_id == company_id)
    groups = select(decision.c.rung, decision.c.outcome, func.count()).where(*recent)
    saved = func.greatest(0, decision.c.counterfactual_micros - decision.c.cost_micros)
    sums = select(
        func.percentile_cont(MEDIAN).within_group(decision.c.latency_us),
        func.sum(decision.c.cost_micros),
        func.sum(saved),
    ).where(*recent)
    counted = [
        Counted(RungName(rung) if rung else None, Outcome(outcome), count)
        for rung, outcome, count in await tx.sa.execute(groups.group_by(decision.c.rung, decision.c.outcome))
    ]
    median_us, cost, saving = (await tx.sa.execute(sums)).one()
    return Tally(tuple(counted), int(median_us or 0), int(cost or 0), int(saving or 0))


async def bill(tx: Tx, since: datetime, until: datetime, company_id: UUID | None) -> list[BillLine]:
    """What decisions of a span cost and saved. Their identifiers' index finds the span, as in `tally`."""
    here: list[ColumnElement[bool]] = [decision.c.id >= _first_id(since), decision.c.id < _first_id(until)]
    if company_id is not None:
        here.append(decision.c.company_id == company_id)
    day = cast(func.timezone("UTC", decision.c.decided_at), Date)
    query = select(
        day,
        decision.c.rung,
        decision.c.outcome,
        func.count(),
        func.sum(decision.c.cost_micros),
        func.sum(decision.c.counterfactual_micros),
        func.sum(func.greatest(0, decision.c.counterfactual_micros - decision.c.cost_micros)),
        func.avg(decision.c.confidence),
    )
    rows = await tx.sa.execute(query.where(*here).group_by(day, decision.c.rung, decision.c.outcome).order_by(day))
    return [
        BillLine(
            at, RungName(rung) if rung else None, Outcome(outcome), count, int(cost), int(spared), int(saved), sure
        )
        for at, rung, outcome, count, cost, spared, saved, sure in rows
    ]


def _first_id(at: datetime) -> UUID:
    """The least identifier that can be made at a moment."""
    return uuid_at(int(at.timestamp() * 1000), bytes(10))
