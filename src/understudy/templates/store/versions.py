"""Published versions and the heads that were fitted for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, exists, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from understudy.infra.computing import in_thread
from understudy.infra.database import Tx
from understudy.templates.domain import Template
from understudy.templates.formats.document import from_document, to_document
from understudy.templates.records import Version, VersionNotFound, head_maker, sorted_synonyms
from understudy.templates.store.drafts import Owned
from understudy.templates.store.tables import template_head, template_version


async def add_version(tx: Tx, owned: Owned, version: Version, template: Template) -> None:
    """Adds a version with its document."""
    document = await in_thread(_document_text, template)
    await tx.sa.execute(
        insert(template_version).values(
            template_id=owned.template_id,
            version=version.version,
            company_id=owned.company_id,
            checksum=version.checksum,
            fit_checksum=version.fit_checksum,
            document=cast(literal(document, Text), JSONB),
            note=version.note,
            published_by=version.published_by,
            published_at=version.published_at,
        )
    )


async def find_version(tx: Tx, template_id: UUID, version: int, *, encoder: str) -> Version:
    """A version without its document; raises `VersionNotFound`."""
    query = _versions(encoder).where(
        template_version.c.template_id == template_id, template_version.c.version == version
    )
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise VersionNotFound(f"the template has no version {version}")
    return Version(**row._mapping)


async def list_versions(tx: Tx, template_id: UUID, *, before: int | None, limit: int, encoder: str) -> list[Version]:
    """Versions without their documents, newest first, older than `before`."""
    query = _versions(encoder).where(template_version.c.template_id == template_id)
    if before is not None:
        query = query.where(template_version.c.version < before)
    query = query.order_by(template_version.c.version.desc()).limit(limit)
    return [Version(**row._mapping) for row in await tx.sa.execute(query)]


def _versions(encoder: str) -> Select[Any]:
    fitted = exists().where(
        template_head.c.template_id == template_version.c.template_id,
        template_head.c.fit_checksum == template_version.c.fit_checksum,
        template_head.c.encoder == head_maker(encoder),
    )
    return select(
        template_version.c.template_id,
        template_version.c.version,
        template_version.c.checksum,
        template_version.c.fit_checksum,
        template_version.c.note,
        template_version.c.published_by,
        template_version.c.published_at,
        fitted.label("is_fitted"),
    )


async def find_document(tx: Tx, template_id: UUID, version: int) -> Template:
    """The template of a version; raises `VersionNotFound`."""
    return read_document(await find_text(tx, template_id, version))


async def find_text(tx: Tx, template_id: UUID, version: int) -> str:
    """The document of a version as JSON, for a thread to read; raises `VersionNotFound`."""
    found = await tx.raw.execute(
        "SELECT document::text FROM template_version WHERE template_id = %s AND version = %s", (template_id, version)
    )
    row = await found.fetchone()
    if row is None:
        raise VersionNotFound(f"the template has no version {version}")
    text: str = row[0]
    return text


def _document_text(template: Template) -> str:
    return json.dumps(to_document(template))


def read_document(text: str) -> Template:
    """The template of a stored document."""
    return sorted_synonyms(from_document(json.loads(text)))


@dataclass(frozen=True, slots=True)
class HeadKey:
    """What a head was fitted for: the content's checksum, and the encoder."""

    fit_checksum: bytes
    encoder: str


_FITTED = """
SELECT h.head FROM template_version v JOIN template_head h
ON h.template_id = v.template_id AND h.fit_checksum = v.fit_checksum AND h.encoder = %s
WHERE v.template_id = %s AND v.version = %s
"""


async def find_fitted(tx: Tx, template_id: UUID, version: int, *, encoder: str) -> bytes | None:
    """The head of a version, if one was fitted for its content and this encoder."""
    found = await tx.raw.execute(
        _FITTED, (head_maker(encoder), template_id, version), binary=True
    )  # text takes twice the bytes
    row = await found.fetchone()
    return row[0] if row else None


