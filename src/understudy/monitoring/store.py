"""The only SQL over notices, their deliveries, and the secrets these are signed with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from understudy.infra.database import Tx
from understudy.monitoring.domain import Code, Delivery, Notice, NoticeQuery, Raised, Severity
from understudy.monitoring.tables import notice, notice_delivery, notice_event, notice_secret

FORGOTTEN_AT_ONCE = 1_000
"""Rows deleted in one statement."""


async def was_heard(tx: Tx, event_id: UUID) -> bool:
    """Whether the event made or counted a notice already."""
    found = await tx.sa.execute(select(notice_event.c.event_id).where(notice_event.c.event_id == event_id))
    return found.first() is not None


async def note_heard(tx: Tx, event_id: UUID, kept: Notice, at: datetime) -> bool:
    """Notes that the event is heard; False: somebody else just did."""
    row = {"event_id": event_id, "company_id": kept.company_id, "notice_id": kept.id, "at": at}
    made = await tx.sa.execute(
        insert(notice_event).values(row).on_conflict_do_nothing().returning(notice_event.c.event_id)
    )
    return made.first() is not None


async def raise_notice(tx: Tx, notice_id: UUID, raised: Raised, at: datetime) -> Notice:
    """The notice: new, or the one that waits to be seen counted up, with the newest words."""
    row = {
        "id": notice_id,
        "company_id": raised.company_id,
        "code": raised.code.value,
        "severity": raised.code.severity.value,
        "subject": raised.subject,
        "title": raised.title,
        "text": raised.text,
        "details": dict(raised.details),
        "count": 1,
        "first_at": at,
        "last_at": at,
    }
    new = insert(notice).values(row)
    counted = new.on_conflict_do_update(
        index_elements=["company_id", "code", "subject"],
        index_where=notice.c.seen_at.is_(None),
        set_={
            "count": notice.c.count + 1,
            "last_at": new.excluded.last_at,
            "title": new.excluded.title,
            "text": new.excluded.text,
            "details": new.excluded.details,
        },
    )
    return _notice((await tx.sa.execute(counted.returning(notice))).one()._mapping)


async def find_notice(tx: Tx, notice_id: UUID) -> Notice | None:
    """The notice, if this transaction may see it."""
    row = (await tx.sa.execute(select(notice).where(notice.c.id == notice_id))).one_or_none()
    return _notice(row._mapping) if row else None


async def list_notices(tx: Tx, wanted: NoticeQuery) -> list[Notice]:
    """Notices, newest first: by when they were made, so that a page stays where it is."""
    query = _filtered(select(notice), wanted).order_by(notice.c.id.desc()).limit(wanted.limit)
    return [_notice(row._mapping) for row in await tx.sa.execute(query)]


async def count_unseen(tx: Tx, company_id: UUID | None = None) -> dict[Severity, int]:
    """Notices that wait to be seen, by severity."""
    wanted = NoticeQuery(company_id=company_id, is_seen=False)
    query = _filtered(select(notice.c.severity, func.count()), wanted).group_by(notice.c.severity)
    return {Severity(severity): count for severity, count in await tx.sa.execute(query)}


async def mark_seen(tx: Tx, notice_id: UUID, by: str, at: datetime) -> Notice | None:
    """The notice, seen from now on; None when it cannot be changed from here. Seeing it again changes nothing."""
    changed = (
        update(notice)
        .where(notice.c.id == notice_id)
        .values(seen_by=func.coalesce(notice.c.seen_by, by), seen_at=func.coalesce(notice.c.seen_at, at))
    )
    row = (await tx.sa.execute(changed.returning(notice))).one_or_none()
    return _notice(row._mapping) if row else None


async def settle(tx: Tx, raised: Raised, codes: tuple[Code, ...], at: datetime) -> None:
    """Marks the waiting notices of these codes about the same subject as seen: they are out of date."""
    await tx.sa.execute(
        update(notice)
        .where(
            notice.c.company_id.is_not_distinct_from(raised.company_id),
            notice.c.code.in_([code.value for code in codes]),
            notice.c.subject == raised.subject,
            notice.c.seen_at.is_(None),
        )
        .values(seen_by=f"understudy: {raised.code}", seen_at=at)
    )


async def add_delivery(tx: Tx, delivery: Delivery) -> bool:
    """Keeps a delivery to be made; False when the notice is on its way to this company already."""
    row = {
        "company_id": delivery.company_id,
        "id": delivery.id,
        "notice_id": delivery.notice_id,
        "made_at": delivery.made_at,
        "tries": 0,
    }
    made = await tx.sa.execute(
        insert(notice_delivery).values(row).on_conflict_do_nothing().returning(notice_delivery.c.id)
    )
    return made.first() is not None


async def find_delivery(tx: Tx, delivery_id: UUID) -> Delivery | None:
    """The delivery, if it is the company's."""
    row = (await tx.sa.execute(select(notice_delivery).where(notice_delivery.c.id == delivery_id))).one_or_none()
    return _delivery(row._mapping) if row else None


