"""Templates as such: who owns which, and who uses them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from understudy.infra.database import Tx
from understudy.templates.records import Shelved, TemplateExists, TemplateNotFound
from understudy.templates.store.tables import following, template


def _shelved(row: Row[Any]) -> Shelved:
    return Shelved(**row._mapping)


async def add_template(tx: Tx, shelved: Shelved) -> None:
    """Adds a template; raises `TemplateExists` when its owner has one of this name."""
    try:
        async with tx.sa.begin_nested():
            values = {column.name: getattr(shelved, column.name) for column in template.columns}
            await tx.sa.execute(insert(template).values(**values))
    except IntegrityError as error:
        raise name_taken(shelved.name) from error


def name_taken(name: str) -> TemplateExists:
    """The error for a second template of one name."""
    return TemplateExists(
        f'there is a template "{name}" already', field="name", remedy="choose another name, or change the one there is"
    )


async def find_template(tx: Tx, template_id: UUID, *, lock: bool = False) -> Shelved:
    """A template that this transaction may see; raises `TemplateNotFound`. `lock` holds it until the end."""
    query = select(template).where(template.c.id == template_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise TemplateNotFound(f"there is no template {template_id}")
    return _shelved(row)


async def find_by_name(tx: Tx, name: str) -> Shelved | None:
    """The template of this name that the transaction's company (or the platform) owns and has not archived."""
    query = select(template).where(
        template.c.name == name,
        template.c.company_id.is_not_distinct_from(tx.company_id),
        template.c.archived_at.is_(None),
    )
    row = (await tx.sa.execute(query)).one_or_none()
    return _shelved(row) if row else None


async def list_templates(tx: Tx, *, after: UUID | None, limit: int, archived: bool, own: bool) -> list[Shelved]:
    """Templates that this transaction may see, oldest first, from the one after `after`; `own`: only its own."""
    query = select(template).order_by(template.c.id).limit(limit)
    if after is not None:
        query = query.where(template.c.id > after)
    if not archived:
        query = query.where(template.c.archived_at.is_(None))
    if own:
        query = query.where(template.c.company_id.is_not_distinct_from(tx.company_id))
    return [_shelved(row) for row in await tx.sa.execute(query)]


async def rename_template(tx: Tx, template_id: UUID, *, name: str, trade: str) -> None:
    """Gives a template the name and trade of its draft; raises `TemplateExists` when the name is taken."""
    try:
        async with tx.sa.begin_nested():
            await change_template(tx, template_id, name=name, trade=trade)
    except IntegrityError as error:
        raise name_taken(name) from error


async def change_template(tx: Tx, template_id: UUID, **values: Any) -> None:
    """Sets columns of a template."""
    await tx.sa.execute(update(template).where(template.c.id == template_id).values(**values))


async def archive_template(tx: Tx, template_id: UUID, at: datetime | None) -> None:
    """Archives a template, or brings it back; raises `TemplateExists` when its name was taken meanwhile."""
    try:
        async with tx.sa.begin_nested():
            await change_template(tx, template_id, archived_at=at)
    except IntegrityError as error:
        raise name_taken("of this name") from error


async def delete_template(tx: Tx, template_id: UUID) -> None:
    """Deletes a template with its draft, versions and heads."""
    await tx.sa.execute(delete(template).where(template.c.id == template_id))


async def followers(tx: Tx, template_id: UUID, *, limit: int) -> tuple[list[UUID], int]:
    """The first companies that follow a template, and how many do. Needs the platform's eyes to see all."""
    found = select(following.c.company_id).where(following.c.template_id == template_id)
    first = await tx.sa.execute(found.order_by(following.c.followed_at).limit(limit))
    count: int = (await tx.sa.execute(select(func.count()).select_from(found.subquery()))).scalar_one()
    return list(first.scalars()), count
