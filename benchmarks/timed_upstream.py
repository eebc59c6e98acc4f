"""A provider in OpenAI's dialect that takes a fixed time, and writes into its answer how long it really took.

So what a gateway adds to each single call is known: the time of the call less the time that stands in its answer.

    python -m benchmarks.timed_upstream PORT LATENCY_SECONDS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import cast

import uvloop

WORDS = 40
"""Length of an answer, in words: what a support reply has."""


class Exchange(asyncio.Protocol):
    """One connection kept alive."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Collects a request; answers it once its time has passed."""
        came = time.perf_counter()
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        if len(body) < length:
            return
        self._buffer = b""
        model = json.loads(body)["model"] if length else ""
        asyncio.get_running_loop().call_later(self._latency, self._answer, came, model)

    def _answer(self, came: float, model: str) -> None:
        took_us = round((time.perf_counter() - came) * 1e6)
        text = f"{took_us} " + "word " * WORDS
        body = json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": model,
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 20, "completion_tokens": WORDS, "total_tokens": 20 + WORDS},
            }
        ).encode()
        if self._transport is not None and not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


async def serve(port: int, latency: float) -> None:
    """Serves until it is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Exchange(latency), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), float(sys.argv[2])))
