"""A provider in OpenAI's dialect as a real process: scripted by the model's name, with a journal of what it served.

    python -m tests.peers.upstream PORT [LATENCY_SECONDS]

A model's name says what becomes of a request: `echo` answers; `slow@0.5` begins after so many seconds; `status@429`
refuses; `html` answers with a page; `cut@3`, `stall@3`, `garbled@3`, `error@3` go wrong at the third token of a
stream; `endless` streams until the caller leaves; `open@3` ends without a finish reason; `tools` calls a tool,
`badtool` with arguments that are no JSON; `empty` gives no choice; `untold` does not say what was used; `never` says
nothing; `gate` waits until all models are told to do something else. Where a structured answer is asked for, it is
one: the first scenario offered, else that it is unclear.
`GET /journal` tells what came in and how far each answer got; `DELETE /journal` forgets it; `PUT /act/ACT` makes all
models do that until `PUT /act/own`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx2

from tests.external_postgres import free_port

OFFERED = re.compile(r'id=\\?"(A\d+)')
PIECE = 24
"""Characters of a structured answer that count as one token."""
WORDS = ["Your", " card", " is", " on", " its", " way", ",", " dear", " customer", "."]
TOOL = {"name": "look_up", "arguments": '{"order": 7}'}
TOOLS = {"tools": TOOL, "badtool": {"name": "look_up", "arguments": '{"order": '}}
REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


@dataclass
class Entry:
    """One request and how its answer went: tokens sent; `left`: the caller went away in the middle."""

    model: str
    path: str
    key: str
    body: dict[str, Any]
    act: str
    tokens: int = 0
    ended: bool = False
    left: bool = False


@dataclass
class Upstream:
    """The server."""

    latency: float = 0.0
    journal: list[Entry] = field(default_factory=list)
    act: str = "own"

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._request(reader, writer):
                pass
        writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split("\r\n", 1)[0].split(" ")
        headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in head.split("\r\n")[1:-2]}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        if path == "/journal":
            if method == "DELETE":
                self.journal.clear()
            _send(writer, 200, json.dumps([asdict(entry) for entry in self.journal]).encode())
            return True
        if path.startswith("/act/"):
            self.act = path.removeprefix("/act/")
            _send(writer, 200, b"{}")
            return True
        if path.endswith("/models"):
            _send(writer, 200, b'{"object": "list", "data": []}')
            return True
        body = json.loads(content)
        entry = Entry(body["model"], path, headers.get("authorization", ""), body, body["model"])
        if self.act != "own":
            entry.act = self.act
        self.journal.append(entry)
        if self.latency:
            await asyncio.sleep(self.latency)
        try:
            return await self._answer(reader, writer, entry)
        except ConnectionError:
            entry.left = True
            raise

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entry: Entry) -> bool:
        act, _, value = entry.act.partition("@")
        if act == "slow":
            await _sleep_or_left(reader, entry, float(value))
        if act == "status":
            error = {"message": f"scripted {value}", "type": "scripted", "param": None, "code": "scripted"}
            _send(writer, int(value), json.dumps({"error": error}).encode())
        elif act == "html":
            _send(writer, 200, b"<html><body>Bad gateway</body></html>", "text/html")
        elif act == "drop":
            return False
        elif act == "gate":
            while self.act == "gate":
                await _sleep_or_left(reader, entry, 0.02)
            entry.act = self.act if self.act != "own" else entry.model
            return await self._answer(reader, writer, entry)
        elif act == "never":
            await _sleep_or_left(reader, entry, 60)
        elif act == "empty":
            _send(writer, 200, json.dumps({**_frame(entry, "chat.completion"), "choices": []}).encode())
        elif entry.body.get("stream"):
            return await self._stream(reader, writer, entry)
        else:
            words = words_of(entry)
            entry.tokens = len(words)
            entry.ended = True
            _send(writer, 200, json.dumps(completion(entry, "".join(words))).encode())
        return True

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entry: Entry) -> bool:
        act, _, value = entry.act.partition("@")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        async for event in self._events(entry):
            if act in ("cut", "stall", "garbled", "error") and entry.tokens == int(value):
                return await self._fail(reader, writer, entry, act)
            if reader.at_eof():
                entry.left = True
                return False
            _chunk(writer, event)
            await writer.drain()
        if act != "open":
            _chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        entry.ended = True
        return True

    async def _events(self, entry: Entry) -> AsyncIterator[bytes]:
        act, _, value = entry.act.partition("@")
        if act in TOOLS:
            call = {"index": 0, "id": "call_1", "type": "function", "function": TOOLS[act]}
            yield event_of(entry, {"role": "assistant", "tool_calls": [call]})
        while act == "endless":
            yield event_of(entry, {"content": "word "})
            entry.tokens += 1
            await asyncio.sleep(0.02)
        for word in words_of(entry) if act not in TOOLS else ():
            if act == "open" and entry.tokens == int(value):
                return
            yield event_of(entry, {"content": word})
            entry.tokens += 1
        yield event_of(entry, {}, "tool_calls" if act in TOOLS else "stop")
        if act != "untold" and entry.body.get("stream_options", {}).get("include_usage"):
            yield (
                b"data: "
                + json.dumps({**_frame(entry, "chat.completion.chunk"), "choices": [], "usage": usage(entry)}).encode()
                + b"\n\n"
            )

    async def _fail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, entry: Entry, act: str) -> bool:
        if act == "stall":
            await _sleep_or_left(reader, entry, 60)
        if act == "garbled":
            _chunk(writer, b'data: {"choices": [{"del\n\n<html>')
            await writer.drain()
        if act == "error":
            _chunk(writer, b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n')
            await writer.drain()
        return False


async def _sleep_or_left(reader: asyncio.StreamReader, entry: Entry, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(min(0.02, seconds))
        if reader.at_eof():
            entry.left = True
            raise ConnectionResetError


def words_of(entry: Entry) -> list[str]:
    """What an answer says: words, or a structured answer in pieces."""
    if "response_format" not in entry.body:
        return WORDS
    offered = OFFERED.search(json.dumps(entry.body["messages"]))
    decision: dict[str, Any] = {
        "rationale": "scripted",
        "kind": "scenario" if offered else "unclear",
        "key": offered[1] if offered else None,
        "text": None,
        "sources": [],
        "confidence": 0.95,
        "language": "en",
        "escalation": None,
    }
    said = json.dumps(decision)
    return [said[at : at + PIECE] for at in range(0, len(said), PIECE)]


def usage(entry: Entry) -> dict[str, Any]:
    """What the answer used: 20 tokens in, one a word out."""
    return {"prompt_tokens": 20, "completion_tokens": entry.tokens, "total_tokens": 20 + entry.tokens}


def _frame(entry: Entry, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-peer", "object": kind, "created": 1, "model": entry.model}


def event_of(entry: Entry, delta: dict[str, Any], reason: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: " + json.dumps({**_frame(entry, "chat.completion.chunk"), "choices": [choice]}).encode() + b"\n\n"


def completion(entry: Entry, text: str) -> dict[str, Any]:
    """A whole answer."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    reason = "stop"
    if entry.act in TOOLS:
        call = {"id": "call_1", "type": "function", "function": TOOLS[entry.act]}
        message, reason = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": None if entry.act.startswith("open") else reason}
    return {**_frame(entry, "chat.completion"), "choices": [choice], "usage": usage(entry)}