_DROP = """
DELETE FROM template_head h USING template_version v WHERE h.template_id = v.template_id
AND h.fit_checksum = v.fit_checksum AND h.encoder = %s AND v.template_id = %s AND v.version = %s
"""


async def drop_fitted(tx: Tx, template_id: UUID, version: int, *, encoder: str) -> None:
    """Deletes a head that cannot be read, so that it is fitted again."""
    await tx.raw.execute(_DROP, (head_maker(encoder), template_id, version))


async def has_fitted(tx: Tx, template_id: UUID, key: HeadKey) -> bool:
    """Whether there is a fitted head."""
    found = exists().where(
        template_head.c.template_id == template_id,
        template_head.c.fit_checksum == key.fit_checksum,
        template_head.c.encoder == head_maker(key.encoder),
    )
    return bool((await tx.sa.execute(select(found))).scalar_one())


async def keep_fitted(tx: Tx, owned: Owned, key: HeadKey, head: bytes, at: datetime) -> None:
    """Keeps a fitted head; one that was fitted meanwhile stays."""
    values = {
        "template_id": owned.template_id,
        "fit_checksum": key.fit_checksum,
        "encoder": head_maker(key.encoder),
        "company_id": owned.company_id,
        "head": head,
        "fitted_at": at,
    }
    await tx.sa.execute(upsert(template_head).values(**values).on_conflict_do_nothing())


_UNFITTED = """
SELECT DISTINCT v.template_id, v.version FROM template t
JOIN template_version v ON v.template_id = t.id AND (
    v.version IN (t.newest_version, t.serving_version)
    OR EXISTS (SELECT 1 FROM following f WHERE f.template_id = t.id AND f.pinned_version = v.version))
WHERE t.archived_at IS NULL AND v.fit_checksum IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM template_head h
    WHERE h.template_id = v.template_id AND h.fit_checksum = v.fit_checksum AND h.encoder = %s)
"""


async def unfitted(tx: Tx, encoder: str) -> Sequence[tuple[UUID, int]]:
    """Versions in use that lack a head for this encoder. Needs the platform's eyes."""
    return list(await (await tx.raw.execute(_UNFITTED, (head_maker(encoder),))).fetchall())


_PRUNE = """
DELETE FROM template_head h WHERE h.fitted_at < %(before)s AND (h.encoder <> %(encoder)s OR NOT EXISTS (
    SELECT 1 FROM template_version v JOIN template t ON t.id = v.template_id
    WHERE v.template_id = h.template_id AND v.fit_checksum = h.fit_checksum AND (
        v.version > t.newest_version - %(kept)s OR v.version = t.serving_version
        OR EXISTS (SELECT 1 FROM following f WHERE f.template_id = t.id AND f.pinned_version = v.version))))
"""


async def prune_fitted(tx: Tx, encoder: str, *, kept: int, before: datetime) -> int:
    """Deletes heads fitted before a moment that neither the last `kept` versions nor anybody who pinned one needs."""
    found = await tx.raw.execute(_PRUNE, {"encoder": head_maker(encoder), "kept": kept, "before": before})
    return found.rowcount


_READY = """
UPDATE template SET serving_version = ready.version FROM (
    SELECT max(v.version) AS version FROM template_version v WHERE v.template_id = %(template)s AND (
        v.fit_checksum IS NULL OR EXISTS (
            SELECT 1 FROM template_head h WHERE h.template_id = v.template_id
            AND h.fit_checksum = v.fit_checksum AND h.encoder = %(encoder)s))) ready
WHERE id = %(template)s AND ready.version IS NOT NULL
AND (serving_version IS NULL OR serving_version < ready.version) RETURNING serving_version
"""


async def serve_newest_fitted(tx: Tx, template_id: UUID, encoder: str) -> int | None:
    """Lets the newest version that has its head serve; its number, None when it serves already."""
    found = await tx.raw.execute(_READY, {"template": template_id, "encoder": head_maker(encoder)})
    row = await found.fetchone()
    return row[0] if row else None
