"""The load generator: a process of its own that sends messages over HTTP at a fixed rate, come what may (open loop).

A message's time counts from the moment it was due, not from when a connection was free: a server that falls behind
cannot slow its own measurement down. Reads a plan as JSON from standard input and writes what it saw to the file that
is named on the command line.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import uvloop

CONNECTIONS = 256
OVERTIME_SECONDS = 30
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent: `seconds` at `rate` a second, over all keys and over so many contacts of each."""

    port: int
    keys: Sequence[str]
    texts: Sequence[str]
    rate: float
    seconds: float
    contacts: int
    name: str
    """Distinguishes the messages of this plan from those of others."""


@dataclass
class Seen:
    """What came back: seconds of each message, from when it was due, also by rung; statuses; rungs; some errors."""

    latencies: list[float] = field(default_factory=list)
    late_starts: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    rungs: dict[str, int] = field(default_factory=dict)
    by_rung: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answered(self) -> int:
        """Messages that were answered as they should be."""
        return self.statuses.get("200", 0)


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection kept alive, one request at a time; only what this server sends is understood."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Collects a response; hands it out when it is whole."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or self._answer is None:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._buffer = b""
            if not self._answer.done():
                self._answer.set_result((int(head[9:12]), body))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()


class Sender:
    """Sends the messages of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS)
        self.seen = Seen()
        self._statuses: Counter[str] = Counter()
        self._rungs: Counter[str] = Counter()

    async def run(self) -> Seen:
        """Sends everything when it is due; waits for what is under way."""
        plan = self._plan
        order = random.Random(plan.name)
        total = int(plan.rate * plan.seconds)
        offset = order.randrange(plan.contacts)
        tasks = []
        start = time.perf_counter() + 0.05
        for number in range(total):
            due = start + number / plan.rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._send(self._request(number, order, offset), due)))
        await asyncio.wait(tasks, timeout=OVERTIME_SECONDS)
        self.seen.seconds = time.perf_counter() - start
        for connection in self._idle:
            connection.close()
        unfinished = [task for task in tasks if not task.done()]
        self._statuses["unfinished"] += len(unfinished)
        self.seen.statuses = {name: count for name, count in self._statuses.items() if count}
        self.seen.rungs = dict(self._rungs)
        return self.seen

    def _request(self, number: int, order: random.Random, offset: int) -> bytes:
        """Keys in turn; the contacts of a key in turn, so that nobody writes twice within a moment."""
        plan = self._plan
        round_, which = divmod(number, len(plan.keys))
        body = {
            "text": plan.texts[order.randrange(len(plan.texts))],
            "contact": {"value": f"contact-{(offset + round_) % plan.contacts}"},
            "external_id": f"{plan.name}-{number}",
        }
        content = json.dumps(body).encode()
        head = (
            f"POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:{plan.port}\r\nauthorization: Bearer {plan.keys[which]}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content

    async def _send(self, request: bytes, due: float) -> None:
        try:
            async with self._places:
                self.seen.late_starts.append(time.perf_counter() - due)
                status, body = await self._ask(request)
        except Exception as error:  # noqa: BLE001 - whatever it was, this message counts as lost
            self._statuses[type(error).__name__] += 1
            self._sample(repr(error))
            return
        latency = time.perf_counter() - due
        self.seen.latencies.append(latency)
        self._statuses[str(status)] += 1
        if status == 200:
            rung = str(json.loads(body)["rung"])
            self._rungs[rung] += 1
            self.seen.by_rung.setdefault(rung, []).append(latency)
        else:
            self._sample(body.decode(errors="replace")[:300])

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        """Sends a request; once more where the server had just closed the idle connection, as clients do."""
        kept = next((one for one in iter(self._take, None) if one.is_open), None)
        if kept is not None:
            with suppress(ConnectionError, RuntimeError):
                return await self._over(kept, request)
        return await self._over(await self._connect(), request)

    async def _over(self, connection: Connection, request: bytes) -> tuple[int, bytes]:
        answer = await connection.ask(request)
        if connection.is_open:
            self._idle.append(connection)
        return answer

    def _take(self) -> Connection | None:
        return self._idle.pop() if self._idle else None

    def _sample(self, error: str) -> None:
        if len(self.seen.errors) < SAMPLES:
            self.seen.errors.append(error)

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", self._plan.port)
        return connection


@dataclass(frozen=True, slots=True)
class Started:
    """A process that follows a plan, and the file in which it leaves what it saw."""

    process: subprocess.Popen[str]
    result: Path

    def line(self) -> dict[str, Any]:
        """The next line that it prints; raises when it ends instead."""
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        if not told:
            raise RuntimeError(f"{self.process.args!r} ended; what it said stands above")
        found: dict[str, Any] = json.loads(told)
        return found

    def seen(self, patience: float) -> dict[str, Any]:
        """What it saw in the end; it is killed when it takes too long."""
        try:
            self.process.wait(patience)
        finally:
            self.stop()
        if self.process.returncode:
            raise RuntimeError(f"{self.process.args!r} ended with {self.process.returncode}")
        found: dict[str, Any] = json.loads(self.result.read_text(encoding="utf-8"))
        self.result.unlink()
        return found

    def stop(self) -> None:
        """Kills it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def started(module: str, plan: Mapping[str, Any]) -> Started:
    """Starts a module on a plan."""
    with tempfile.NamedTemporaryFile(prefix="understudy-benchmark-", suffix=".json", delete=False) as file:
        result = Path(file.name)
    command = [sys.executable, "-m", module, str(result)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan))
    process.stdin.close()
    process.stdin = None
    return Started(process, result)


def leave(seen: Any) -> None:
    """Writes what was seen into the file that is named on the command line."""
    Path(sys.argv[1]).write_text(json.dumps(asdict(seen)), encoding="utf-8")


def send(plan: Plan) -> Seen:
    """Sends a plan from a process of its own and gives back what it saw."""
    return Seen(**started("benchmarks.load", asdict(plan)).seen(plan.seconds + OVERTIME_SECONDS * 2))


def main() -> None:
    """Sends the plan that stands on standard input."""
    plan = Plan(**json.loads(sys.stdin.read()))

    async def run() -> Seen:
        return await Sender(plan).run()

    leave(uvloop.run(run()))


if __name__ == "__main__":
    main()
