"""Heavy computing beside the event loop, so that it answers others meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that computes for longer than other requests should wait."""
    return await asyncio.to_thread(work, *args, **kwargs)


def from_thread(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """The blocking twin of an async function, for a thread of `in_thread`: the function runs on this event loop."""
    loop = asyncio.get_running_loop()

    def blocking(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run_coroutine_threadsafe(work(*args, **kwargs), loop).result()

    return blocking
