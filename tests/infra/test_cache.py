"""Hot values in memory."""

from __future__ import annotations

import asyncio

import pytest

from understudy.infra.cache import Cache


async def test_callers_at_the_same_time_share_one_load() -> None:
    loads = 0

    async def load(key: str) -> str:
        nonlocal loads
        loads += 1
        await asyncio.sleep(0)
        return key.upper()

    cache = Cache("test", load, capacity=2)
    assert await asyncio.gather(*(cache.get("a") for _ in range(5))) == ["A"] * 5
    assert loads == 1


async def test_a_value_dropped_while_loading_is_not_kept() -> None:
    going = asyncio.Event()
    value = "old"

    async def load(_: str) -> str:
        loaded = value
        await going.wait()
        return loaded

    cache = Cache("test", load, capacity=2)
    first = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    value = "new"
    cache.drop("a")
    going.set()
    assert await first == "old"
    assert await cache.get("a") == "new"


async def test_the_least_recently_used_leaves() -> None:
    async def load(key: str) -> str:
        return key

    cache = Cache("test", load, capacity=2)
    for key in ("a", "b", "a", "c"):
        await cache.get(key)
    assert cache.peek("b") is None
    assert cache.peek("a") == "a"
    assert len(cache) == 2


async def test_a_failed_load_is_not_kept() -> None:
    async def load(key: str) -> str:
        raise LookupError(key)

    cache = Cache("test", load, capacity=2)
    for _ in range(2):
        with pytest.raises(LookupError):
            await cache.get("a")
    assert len(cache) == 0