def _send(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str = "application/json") -> None:
    extra = "retry-after: 7\r\n" if status == 429 else ""
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Error')}\r\ncontent-type: {kind}\r\n{extra}"
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


@dataclass(frozen=True, slots=True)
class Peer:
    """A running upstream."""

    port: int

    @property
    def url(self) -> str:
        """Its base URL, as a provider is given it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def journal(self) -> list[dict[str, Any]]:
        """What it served, oldest first."""
        found: list[dict[str, Any]] = httpx2.get(f"http://127.0.0.1:{self.port}/journal").json()
        return found

    def forget(self) -> None:
        """Empties the journal, and lets every model do as its name says."""
        httpx2.delete(f"http://127.0.0.1:{self.port}/journal")
        self.turn("own")

    def turn(self, act: str) -> None:
        """Makes all models do the same, until they are turned to `own` again."""
        httpx2.put(f"http://127.0.0.1:{self.port}/act/{act}")


@contextmanager
def upstream(latency: float = 0.0, port: int | None = None) -> Iterator[Peer]:
    """The upstream in a process of its own, listening; ended afterwards."""
    port = port or free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.peers.upstream", str(port), str(latency)])
    try:
        for _ in range(400):
            with contextlib.suppress(httpx2.HTTPError):
                httpx2.get(f"http://127.0.0.1:{port}/journal")
                break
            time.sleep(0.02)
        yield Peer(port)
    finally:
        process.kill()
        process.wait()


async def main(port: int, latency: float) -> None:
    """Serves until it is ended."""
    server = await asyncio.start_server(Upstream(latency).connected, "127.0.0.1", port, limit=2**24)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))
