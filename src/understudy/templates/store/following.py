"""What a company follows, and the overlays it lays over that."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, insert, select, update

from understudy.infra.database import Tx
from understudy.templates.formats.overlay import overlay_document, overlay_from
from understudy.templates.records import Edited, Follow, KeptOverlay, Shelved, head_maker
from understudy.templates.store.tables import following, overlay, template, template_head, template_version


async def list_followed(tx: Tx, *, encoder: str) -> list[Follow]:
    """The templates that the transaction's company follows, in its order; heads are those for this encoder."""
    newest = (
        select(func.max(overlay.c.version))
        .where(overlay.c.company_id == following.c.company_id, overlay.c.template_id == following.c.template_id)
        .scalar_subquery()
    )
    unfitted = exists().where(
        template_version.c.template_id == template.c.id,
        template_version.c.version == func.coalesce(following.c.pinned_version, template.c.serving_version),
        template_version.c.fit_checksum.is_not(None),
        ~exists().where(
            template_head.c.template_id == template_version.c.template_id,
            template_head.c.fit_checksum == template_version.c.fit_checksum,
            template_head.c.encoder == head_maker(encoder),
        ),
    )
    own = (following.c.position, following.c.pinned_version)
    query = (
        select(*template.columns, *own, newest.label("overlay_version"), (~unfitted).label("is_fitted"))
        .join(template, template.c.id == following.c.template_id)
        .where(following.c.company_id == tx.company_id)
        .order_by(following.c.position, following.c.template_id)
    )
    return [_follow(row) for row in await tx.sa.execute(query)]


async def lock_list(tx: Tx) -> None:
    """Lets no other change the company's list until the transaction ends."""
    await tx.raw.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 78))", (str(tx.company_id),))


async def add_followed(tx: Tx, template_id: UUID, *, position: int, pinned: int | None, at: datetime) -> None:
    """Adds a template to the company's list."""
    values = {"template_id": template_id, "position": position, "pinned_version": pinned, "followed_at": at}
    await tx.sa.execute(insert(following).values(company_id=tx.company_id, **values))


async def change_followed(tx: Tx, template_id: UUID, **values: Any) -> None:
    """Sets columns of one line of the company's list."""
    mine = (following.c.company_id == tx.company_id, following.c.template_id == template_id)
    await tx.sa.execute(update(following).where(*mine).values(**values))


async def remove_followed(tx: Tx, template_id: UUID) -> None:
    """Takes a template off the company's list."""
    await tx.sa.execute(
        delete(following).where(following.c.company_id == tx.company_id, following.c.template_id == template_id)
    )


async def find_overlay(tx: Tx, template_id: UUID, version: int | None = None) -> KeptOverlay | None:
    """The newest overlay of the company over a template, or an old version of it."""
    query = select(overlay).where(overlay.c.company_id == tx.company_id, overlay.c.template_id == template_id)
    if version is not None:
        query = query.where(overlay.c.version == version)
    row = (await tx.sa.execute(query.order_by(overlay.c.version.desc()).limit(1))).one_or_none()
    return _overlay(row) if row else None


async def add_overlay(tx: Tx, template_id: UUID, kept: KeptOverlay) -> None:
    """Adds a version of an overlay."""
    await tx.sa.execute(
        insert(overlay).values(
            company_id=tx.company_id,
            template_id=template_id,
            version=kept.version,
            document=overlay_document(kept.overlay),
            encoder=kept.encoder,
            vectors=kept.vectors,
            changed_by=kept.edited.by,
            changed_at=kept.edited.at,
        )
    )


async def list_overlays(tx: Tx, template_id: UUID, *, before: int | None, limit: int) -> list[Edited]:
    """Who changed an overlay and when, newest first; the revision is the version."""
    columns = (overlay.c.version, overlay.c.changed_by, overlay.c.changed_at)
    query = select(*columns).where(overlay.c.company_id == tx.company_id, overlay.c.template_id == template_id)
    if before is not None:
        query = query.where(overlay.c.version < before)
    rows = await tx.sa.execute(query.order_by(overlay.c.version.desc()).limit(limit))
    return [Edited(*row) for row in rows]


def _follow(row: Any) -> Follow:
    values = dict(row._mapping)
    rest = {name: values.pop(name) for name in ("position", "pinned_version", "overlay_version", "is_fitted")}
    return Follow(template=Shelved(**values), **rest)


def _overlay(row: Row[Any]) -> KeptOverlay:
    return KeptOverlay(
        version=row.version,
        overlay=overlay_from(row.document),
        edited=Edited(row.version, row.changed_by, row.changed_at),
        encoder=row.encoder,
        vectors=row.vectors,
    )
