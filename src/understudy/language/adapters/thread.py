"""A thread of one's own for blocking work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class OneThread:
    """Runs blocking work in one dedicated thread, one piece after the other.

    The event loop's own pool is not used: a slow file read or password hash there would hold up every message.
    """

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Does the work in the thread and gives back what it returned, or raises what it raised."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Waits for the work under way and takes no more."""
        self._pool.shutdown(wait=True)