async def note_try(tx: Tx, delivery_id: UUID, at: datetime, fault: str | None) -> None:
    """Notes one try; `fault` None: it was taken."""
    await tx.sa.execute(
        update(notice_delivery)
        .where(notice_delivery.c.id == delivery_id)
        .values(tries=notice_delivery.c.tries + 1, tried_at=at, fault=fault, delivered_at=at if fault is None else None)
    )


async def undelivered(tx: Tx, *, since: datetime, untried_since: datetime, limit: int) -> list[Delivery]:
    """Deliveries of all companies that were made after `since` and not tried after `untried_since`, oldest first."""
    tried = notice_delivery.c.tried_at
    query = (
        select(notice_delivery)
        .where(
            notice_delivery.c.delivered_at.is_(None),
            notice_delivery.c.made_at >= since,
            or_(tried < untried_since, tried.is_(None) & (notice_delivery.c.made_at < untried_since)),
        )
        .order_by(notice_delivery.c.made_at)
        .limit(limit)
    )
    return [_delivery(row._mapping) for row in await tx.sa.execute(query)]


async def keep_secret(tx: Tx, sealed: bytes, by: str, at: datetime) -> None:
    """Keeps the company's secret in place of an older one."""
    new = insert(notice_secret).values(company_id=tx.company_id, sealed=sealed, made_by=by, made_at=at)
    fresh = {"sealed": new.excluded.sealed, "made_by": new.excluded.made_by, "made_at": new.excluded.made_at}
    await tx.sa.execute(new.on_conflict_do_update(index_elements=["company_id"], set_=fresh))


async def find_secret(tx: Tx) -> bytes | None:
    """The company's secret, sealed."""
    sealed: bytes | None = (await tx.sa.execute(select(notice_secret.c.sealed))).scalar_one_or_none()
    return sealed


async def all_secrets(tx: Tx) -> dict[UUID, bytes]:
    """The sealed secrets of all companies, locked until the transaction ends."""
    query = select(notice_secret.c.company_id, notice_secret.c.sealed).with_for_update()
    return {row.company_id: row.sealed for row in await tx.sa.execute(query)}


async def replace_secret(tx: Tx, company_id: UUID, sealed: bytes) -> None:
    """Keeps the same secret of a company, sealed anew."""
    await tx.sa.execute(update(notice_secret).where(notice_secret.c.company_id == company_id).values(sealed=sealed))


async def forget(tx: Tx, *, seen_before: datetime, made_before: datetime, heard_before: datetime) -> int:
    """Deletes what is older than it is kept, up to a thousand of each; says how many rows."""
    old = select(notice.c.id).where(or_(notice.c.seen_at < seen_before, notice.c.last_at < made_before))
    events = select(notice_event.c.event_id).where(notice_event.c.at < heard_before)
    gone = await tx.sa.execute(delete(notice).where(notice.c.id.in_(old.limit(FORGOTTEN_AT_ONCE))))
    past = await tx.sa.execute(delete(notice_event).where(notice_event.c.event_id.in_(events.limit(FORGOTTEN_AT_ONCE))))
    return int(gone.rowcount + past.rowcount)


def _filtered(query: Select[Any], wanted: NoticeQuery) -> Select[Any]:
    if wanted.company_id is not None:
        query = query.where(or_(notice.c.company_id == wanted.company_id, notice.c.company_id.is_(None)))
    if wanted.code is not None:
        query = query.where(notice.c.code == wanted.code.value)
    if wanted.severity is not None:
        query = query.where(notice.c.severity == wanted.severity.value)
    if wanted.is_seen is not None:
        query = query.where(notice.c.seen_at.is_not(None) if wanted.is_seen else notice.c.seen_at.is_(None))
    if wanted.before is not None:
        query = query.where(notice.c.id < wanted.before)
    return query


def _notice(row: RowMapping) -> Notice:
    return Notice(**{**row, "code": Code(row["code"]), "severity": Severity(row["severity"])})


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        row["id"],
        row["company_id"],
        row["notice_id"],
        row["made_at"],
        row["tries"],
        row["delivered_at"],
        row["fault"],
    )
