"""The load generator for chat completions: an open loop at a fixed rate, or one request after the other.

Each answer holds how long the upstream took for it; what is kept of a call is its time less that.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

from benchmarks.load import OVERTIME_SECONDS, SAMPLES, Connection, leave, started

QUESTION = "The parcel with my new kettle came today, and the lid is missing. What should I do now?"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked: `rate` a second for so many seconds, 0: one after the other, `calls` of them."""

    port: int
    path: str
    key: str
    model: str
    rate: float
    seconds: float
    calls: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """What came back: milliseconds that each call took beyond the upstream's own time; statuses; some errors."""

    added_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Asker:
    """Asks as a plan says."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._idle: list[Connection] = []
        self._statuses: Counter[str] = Counter()
        self.seen = Seen()

    async def run(self) -> Seen:
        """Asks everything, and waits for what is under way."""
        plan = self._plan
        start = time.perf_counter() + 0.05
        tasks = []
        for number in range(int(plan.rate * plan.seconds)):
            due = start + number / plan.rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._ask(due)))
        if tasks:
            await asyncio.wait(tasks, timeout=OVERTIME_SECONDS)
        for _ in range(plan.calls):
            await self._ask(time.perf_counter())
        self.seen.seconds = time.perf_counter() - start
        self._statuses["unfinished"] = sum(not task.done() for task in tasks)
        self.seen.statuses = {name: count for name, count in self._statuses.items() if count}
        return self.seen

    async def _ask(self, due: float) -> None:
        try:
            status, body = await self._over_kept()
            took = time.perf_counter() - due
            self._statuses[str(status)] += 1
            if status == 200:
                upstream_us = int(json.loads(body)["choices"][0]["message"]["content"].split(" ", 1)[0])
                self.seen.added_ms.append(took * 1e3 - upstream_us / 1e3)
            else:
                self._sample(body.decode(errors="replace")[:300])
        except Exception as error:  # noqa: BLE001 - whatever it was, this call counts as lost
            self._statuses[type(error).__name__] += 1
            self._sample(repr(error))

    async def _over_kept(self) -> tuple[int, bytes]:
        while self._idle:
            kept = self._idle.pop()
            if kept.is_open:
                with suppress(ConnectionError, RuntimeError):
                    return await self._over(kept)
        _, fresh = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._plan.port)
        return await self._over(fresh)

    async def _over(self, connection: Connection) -> tuple[int, bytes]:
        answer = await connection.ask(self._request())
        if connection.is_open:
            self._idle.append(connection)
        return answer

    def _request(self) -> bytes:
        plan = self._plan
        talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
        content = json.dumps({"model": plan.model, "messages": talk, "max_tokens": 100, "user": "bench"}).encode()
        headers = {
            "host": f"127.0.0.1:{plan.port}",
            "authorization": f"Bearer {plan.key}",
            "content-type": "application/json",
            "content-length": str(len(content)),
            **plan.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {plan.path} HTTP/1.1\r\n{lines}\r\n".encode() + content

    def _sample(self, error: str) -> None:
        if len(self.seen.errors) < SAMPLES:
            self.seen.errors.append(error)


def ask(plan: Plan) -> Seen:
    """Follows a plan in a process of its own and gives back what it saw; raises when a call was not answered."""
    patience = plan.seconds + plan.calls + OVERTIME_SECONDS * 2
    seen = Seen(**started("benchmarks.completions", asdict(plan)).seen(patience))
    if set(seen.statuses) != {"200"}:
        raise SystemExit(f"not every call was answered: {seen.statuses} {seen.errors}")
    return seen


def main() -> None:
    """Follows the plan that stands on standard input."""
    document: dict[str, Any] = json.loads(sys.stdin.read())

    async def run() -> Seen:
        return await Asker(Plan(**document)).run()

    leave(uvloop.run(run()))


if __name__ == "__main__":
    main()
