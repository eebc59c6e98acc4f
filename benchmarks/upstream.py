"""A provider in OpenAI's dialect as a process of its own, for measuring: slow as told, and it can fall ill.

Its answers are fixed; a structured one has the form of the paid rung where that is asked for.

    python -m benchmarks.upstream PORT MEDIAN_SECONDS [SPREAD]

`POST /mode/well`, `/mode/silent` (takes requests and never answers) and `/mode/broken` (answers 500 at once) change how
it behaves; `GET /journal` gives the moments (Unix seconds) at which requests for an answer came in. Waiting times are
log-normal about the median; SPREAD is their sigma, 0 by default: always the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_SECONDS = 20.0
ANSWER = {"answer": "Your card is on its way.", "confidence": 0.95}
PICK = {
    "rationale": "The first scenario says it.",
    "kind": "scenario",
    "key": "A1",
    "text": None,
    "sources": [],
    "confidence": 0.95,
    "language": "en",
    "escalation": None,
}
"""What the paid rung asks for: the first scenario that the prompt offers; without one, the message is out of scope."""
OUTSIDE = {**PICK, "rationale": "Nothing fits.", "kind": "out_of_scope", "key": None}
USAGE = {"prompt_tokens": 400, "completion_tokens": 30, "total_tokens": 430}
WELL, SILENT, BROKEN = "well", "silent", "broken"


@dataclass
class Upstream:
    """The server."""

    median: float
    spread: float
    mode: str = WELL
    came: list[float] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while request := await reader.readuntil(b"\r\n\r\n"):
                head = request.decode("latin-1")
                length = next(
                    (int(line[15:]) for line in head.lower().splitlines() if line[:15] == "content-length:"), 0
                )
                body = await reader.readexactly(length)
                await self._answer(head.split(" ")[1], body, writer)
        writer.close()

    async def _answer(self, path: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        if path.startswith("/mode/"):
            self.mode = path.removeprefix("/mode/")
            await _send(writer, 200, "{}")
        elif path == "/journal":
            await _send(writer, 200, json.dumps(self.came))
        elif not path.endswith("/chat/completions"):
            await _send(writer, 200, '{"object": "list", "data": []}')
        else:
            self.came.append(time.time())
            await self._complete(json.loads(body), writer)

    async def _complete(self, asked: dict[str, object], writer: asyncio.StreamWriter) -> None:
        if self.mode == SILENT:
            await asyncio.sleep(3_600)
        if self.mode == BROKEN:
            await _send(writer, 500, '{"error": {"message": "broken"}}')
            return
        await asyncio.sleep(self.median * self.chance.lognormvariate(0.0, self.spread))
        said = json.dumps(fitting(asked)) if asked.get("response_format") else ANSWER["answer"]
        shared = {"id": "1", "created": 1, "model": asked.get("model")}
        if not asked.get("stream"):
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
            whole = {**shared, "object": "chat.completion", "choices": [choice], "usage": USAGE}
            await _send(writer, 200, json.dumps(whole))
            return
        chunk = {**shared, "object": "chat.completion.chunk"}
        first = {"index": 0, "delta": {"role": "assistant", "content": said}, "finish_reason": None}
        last = {"index": 0, "delta": {}, "finish_reason": "stop"}
        chunks = [{**chunk, "choices": [first]}, {**chunk, "choices": [last]}, {**chunk, "choices": [], "usage": USAGE}]
        told = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks) + "data: [DONE]\n\n"
        await _send(writer, 200, told, "text/event-stream")


def fitting(asked: dict[str, object]) -> dict[str, object]:
    """An answer of the form that the request asks for: the paid rung's where its schema has a kind, else the plain."""
    if '"escalation"' not in json.dumps(asked.get("response_format")):
        return dict(ANSWER)
    is_offered = '<scenario id=\\"A1\\"' in json.dumps(asked.get("messages"))
    return dict(PICK if is_offered else OUTSIDE)


async def _send(writer: asyncio.StreamWriter, status: int, body: str, kind: str = "application/json") -> None:
    content = body.encode()
    head = f"HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n"
    writer.write(head.encode() + content)
    await writer.drain()


@dataclass(frozen=True, slots=True)
class Running:
    """A running one."""

    port: int

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def turn(self, mode: str) -> None:
        """Changes how it behaves."""
        self._get(f"/mode/{mode}")

    def journal(self) -> list[float]:
        """When requests for an answer came in, Unix seconds."""
        return [float(moment) for moment in json.loads(self._get("/journal"))]

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_SECONDS) as response:
            content: bytes = response.read()
            return content


@contextmanager
def upstream(port: int, median: float, spread: float = 0.0) -> Iterator[Running]:
    """A provider on this port while the block runs."""
    command = [sys.executable, "-m", "benchmarks.upstream", str(port), str(median), str(spread)]
    process = subprocess.Popen(command)
    running, deadline = Running(port), time.monotonic() + PATIENCE_SECONDS
    try:
        while time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                running.journal()
                break
            time.sleep(0.05)
        yield running
    finally:
        process.kill()
        process.wait()


async def _serve(port: int, median: float, spread: float) -> None:
    server = await asyncio.start_server(Upstream(median, spread).connected, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), *map(float, sys.argv[2:])))
