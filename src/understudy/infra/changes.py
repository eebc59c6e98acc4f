"""Change notices: what one process changes, every process hears within a second.

`announce` raises the version of (topic, key) and notifies in the caller's transaction. Each process holds one LISTEN
connection; after a reconnect and every 30 s it reads the versions again, so that a lost notice is made good.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

import psycopg
from psycopg import sql

from understudy.infra.database import Tx
from understudy.infra.telemetry import get_logger

CHANNEL = "understudy_change"
COMPARE_EVERY_SECONDS = 30.0
OVERLAP_SECONDS = 120
RECONNECT_SECONDS = 0.5

Callback = Callable[[str], None]

_RAISE_VERSION = """
INSERT INTO change (topic, key, version) VALUES (%(topic)s, %(key)s, 1)
ON CONFLICT (topic, key) DO UPDATE SET version = change.version + 1, changed_at = now()
RETURNING pg_notify(%(channel)s, %(topic)s || ' ' || %(key)s || ' ' || version)
"""
_RECENT = "SELECT topic, key, version FROM change WHERE changed_at > now() - make_interval(secs => %s)"

log = get_logger(__name__)


async def announce(tx: Tx, topic: str, key: str) -> None:
    """Tells every process, when this transaction commits, that what `topic` and `key` name has changed."""
    await tx.raw.execute(_RAISE_VERSION, {"topic": topic, "key": key, "channel": CHANNEL})


class Listener:
    """The one LISTEN connection of a process; hands each change to those who subscribed to its topic."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)
        self._seen: dict[tuple[str, str], int] = {}
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    def subscribe(self, topic: str, callback: Callback) -> None:
        """Calls `callback(key)` for each change of the topic; with key "*" after a gap that may hide changes."""
        self._callbacks[topic].append(callback)

    async def start(self) -> None:
        """Starts to listen in the background; returns when the first LISTEN stands."""
        self._task = asyncio.create_task(self._run(), name="change-listener")
        await self.listening.wait()

    async def stop(self) -> None:
        """Ends the background task."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        first = True
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    if not first:
                        self._tell_all()
                    first = False
                    self.listening.set()
                    await self._follow(connection)
            except (psycopg.Error, OSError) as error:
                self.listening.clear()
                log.warning("change_listener_lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _follow(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=COMPARE_EVERY_SECONDS):
                topic, key, version = notice.payload.rsplit(" ", 2)
                self._tell(topic, key, int(version))
            rows = await (await connection.execute(_RECENT, (OVERLAP_SECONDS,))).fetchall()
            for topic, key, version in rows:
                self._tell(topic, key, version)

    def _tell(self, topic: str, key: str, version: int) -> None:
        if topic not in self._callbacks or self._seen.get((topic, key)) == version:
            return
        self._seen[topic, key] = version
        for callback in self._callbacks[topic]:
            callback(key)

    def _tell_all(self) -> None:
        for callbacks in self._callbacks.values():
            for callback in callbacks:
                callback("*")
