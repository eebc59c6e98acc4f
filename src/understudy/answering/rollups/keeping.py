"""Counting decisions by hour: each hour once it is over, and again where some came late."""

from __future__ import annotations

from datetime import datetime, timedelta

from understudy.answering.rollups import store
from understudy.answering.rollups.domain import HOUR, hour_of
from understudy.infra.database import Database
from understudy.infra.sweeps.marks import Marks, Turn
from understudy.kit.clock import Clock
from understudy.kit.ids import first_id, made_at

MARK = "count_decisions"
GRACE = timedelta(minutes=2)
"""An hour is counted so long after its end: decisions are made a moment before they are there to be seen."""
FRESH = timedelta(hours=3)
"""Hours so young are counted anew whenever they changed, also where decisions were erased."""
LATE = timedelta(hours=48)
"""Older ones only where decisions came in: a process may have stood still, but what was erased stays counted."""


class Rollups:
    """Keeps the sums of all companies."""

    def __init__(self, *, database: Database, marks: Marks, clock: Clock) -> None:
        self._database = database
        self._marks = marks
        self._clock = clock

    async def keep(self) -> int:
        """Counts the hours that are over since the last time, and those that changed; says how many it counted."""
        async with self._marks.turn(MARK) as turn:
            return 0 if turn is None else await self._keep(turn)

    async def _keep(self, turn: Turn) -> int:
        end = hour_of(self._clock() - GRACE)
        start = made_at(turn.position) if turn.position else None
        counted = await self._count_changed(start, end) if start else 0
        while (hour := await self._next_hour(start)) is not None and hour < end:
            await self._count(hour)
            start = hour + HOUR
            await turn.advance(first_id(start))
            counted += 1
        if start is not None and start < end:
            await turn.advance(first_id(end))  # the hours between were quiet
        return counted

    async def _count_changed(self, start: datetime, end: datetime) -> int:
        """Counts anew what changed among hours that were counted; older ones are looked through once an hour."""
        back = LATE if start < end else FRESH
        async with self._database.platform() as tx:
            found = await store.differing_hours(tx, start - back, start)
        again = [hour for hour, there, counted in found if hour >= start - FRESH or there > counted]
        for hour in again:
            await self._count(hour)
        return len(again)

    async def _next_hour(self, start: datetime | None) -> datetime | None:
        async with self._database.platform() as tx:
            at = await store.next_decision(tx, start or datetime.fromtimestamp(0, self._clock().tzinfo))
        return hour_of(at) if at else None

    async def _count(self, hour: datetime) -> None:
        async with self._database.platform() as tx:
            await store.count_hour(tx, hour)
