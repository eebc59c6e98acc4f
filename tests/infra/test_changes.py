"""Change notices reach every process; a lost connection hides none."""

from __future__ import annotations

import asyncio

import psycopg

from understudy.companies.domain import Company, Principal
from understudy.companies.settings import Profile
from understudy.infra.changes import Listener, announce
from understudy.infra.postgres.place import Place
from understudy.wiring.configuration import Configuration
from understudy.wiring.product import Product, build, opened

PATIENCE_SECONDS = 10


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def test_another_process_hears_of_new_settings(
    product: Product, place: Place, configuration: Configuration, company: Company, principal: Principal
) -> None:
    async with opened(build(place, configuration)) as other:
        assert (await other.companies.show(company.id)).settings.get(Profile).language == "en"
        await product.companies.change_settings(principal, company.id, {"profile": {"language": "de"}})
        await until(lambda: other.companies.cache.peek(company.id) is None)
        assert (await other.companies.show(company.id)).settings.get(Profile).language == "de"


async def test_a_change_that_is_rolled_back_is_not_told(product: Product, place: Place) -> None:
    heard: list[str] = []
    listener = Listener(place.direct_url)
    listener.subscribe("thing", heard.append)
    await listener.start()
    try:
        try:
            async with product.database.lookup() as tx:
                await announce(tx, "thing", "undone")
                raise RuntimeError
        except RuntimeError:
            pass
        async with product.database.lookup() as tx:
            await announce(tx, "thing", "done")
        await until(lambda: heard)
        assert heard == ["done"]
    finally:
        await listener.stop()


async def test_after_a_lost_connection_everything_is_told_again(product: Product, place: Place) -> None:
    heard: list[str] = []
    listener = Listener(place.direct_url)
    listener.subscribe("thing", heard.append)
    await listener.start()
    try:
        assert place.embedded is not None
        with psycopg.connect(place.embedded.url("postgres", "postgres"), autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        await until(lambda: "*" in heard)
        async with product.database.lookup() as tx:
            await announce(tx, "thing", "after")
        await until(lambda: "after" in heard)
    finally:
        await listener.stop()
