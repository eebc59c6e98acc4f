"""The only SQL that decides about suggestions. A change is written whole, under the lock that `find` takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, any_, func, insert, literal, null, or_, select, tuple_, update

from understudy.infra.database import Tx
from understudy.learning import editing, undoing
from understudy.learning.deciding.domain import Application, Source, SuggestionQuery
from understudy.learning.domain import Status, Suggestion, SuggestionNotFound
from understudy.learning.editing import Edit
from understudy.learning.queue.store import suggestions
from understudy.learning.queue.store.rows import backtest_document, suggestion_of
from understudy.learning.tables import learning_task, suggestion, suggestion_source
from understudy.learning.watch.tables import suggestion_application

MOST_SOURCES = 100
"""Sources that are shown with a suggestion, newest first; the numbers count all."""
GATED = (Status.COLLECTING, Status.PENDING, Status.HELD)
"""The states in which a suggestion is replayed by itself."""
PRIOR = "prior"
"""Where a suggestion's details keep how sure its evidence alone makes it."""
_TESTED_AT = func.cast(suggestion.c.backtest["at"].astext, suggestion.c.updated_at.type)


async def find(tx: Tx, suggestion_id: UUID, *, lock: bool = False) -> Suggestion:
    """The suggestion of the transaction's company; raises `SuggestionNotFound`. `lock`: nobody decides about
    any of the company's, or adds to them, until the transaction ends.
    """
    if lock:
        await suggestions.lock(tx)
    query = select(suggestion).where(suggestion.c.id == suggestion_id, suggestion.c.company_id == tx.company_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise SuggestionNotFound(f"there is no suggestion {suggestion_id}")
    return suggestion_of(row._asdict())


async def listed(tx: Tx, wanted: SuggestionQuery) -> list[Suggestion]:
    """Suggestions of the transaction's company, those that save most first."""
    query = _filtered(select(suggestion).where(suggestion.c.company_id == tx.company_id), wanted)
    if wanted.before is not None:
        last = select(suggestion.c.priority).where(suggestion.c.id == wanted.before).scalar_subquery()
        query = query.where(tuple_(suggestion.c.priority, suggestion.c.id) < tuple_(last, wanted.before))
    query = query.order_by(suggestion.c.priority.desc(), suggestion.c.id.desc()).limit(wanted.limit)
    return [suggestion_of(row._asdict()) for row in await tx.sa.execute(query)]


async def counts(tx: Tx) -> dict[UUID, dict[Status, int]]:
    """How many suggestions stand where, by company; takes the platform's transaction."""
    query = select(suggestion.c.company_id, suggestion.c.status, func.count()).group_by(
        suggestion.c.company_id, suggestion.c.status
    )
    found: dict[UUID, dict[Status, int]] = {}
    for company_id, status, count in await tx.sa.execute(query):
        found.setdefault(company_id, {})[Status(status)] = count
    return found


async def change(tx: Tx, after: Suggestion) -> None:
    """Writes what deciding changes of a suggestion; it is locked."""
    decided = after.decided
    values = {
        "status": after.status.value,
        "edit": editing.as_document(after.proposal.edit),
        "confidence": after.confidence,
        "priority": after.priority,
        "held_because": after.held_because,
        "backtest": backtest_document(after.backtest) if after.backtest else null(),
        "revision": after.revision,
        "decided_by": decided.by if decided else None,
        "second_by": decided.second_by if decided else None,
        "decided_reason": decided.reason if decided else None,
        "decided_at": decided.at if decided else None,
        "applied_version": after.applied_version,
        "applied_at": after.applied_at,
        "updated_at": after.updated_at,
        "expires_at": after.expires_at,
    }
    here = and_(suggestion.c.company_id == after.company_id, suggestion.c.id == after.id)
    await tx.sa.execute(update(suggestion).where(here).values(values))


async def companies_to_gate(tx: Tx, tested_before: datetime, now: datetime) -> list[UUID]:
    """Companies with a suggestion that may be due for a replay; takes the platform's transaction."""
    query = select(suggestion.c.company_id).where(_due(tested_before, now)).distinct()
    return list((await tx.sa.execute(query)).scalars())


async def due(tx: Tx, tested_before: datetime, now: datetime, *, min_confidence: float, limit: int) -> list[UUID]:
    """Suggestions of the transaction's company for which enough speaks, and that were not replayed since it did."""
    query = (
        select(suggestion.c.id)
        .where(
            suggestion.c.company_id == tx.company_id,
            _due(tested_before, now),
            func.greatest(suggestion.c.confidence, suggestion.c.details[PRIOR].as_float()) >= min_confidence,
        )
        .order_by(suggestion.c.backtest.is_not(None), suggestion.c.priority.desc(), suggestion.c.id)
        .limit(limit)
    )
    return list((await tx.sa.execute(query)).scalars())


async def left_approved(tx: Tx, before: datetime) -> list[tuple[UUID, UUID]]:
    """Company and suggestion of what was approved before a moment and not applied; takes the platform's transaction."""
    query = select(suggestion.c.company_id, suggestion.c.id).where(
        suggestion.c.status == Status.APPROVED.value, suggestion.c.updated_at < before
    )
    return [(row.company_id, row.id) for row in await tx.sa.execute(query)]


async def sources(tx: Tx, suggestion_id: UUID) -> list[Source]:
    """What a suggestion rests on, newest first."""
    here = and_(
        suggestion_source.c.company_id == learning_task.c.company_id, suggestion_source.c.task_id == learning_task.c.id
    )
    query = (
        select(learning_task)
        .join(suggestion_source, here)
        .where(suggestion_source.c.suggestion_id == suggestion_id, suggestion_source.c.company_id == tx.company_id)
        .order_by(learning_task.c.id.desc())
        .limit(MOST_SOURCES)
    )
    return [_source(row) for row in await tx.sa.execute(query)]


async def begin_application(tx: Tx, made: Application) -> None:
    """Keeps how a suggestion will be taken back, before it is applied; an unfinished try before it is forgotten."""
    row = suggestion_application
    unfinished = row.delete().where(
        row.c.company_id == tx.company_id, row.c.suggestion_id == made.suggestion_id, row.c.applied_at.is_(None)
    )
    await tx.sa.execute(unfinished)
    await tx.sa.execute(
        insert(row).values(
            company_id=tx.company_id,
            suggestion_id=made.suggestion_id,
            started_at=made.started_at,
            undo=undoing.as_document(made.undo),
            known=list(made.known),
        )
    )


async def change_application(tx: Tx, made: Application) -> None:
    """Writes how an application ended, or that it was taken back."""
    row = suggestion_application
    here = and_(
        row.c.company_id == tx.company_id,
        row.c.suggestion_id == made.suggestion_id,
        row.c.started_at == made.started_at,
    )
    values = {
        "version": made.version,
        "applied_at": made.applied_at,
        "reverted_at": made.reverted_at,
        "reverted_by": made.reverted_by,
    }
    await tx.sa.execute(update(row).where(here).values(values))


async def applications(tx: Tx, suggestion_id: UUID, edit: Edit) -> list[Application]:
    """How a suggestion was applied, the last time first."""
    row = suggestion_application
    query = (
        select(row)
        .where(row.c.company_id == tx.company_id, row.c.suggestion_id == suggestion_id)
        .order_by(row.c.started_at.desc())
    )
    return [
        Application(
            one.suggestion_id,
            one.started_at,
            undoing.from_document(one.undo, edit),
            tuple(one.known),
            one.version,
            one.applied_at,
            one.reverted_at,
            one.reverted_by,
        )
        for one in await tx.sa.execute(query)
    ]


def _source(row: Row[Any]) -> Source:
    return Source(
        task_id=row.id,
        message_id=row.message_id,
        text=row.text,
        channel=row.channel,
        path=str(row.rescue.get("path", "")),
        latency_ms=int(row.rescue.get("latency_ms", 0)),
        cost_micros=row.cost_micros,
        decided_at=row.decided_at,
    )


def _due(tested_before: datetime, now: datetime) -> Any:
    """Never replayed (and not held for what it holds), or more speaks for it since it was, some time ago."""
    untested = and_(suggestion.c.backtest.is_(None), suggestion.c.status != Status.HELD.value)
    grown = and_(suggestion.c.updated_at > _TESTED_AT, tested_before > _TESTED_AT)
    states = suggestion.c.status.in_([one.value for one in GATED])
    return and_(states, suggestion.c.expires_at > now, or_(untested, grown))


def _filtered(query: Select[Any], wanted: SuggestionQuery) -> Select[Any]:
    if wanted.statuses:
        query = query.where(suggestion.c.status.in_([one.value for one in wanted.statuses]))
    if wanted.issue is not None:
        query = query.where(suggestion.c.issue == wanted.issue.value)
    for name in ("scenario", "language"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(suggestion.c[name] == value)
    if wanted.channel is not None:
        query = query.where(literal(wanted.channel) == any_(suggestion.c.channels))
    if wanted.min_confidence is not None:
        query = query.where(suggestion.c.confidence >= wanted.min_confidence)
    return query
