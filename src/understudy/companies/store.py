"""The only SQL of companies, keys and the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from understudy.companies.domain import (
    ApiKey,
    AuditEntry,
    Change,
    CompanyExists,
    CompanyNotFound,
    KeyNotFound,
    Principal,
    link,
)
from understudy.companies.permissions import Permission
from understudy.companies.tables import api_key, audit_entry, company, company_settings
from understudy.infra.database import Tx


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company as it is stored: the settings as the document that was given, without defaults."""

    id: UUID
    slug: str
    name: str
    trade: str
    created_at: datetime
    archived_at: datetime | None
    settings: Mapping[str, Any]
    settings_version: int


def _company(row: Row[Any]) -> CompanyRow:
    return CompanyRow(**row._mapping)


async def add_company(tx: Tx, row: CompanyRow) -> None:
    """Adds a company; raises `CompanyExists` when its slug is taken."""
    try:
        async with tx.sa.begin_nested():
            await tx.sa.execute(insert(company).values(**{c.name: getattr(row, c.name) for c in company.columns}))
    except IntegrityError as error:
        raise CompanyExists(
            f"there is a company {row.slug!r} already", field="slug", remedy="choose another slug"
        ) from error


async def find_company(tx: Tx, company_id: UUID) -> CompanyRow:
    """The company; raises `CompanyNotFound`."""
    row = (await tx.sa.execute(select(company).where(company.c.id == company_id))).one_or_none()
    if row is None:
        raise CompanyNotFound(f"there is no company {company_id}")
    return _company(row)


async def find_by_slug(tx: Tx, slug: str) -> UUID | None:
    """The id of a company that is not archived, before its company is known."""
    found: UUID | None = (await tx.sa.execute(text("SELECT company_by_slug(:slug)"), {"slug": slug})).scalar_one()
    return found


async def list_companies(tx: Tx, *, after: str, limit: int, archived: bool) -> list[CompanyRow]:
    """Companies in order of slug, from the one after `after`."""
    query = select(company).where(company.c.slug > after).order_by(company.c.slug).limit(limit)
    if not archived:
        query = query.where(company.c.archived_at.is_(None))
    return [_company(row) for row in await tx.sa.execute(query)]


async def find_anywhere(tx: Tx, slug: str) -> CompanyRow | None:
    """The company of a slug, archived or not; needs a transaction over all companies."""
    row = (await tx.sa.execute(select(company).where(company.c.slug == slug))).one_or_none()
    return _company(row) if row else None


async def lock_company(tx: Tx, company_id: UUID) -> CompanyRow:
    """The company, locked until the transaction ends; raises `CompanyNotFound`."""
    query = select(company).where(company.c.id == company_id).with_for_update()
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise CompanyNotFound(f"there is no company {company_id}")
    return _company(row)


async def change_company(tx: Tx, company_id: UUID, **values: Any) -> None:
    """Sets columns of a company."""
    await tx.sa.execute(update(company).where(company.c.id == company_id).values(**values))


async def keep_settings(tx: Tx, row: CompanyRow, *, changed_by: str, at: datetime) -> None:
    """Adds the settings of the row as a version of their history."""
    await tx.sa.execute(
        insert(company_settings).values(
            company_id=row.id,
            version=row.settings_version,
            settings=row.settings,
            changed_by=changed_by,
            changed_at=at,
        )
    )


async def settings_version(tx: Tx, company_id: UUID, version: int) -> Mapping[str, Any] | None:
    """The settings document of an old version."""
    query = select(company_settings.c.settings).where(
        company_settings.c.company_id == company_id, company_settings.c.version == version
    )
    return (await tx.sa.execute(query)).scalar_one_or_none()


async def add_key(tx: Tx, key: ApiKey, token_hash: bytes) -> None:
    """Adds a key of the transaction's company, or of the platform when it has none."""
    await tx.sa.execute(
        insert(api_key).values(
            id=key.id,
            company_id=tx.company_id,
            name=key.name,
            token_hash=token_hash,
            permissions=sorted(key.permissions),
            created_at=key.created_at,
        )
    )


async def list_keys(tx: Tx) -> list[ApiKey]:
    """The keys of the transaction's company, or of the platform, newest first."""
    query = (
        select(api_key).where(api_key.c.company_id.is_not_distinct_from(tx.company_id)).order_by(api_key.c.id.desc())
    )
    return [
        ApiKey(
            id=row.id,
            name=row.name,
            permissions=frozenset(Permission(p) for p in row.permissions),
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )
        for row in await tx.sa.execute(query)
    ]


async def revoke_key(tx: Tx, key_id: UUID, at: datetime) -> bytes:
    """Revokes a key and gives back its hash; raises `KeyNotFound`."""
    query = (
        update(api_key)
        .where(api_key.c.id == key_id, api_key.c.company_id.is_not_distinct_from(tx.company_id))
        .values(revoked_at=at)
        .returning(api_key.c.token_hash)
    )
    token_hash: bytes | None = (await tx.sa.execute(query)).scalar_one_or_none()
    if token_hash is None:
        raise KeyNotFound(f"there is no key {key_id}")
    return token_hash


async def principal_of(tx: Tx, token_hash: bytes) -> Principal | None:
    """Who holds the token of this hash, if its key is not revoked and its company is not archived."""
    rows = await tx.raw.execute("SELECT name, company_id, permissions FROM principal_by_token(%s)", (token_hash,))
    row = await rows.fetchone()
    if row is None:
        return None
    name, company_id, permissions = row
    known = frozenset(Permission(p) for p in permissions if p in set(Permission))
    return Principal(name=f"key:{name}", company_id=company_id, permissions=known)


async def append_audit(tx: Tx, entry_id: UUID, at: datetime, change: Change) -> None:
    """Adds an entry to the chain of the transaction's company (or the platform's), one writer at a time."""
    await tx.sa.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:c, 77))"), {"c": str(tx.company_id)})
    last = (
        select(audit_entry.c.sequence, audit_entry.c.hash)
        .where(audit_entry.c.company_id.is_not_distinct_from(tx.company_id))
        .order_by(audit_entry.c.sequence.desc())
        .limit(1)
    )
    row = (await tx.sa.execute(last)).one_or_none()
    sequence, previous = (row.sequence + 1, row.hash) if row else (1, b"")
    await tx.sa.execute(
        insert(audit_entry).values(
            id=entry_id,
            company_id=tx.company_id,
            sequence=sequence,
            at=at,
            actor=change.actor,
            action=change.action,
            subject=change.subject,
            before=change.before,
            after=change.after,
            previous_hash=previous,
            hash=link(previous, sequence, at, change),
        )
    )


async def list_audit(tx: Tx, *, before: int | None, limit: int, action: str | None) -> list[AuditEntry]:
    """Entries of the transaction's company (or the platform), newest first, older than sequence number `before`."""
    query = (
        select(audit_entry)
        .where(audit_entry.c.company_id.is_not_distinct_from(tx.company_id))
        .order_by(audit_entry.c.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(audit_entry.c.sequence < before)
    if action is not None:
        query = query.where(audit_entry.c.action == action)
    return [
        AuditEntry(
            sequence=row.sequence,
            at=row.at,
            change=Change(row.actor, row.action, row.subject, row.before, row.after),
            previous_hash=row.previous_hash,
            hash=row.hash,
        )
        for row in await tx.sa.execute(query)
    ]
