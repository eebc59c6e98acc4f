"""A provider in OpenAI's dialect that takes a fixed time, and writes into its answer how long it really took.

So what a gateway adds to each single call is known: the time of the call less the time that stands in its answer.

    python -m benchmarks.timed_upstream PORT LATENCY_SECONDS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any, cast

import uvloop

WORDS = 40
"""Length of an answer, in words: what a support reply has."""
USAGE = {"prompt_tokens": 20, "completion_tokens": WORDS, "total_tokens": 20 + WORDS}


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
        asked = json.loads(body) if length else {}
        asyncio.get_running_loop().call_later(self._latency, self._answer, came, asked)

    def _answer(self, came: float, asked: dict[str, Any]) -> None:
        took_us = round((time.perf_counter() - came) * 1e6)
        text = f"{took_us} " + "word " * WORDS
        if "response_format" in asked:
            text = json.dumps({"answer": text})
        body, kind = (_events, "text/event-stream") if asked.get("stream") else (_whole, "application/json")
        content = body(asked.get("model", ""), text)
        if self._transport is not None and not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n"
            self._transport.write(head.encode() + content)


def _whole(model: str, text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({**_frame(model, "chat.completion"), "choices": [choice], "usage": USAGE}).encode()


def _events(model: str, text: str) -> bytes:
    """The answer as a stream of three events."""
    frame = _frame(model, "chat.completion.chunk")
    said = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    events = (
        {**frame, "choices": [said]},
        {**frame, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {**frame, "choices": [], "usage": USAGE},
    )
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events) + b"data: [DONE]\n\n"


def _frame(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": int(time.time()), "model": model}


async def serve(port: int, latency: float) -> None:
    """Serves until it is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Exchange(latency), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), float(sys.argv[2])))
