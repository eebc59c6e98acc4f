"""Waiting for what happens by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 20.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits until it holds; fails when it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await holds():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.02)
