"""Hot values in process memory: loaded once, dropped by a change notice, bounded, with their hit rate as a metric."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from understudy.infra.telemetry import counter

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_lookups = counter("understudy_cache_lookups_total", "Look-ups in process memory.", ("cache", "outcome"))


class Cache(Generic[K, V]):
    """A bounded map filled by `load`. A value whose key was dropped while it was loading is given out but not kept."""

    def __init__(self, name: str, load: Callable[[K], Awaitable[V]], *, capacity: int) -> None:
        self._load = load
        self._capacity = capacity
        self._values: OrderedDict[K, V] = OrderedDict()
        self._loading: dict[K, asyncio.Future[V]] = {}
        self._hit = _lookups.labels(name, "hit")
        self._miss = _lookups.labels(name, "miss")
        self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def hit_rate(self) -> float:
        """Share of look-ups served from memory since the start; 0 before the first."""
        return self.hits / max(1, self.hits + self.misses)

    def peek(self, key: K) -> V | None:
        """The value if it is in memory."""
        return self._values.get(key)

    async def get(self, key: K) -> V:
        """The value, from memory or loaded; callers that ask at the same time share one load."""
        if key in self._values:
            self.hits += 1
            self._hit.inc()
            self._values.move_to_end(key)
            return self._values[key]
        self.misses += 1
        self._miss.inc()
        future = self._loading.get(key)
        if future is None:
            future = asyncio.ensure_future(self._load(key))
            self._loading[key] = future
            future.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(future)

    def drop(self, key: K) -> None:
        """Forgets one value, also one that is being loaded."""
        self._values.pop(key, None)
        self._loading.pop(key, None)

    def clear(self) -> None:
        """Forgets all values."""
        self._values.clear()
        self._loading.clear()

    def _keep(self, key: K, done: asyncio.Future[V]) -> None:
        if self._loading.get(key) is not done:
            if not done.cancelled():
                done.exception()  # seen, so that asyncio does not complain
            return
        del self._loading[key]
        if not done.cancelled() and done.exception() is None:
            self._values[key] = done.result()
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)
