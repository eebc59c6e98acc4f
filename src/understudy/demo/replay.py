"""Replays messages through HTTP, several at a time, each from a contact of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from understudy.demo.content import DemoMessage
from understudy.kit.errors import Unavailable

AT_ONCE = 4
"""Messages under way at the same time: enough to keep two cores busy, few enough that latency is not queueing."""
TIMEOUT_SECONDS = 30.0


class ReplayRefused(Unavailable):
    """The server did not take a message."""

    code = "replay_refused"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one message. `seconds`: from request to reply, as the caller saw it."""

    message: DemoMessage
    answer: dict[str, Any]
    seconds: float

    @property
    def picked(self) -> str | None:
        """The scenario that answered; None when no scenario did."""
        key = str(self.answer["answered_by"] or "")
        return key.rsplit("/", 1)[1] if key.startswith("scenario:") else None


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where messages of one company go in. `prefix` makes their ids; `at_once`: how many are under way together."""

    url: str
    token: str
    prefix: str
    at_once: int = AT_ONCE


async def replay(messages: Sequence[DemoMessage], entrance: Entrance, done: Callable[[], None]) -> list[Replayed]:
    """Sends every message once. The ids are the same each time, so a second replay makes no second message."""
    waiting = asyncio.Semaphore(entrance.at_once)
    limits = httpx2.Limits(max_connections=entrance.at_once)
    headers = {"Authorization": f"Bearer {entrance.token}"}
    async with httpx2.AsyncClient(
        base_url=entrance.url, headers=headers, timeout=TIMEOUT_SECONDS, limits=limits
    ) as client:

        async def send(message: DemoMessage) -> Replayed:
            async with waiting:
                started = time.perf_counter()
                response = await client.post("/v1/messages", json=_body(message, entrance.prefix))
                seconds = time.perf_counter() - started
            if response.status_code != 200:
                raise ReplayRefused(f"message {message.number} was not taken: {response.text}")
            done()
            return Replayed(message, response.json(), seconds)

        return await asyncio.gather(*(send(message) for message in messages))


def _body(message: DemoMessage, prefix: str) -> dict[str, Any]:
    contact = {"kind": "external", "value": f"{prefix}-contact-{message.number}"}
    return {"text": message.text, "external_id": f"{prefix}-{message.number}", "contact": contact}
