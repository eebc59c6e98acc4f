"""A database that went away in the middle of transactions: every connection of the pools is to be had again."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, suppress

import psycopg
import pytest

from understudy.companies.domain import Company
from understudy.infra.database import Database, DatabaseSettings, Tx
from understudy.infra.postgres.place import Place
from understudy.kit.errors import Unavailable

SETTINGS = DatabaseSettings(pool_size=2, platform_pool_size=2, connect_timeout_seconds=0.5)
ROUNDS = 4


def end_all(place: Place) -> None:
    """Ends every connection to this worker's database."""
    assert place.embedded is not None
    name = place.url.split("@/")[1].split("?")[0]
    with psycopg.connect(place.embedded.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def scope(database: Database, kind: str, company: Company) -> AbstractAsyncContextManager[Tx]:
    if kind == "platform":
        return database.platform()
    if kind == "lookup":
        return database.lookup()
    return database.hot(company.id) if kind == "hot" else database.transaction(company.id)


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["platform", "lookup", "transaction", "hot"])
async def test_no_connection_is_lost_to_transactions_that_were_cut(place: Place, company: Company, kind: str) -> None:
    database = Database(url=place.url, platform_url=place.platform_url, settings=SETTINGS)
    await database.open()
    for _ in range(ROUNDS):
        begun = asyncio.Event()

        async def cut(begun: asyncio.Event = begun) -> None:
            try:
                async with scope(database, kind, company) as tx:
                    await tx.raw.execute("SELECT 1")
                    begun.set()
                    await tx.raw.execute("SELECT pg_sleep(5)")
            except Unavailable:
                begun.set()

        cutting = asyncio.create_task(cut())
        await begun.wait()
        await asyncio.to_thread(end_all, place)
        await cutting
    for _ in range(20):
        with suppress(Unavailable):
            async with scope(database, kind, company) as tx, scope(database, kind, company) as other:
                await tx.raw.execute("SELECT 1")
                await other.raw.execute("SELECT 1")
                break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError(database.platform_pool.get_stats() | database.pool.get_stats())
    await database.close()
