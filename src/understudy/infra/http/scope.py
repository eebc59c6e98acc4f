"""What surrounds each request: an id, a log context, a limit to its body, a measured time."""

from __future__ import annotations

import time
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from understudy.infra.telemetry import histogram

_seconds = histogram("understudy_http_request_seconds", "Time from request to answer.", ("route", "status"))


class RequestScope:
    """Gives each request an id, a log context, a limit to its body, and a measured time."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request or socket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=scope["request_id"])
        started = time.perf_counter()
        named = _named(send, scope)
        try:
            await self._app(scope, _limited(receive, self._max_body_bytes), named)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            _seconds.labels(route, scope.get("answered", "none")).observe(time.perf_counter() - started)


def _limited(receive: Receive, limit: int) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request may have {limit:,} bytes at most")
        return message

    return limited


def _named(send: Send, scope: Scope) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            scope["answered"] = str(message["status"])
            message["headers"] = [*message["headers"], (b"x-request-id", scope["request_id"].encode())]
        await send(message)

    return named
