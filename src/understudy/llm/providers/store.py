"""Providers in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from understudy.infra.database import Tx
from understudy.llm.domain import Dialect, Price, Provider, Tier
from understudy.llm.providers.domain import Kept, ProviderExists, ProviderNotFound
from understudy.llm.providers.tables import provider as table


def _kept(row: Row[Any]) -> Kept:
    provider = Provider(
        id=row.id,
        company_id=row.company_id,
        name=row.name,
        dialect=Dialect(row.dialect),
        base_url=row.base_url,
        has_key=row.sealed_key is not None,
        tiers={tier: row.tiers[tier.value] for tier in Tier if tier.value in row.tiers},
        prices={model: Price(*numbers) for model, numbers in row.prices.items()},
        position=row.position,
        timeout_seconds=row.timeout_seconds,
        first_token_seconds=row.first_token_seconds,
        is_enabled=row.is_enabled,
    )
    return Kept(provider, row.sealed_key)


def _values(kept: Kept) -> dict[str, Any]:
    provider = kept.provider
    return {
        "id": provider.id,
        "company_id": provider.company_id,
        "name": provider.name,
        "dialect": provider.dialect.value,
        "base_url": provider.base_url,
        "sealed_key": kept.sealed_key,
        "tiers": {tier.value: model for tier, model in provider.tiers.items()},
        "prices": {model: [p.input, p.output, p.cached, p.cache_write] for model, p in provider.prices.items()},
        "position": provider.position,
        "timeout_seconds": provider.timeout_seconds,
        "first_token_seconds": provider.first_token_seconds,
        "is_enabled": provider.is_enabled,
    }


async def add(tx: Tx, kept: Kept, at: datetime) -> None:
    """Adds a provider; raises `ProviderExists` when its owner has one of this name."""
    try:
        async with tx.sa.begin_nested():
            await tx.sa.execute(insert(table).values(**_values(kept), created_at=at, changed_at=at))
    except IntegrityError as error:
        raise ProviderExists(
            f'there is a provider "{kept.provider.name}" already',
            field="name",
            remedy="choose another name, or change the one there is",
        ) from error


async def change(tx: Tx, kept: Kept, at: datetime) -> None:
    """Writes a provider anew."""
    await tx.sa.execute(update(table).where(table.c.id == kept.provider.id).values(**_values(kept), changed_at=at))


async def reseal(tx: Tx, provider_id: UUID, sealed_key: bytes) -> None:
    """Replaces the sealed key, whose secret is the same."""
    await tx.sa.execute(update(table).where(table.c.id == provider_id).values(sealed_key=sealed_key))


async def remove(tx: Tx, provider_id: UUID) -> None:
    """Removes a provider with its key."""
    await tx.sa.execute(delete(table).where(table.c.id == provider_id))


async def find(tx: Tx, provider_id: UUID, *, lock: bool = False) -> Kept:
    """A provider that this transaction may see; raises `ProviderNotFound`. `lock` holds it until the end."""
    query = select(table).where(table.c.id == provider_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise ProviderNotFound(f"there is no provider {provider_id}")
    return _kept(row)


async def visible(tx: Tx) -> tuple[Kept, ...]:
    """The providers that this transaction's company may use: its own and the platform's; for the platform, its own."""
    query = select(table).order_by(table.c.position, table.c.name, table.c.id)
    if tx.company_id is None:
        query = query.where(table.c.company_id.is_(None))
    return tuple(_kept(row) for row in await tx.sa.execute(query))


async def everybodys(tx: Tx) -> tuple[Kept, ...]:
    """The providers of the platform and of every company, held until the end; for the platform role."""
    return tuple(_kept(row) for row in await tx.sa.execute(select(table).order_by(table.c.id).with_for_update()))


async def count(tx: Tx) -> int:
    """How many the transaction's company, or the platform, has of its own."""
    query = select(func.count()).where(table.c.company_id.is_not_distinct_from(tx.company_id))
    found: int = (await tx.sa.execute(query)).scalar_one()
    return found
