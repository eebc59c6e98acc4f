"""Open web chats: a process of its own that holds many sockets and lets now one, now another say something.

Reads a plan as JSON from standard input. Prints one line when all sockets stand; leaves what it saw in the file that is
named on the command line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop
import websockets

from benchmarks.load import leave

OPENED_AT_ONCE = 20
ANSWER_SECONDS = 20.0
MAX_FRAME = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """So many chats, open for `seconds` after all stand, with `rate` messages a second among them."""

    port: int
    slugs: Sequence[str]
    texts: Sequence[str]
    chats: int
    rate: float
    seconds: float


@dataclass
class Seen:
    """How many chats stood, how many still did at the end, and the seconds of each message from when it was due."""

    opened: int = 0
    still_open: int = 0
    opening_seconds: float = 0.0
    said: int = 0
    unanswered: int = 0
    latencies: list[float] = field(default_factory=list)


class Chat:
    """One visitor's open page."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self._answer: asyncio.Future[None] | None = None
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, plan: Plan, number: int) -> Chat:
        """Opens a socket, says hello and waits to be welcomed."""
        url = f"ws://127.0.0.1:{plan.port}/chat/{plan.slugs[number % len(plan.slugs)]}/socket"
        socket = await websockets.connect(url, compression=None, max_size=MAX_FRAME, open_timeout=ANSWER_SECONDS)
        await socket.send(json.dumps({"type": "hello", "visitor": None}))
        async with asyncio.timeout(ANSWER_SECONDS):
            while json.loads(await socket.recv())["type"] != "welcome":
                pass
        return cls(socket)

    @property
    def is_open(self) -> bool:
        """Whether the server still holds it."""
        return not self._reader.done()

    async def say(self, text: str, number: int) -> None:
        """Says something and waits for the reply."""
        self._answer = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"type": "say", "id": f"benchmark-{number}", "text": text}))
        await asyncio.wait_for(self._answer, ANSWER_SECONDS)

    async def close(self) -> None:
        """Leaves."""
        self._reader.cancel()
        await self.socket.close()

    async def _read(self) -> None:
        async for frame in self.socket:
            told = json.loads(frame)
            is_answer = told["type"] == "message" and told["from"] != "visitor"
            if is_answer and self._answer is not None and not self._answer.done():
                self._answer.set_result(None)


async def hold(plan: Plan) -> Seen:
    """Opens all chats, lets them talk, counts what is left, closes them."""
    seen = Seen()
    places = asyncio.Semaphore(OPENED_AT_ONCE)

    async def opened(number: int) -> Chat:
        async with places:
            return await Chat.open(plan, number)

    started = time.perf_counter()
    chats = await asyncio.gather(*(opened(number) for number in range(plan.chats)))
    seen.opened = sum(chat.is_open for chat in chats)
    seen.opening_seconds = time.perf_counter() - started
    print(json.dumps({"opened": seen.opened}), flush=True)
    await talk(plan, chats, seen)
    seen.still_open = sum(chat.is_open for chat in chats)
    await asyncio.gather(*(chat.close() for chat in chats))
    return seen


async def talk(plan: Plan, chats: Sequence[Chat], seen: Seen) -> None:
    """Sends at the fixed rate, the chats in turn; one whose last message is unanswered is not waited for."""
    tasks = []
    start = time.perf_counter()

    async def one(number: int, due: float) -> None:
        try:
            await chats[number % len(chats)].say(plan.texts[number % len(plan.texts)], number)
            seen.latencies.append(time.perf_counter() - due)
        except (TimeoutError, OSError, websockets.ConnectionClosed):
            seen.unanswered += 1

    for number in range(int(plan.rate * plan.seconds)):
        due = start + number / plan.rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(number, due)))
    seen.said = len(tasks)
    if tasks:
        await asyncio.wait(tasks)
    if (left := start + plan.seconds - time.perf_counter()) > 0:
        await asyncio.sleep(left)


def main() -> None:
    """Holds the chats of the plan that stands on standard input."""
    leave(uvloop.run(hold(Plan(**json.loads(sys.stdin.read())))))


if __name__ == "__main__":
    main()
