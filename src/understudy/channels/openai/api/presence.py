"""Work for a caller that ends when the caller leaves, and a response that is sent as it comes.

The framework's own streams are cancelled again at every await while they are being cancelled; here it happens once, so
that what is settled and recorded on the way out can be awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

T = TypeVar("T")
Write = Callable[[bytes], Awaitable[None]]


class CallerLeft(Exception):
    """Whoever asked is gone; nobody reads an answer."""


async def while_here(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The work's result. When the caller leaves, the work is cancelled and awaited; then raises `CallerLeft`.

    `receive`: of the request, whose body is read already.
    """
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise CallerLeft
    finally:
        await _ended(watching)
        await _ended(working)


class LiveResponse(Response):
    """A response that `deliver` writes. It is cancelled when the caller leaves, and always awaited to its end."""

    def __init__(self, deliver: Callable[[Write], Coroutine[Any, Any, None]], *, headers: Mapping[str, str]) -> None:
        self.status_code = 200
        self.background = None
        self._deliver = deliver
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the response."""

        async def write(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        async def respond() -> None:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await self._deliver(write)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        with suppress(CallerLeft):
            await while_here(receive, respond())


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ended(task: asyncio.Task[Any]) -> None:
    """Cancels a task that still runs, and waits for its end; what it failed with on the way out was logged there."""
    if not task.done():
        task.cancel()
        await asyncio.wait((task,))
