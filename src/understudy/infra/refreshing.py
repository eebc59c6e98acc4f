"""Hot values that go on serving while their successor is loaded: only a first load is waited for, never a reload."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from understudy.infra.telemetry import counter, get_logger

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

RETRY_SECONDS = 1.0
"""How soon a value whose reload failed is tried again, when it is asked for."""

log = get_logger(__name__)
_lookups = counter("understudy_refreshing_lookups_total", "Look-ups of values that refresh.", ("cache", "outcome"))
_reloads = counter("understudy_refreshing_reloads_total", "Loads of values that refresh.", ("cache", "outcome"))


class Refreshing(Generic[K, V]):
    """A bounded map filled by `load`; the least recently used leave.

    `load` gets the key and the value that serves now (None at first) and may give that one back.
    """

    def __init__(self, name: str, load: Callable[[K, V | None], Awaitable[V]], *, capacity: int) -> None:
        self._name = name
        self._load = load
        self._capacity = capacity
        self._values: OrderedDict[K, V] = OrderedDict()
        self._loading: dict[K, asyncio.Task[V]] = {}
        self._again: set[K] = set()
        self._stale: dict[K, float] = {}
        self._hit = _lookups.labels(name, "hit")
        self._miss = _lookups.labels(name, "miss")
        self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def hit_rate(self) -> float:
        """Share of look-ups served from memory since the start; 0 before the first."""
        return self.hits / max(1, self.hits + self.misses)

    def known(self) -> list[K]:
        """The keys of the values in memory, and of those that are being loaded."""
        return list({**self._values, **self._loading})

    def peek(self, key: K) -> V | None:
        """The value if it is in memory."""
        return self._values.get(key)

    async def get(self, key: K) -> V:
        """The value: from memory, be it the old one while its successor loads; else loaded, once for all who ask."""
        value = self._values.get(key)
        if value is not None:
            self.hits += 1
            self._hit.inc()
            self._values.move_to_end(key)
            if self._stale and key in self._stale:
                self._retry(key)
            return value
        self.misses += 1
        self._miss.inc()
        return await asyncio.shield(self._start(key))

    def refresh(self, key: K) -> None:
        """Loads a value anew in the background if it is in memory, or once more if it is being loaded."""
        if key in self._loading:
            self._again.add(key)
        elif key in self._values:
            self._start(key)

    def refresh_all(self) -> None:
        """Loads all values anew: a gap may have hidden changes."""
        for key in [*self._values, *self._loading]:
            self.refresh(key)

    async def settle(self) -> None:
        """Waits until nothing is being loaded."""
        while self._loading:
            await asyncio.gather(*self._loading.values(), return_exceptions=True)
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Gives up what is being loaded."""
        self._again.clear()
        loading = [*self._loading.values()]
        for task in loading:
            task.cancel()
        await asyncio.gather(*loading, return_exceptions=True)

    def _start(self, key: K) -> asyncio.Task[V]:
        task = self._loading.get(key)
        if task is None:
            task = asyncio.ensure_future(self._loaded(key))
            self._loading[key] = task
            task.add_done_callback(lambda done: self._keep(key, done))
        return task

    async def _loaded(self, key: K) -> V:
        return await self._load(key, self._values.get(key))

    def _retry(self, key: K) -> None:
        if time.monotonic() >= self._stale[key]:
            self._start(key)

    def _keep(self, key: K, done: asyncio.Task[V]) -> None:
        del self._loading[key]
        again = key in self._again
        self._again.discard(key)
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            _reloads.labels(self._name, "loaded").inc()
            self._stale.pop(key, None)
            self._values[key] = done.result()
            self._values.move_to_end(key)
            while len(self._values) > self._capacity:
                gone, _ = self._values.popitem(last=False)
                self._stale.pop(gone, None)
        elif key in self._values:
            _reloads.labels(self._name, "failed").inc()
            self._stale[key] = time.monotonic() + RETRY_SECONDS
            log.warning("reload_failed", cache=self._name, key=str(key), error=type(error).__name__)
        if again:
            self.refresh(key)
