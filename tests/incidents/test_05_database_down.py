"""Incident 5, enforcement fails open (LiteLLM's default): without the database no paid call is made.

Taken out to see it fail: that marking a hold as sent raises when it could not be committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.llm.money.conftest import Purse, announcing, purse
from understudy.infra.database import Database, DatabaseSettings
from understudy.infra.postgres.place import Place
from understudy.kit.errors import Unavailable
from understudy.llm.bills import Hold

__all__ = ["purse"]


@contextmanager
def database_down(place: Place) -> Iterator[None]:
    """Nobody is connected to this worker's database, and nobody can."""
    assert place.embedded is not None
    name = place.url.split("@/")[1].split("?")[0]
    with psycopg.connect(place.embedded.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


async def call(purse: Purse, sent: list[Hold], hold: Hold | None = None) -> None:
    """A paid call as the meter makes it; `sent` is what the provider sees."""
    hold = hold or await purse.reserve(100)
    await purse.budget.mark_sent(hold)
    sent.append(hold)


@pytest.mark.fault
@pytest.mark.parametrize("goes_down", ["before the reservation", "before it is sent"])
async def test_nothing_is_sent_while_the_database_is_down(purse: Purse, place: Place, goes_down: str) -> None:
    sent: list[Hold] = []
    impatient = DatabaseSettings(pool_size=2, connect_timeout_seconds=0.5)
    database = Database(url=place.url, platform_url=place.platform_url, settings=impatient)
    purse.budget = announcing(purse.product, purse.watch, database)
    await database.open()
    await call(purse, sent)
    hold = await purse.reserve(100) if goes_down == "before it is sent" else None
    with database_down(place):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await call(purse, sent, hold)
    await database.close()
    assert len(sent) == 1
