"""Answers in memory, by company and exact question; questions asked at the same time share one call."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from understudy.infra.telemetry import counter
from understudy.kit.clock import Timer
from understudy.llm.asking import Ask, Told
from understudy.llm.bills import Unpaid

CAPACITY = 10_000
Key = tuple[UUID, str]

_lookups = counter("understudy_llm_answers_total", "Questions by how they were answered.", ("outcome",))


@dataclass(slots=True)
class _Flight:
    """A call under way and how many wait for it."""

    task: asyncio.Task[Any]
    waiting: int = 0


def key_of(ask: Ask[Any]) -> Key:
    """What makes two questions the same: company, everything that is sent (spaces apart), and what it rests on."""
    texts = [" ".join(text.split()) for text in ask.prompt.texts]
    parts = [ask.context_version, ask.prompt_version, ask.start, ask.shape.name, *texts]
    return ask.bill.company_id, hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Answers:
    """The response cache of this process. An answer that failed is never kept."""

    def __init__(self, *, timer: Timer, capacity: int = CAPACITY) -> None:
        self._timer = timer
        self._capacity = capacity
        self._kept: OrderedDict[Key, tuple[float, Told[Any]]] = OrderedDict()
        self._flights: dict[Key, _Flight] = {}

    async def get(self, ask: Ask[Any], make: Callable[[], Awaitable[Told[Any]]]) -> Told[Any]:
        """The answer: from memory, from a call under way, or made. Whoever did not pay gets it without its calls."""
        if ask.settings.response_cache_seconds == 0:
            return await make()
        key = key_of(ask)
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._timer():
            _lookups.labels("memory").inc()
            return _for_nothing(kept[1])
        flight = self._flights.get(key)
        is_first = flight is None
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(make()))
            flight.task.add_done_callback(lambda _: self._keep(key, ask, flight))
        _lookups.labels("made" if is_first else "shared").inc()
        try:
            told: Told[Any] = await self._wait(key, flight)
        except Unpaid as error:
            if is_first:
                raise
            raise _without_calls(error) from error
        return told if is_first else _for_nothing(told)

    async def _wait(self, key: Key, flight: _Flight) -> Any:
        """Waits with the others; the call ends when the last of them has gone away."""
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                flight.task.cancel()
                self._land(key, flight)

    def _land(self, key: Key, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _keep(self, key: Key, ask: Ask[Any], flight: _Flight) -> None:
        self._land(key, flight)
        task = flight.task
        if task.cancelled() or task.exception() is not None:
            return
        self._kept[key] = (self._timer() + ask.settings.response_cache_seconds, task.result())
        self._kept.move_to_end(key)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)


def _without_calls(error: Unpaid) -> Unpaid:
    """The same for whoever did not pay: an error is told of with the calls of one question only."""
    same = type(error)(*error.args)
    same.is_shared = True
    return same


def _for_nothing(told: Told[Any]) -> Told[Any]:
    return replace(told, calls=(), cost_micros=0, from_cache=True)
