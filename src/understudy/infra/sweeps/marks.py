"""How far sweeps have read: a mark for each, moved forward by one worker at a time.

A sweep that dies leaves its turn to another after a while, which then reads some things again: what a sweep does must
be the same when done twice. Identifiers are made before their transaction commits: a sweep begins somewhat before its
mark.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from understudy.infra.database import Database, Tx
from understudy.kit.clock import Clock

TURN_SECONDS = 120.0
"""A worker silent for so long has lost its turn."""

_CLAIM = """
INSERT INTO sweep_mark (name, claimed_until) VALUES (%(name)s, %(until)s)
ON CONFLICT (name) DO UPDATE SET claimed_until = excluded.claimed_until
WHERE sweep_mark.claimed_until IS NULL OR sweep_mark.claimed_until < %(now)s
RETURNING position
"""
_ADVANCE = """
UPDATE sweep_mark SET position = greatest(position, %(position)s), claimed_until = %(until)s WHERE name = %(name)s
"""
_RELEASE = "UPDATE sweep_mark SET claimed_until = NULL WHERE name = %(name)s"
_POSITION = "SELECT position FROM sweep_mark WHERE name = %s"


class Turn:
    """One worker's turn. `position`: the mark as it was when the turn began; None: nothing was read yet."""

    def __init__(self, marks: Marks, name: str, position: UUID | None) -> None:
        self.position = position
        self._marks = marks
        self._name = name

    async def advance(self, position: UUID) -> None:
        """Moves the mark forward, never back, and keeps the turn for a while longer."""
        await self._marks.write(_ADVANCE, self._name, position)


class Marks:
    """The marks of all sweeps."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Turn | None]:
        """The turn of a sweep, given back at the end; None while another worker has it."""
        row = await self.write(_CLAIM, name)
        if row is None:
            yield None
            return
        try:
            yield Turn(self, name, row[0])
        finally:
            await self.write(_RELEASE, name)

    async def write(self, statement: str, name: str, position: UUID | None = None) -> tuple[UUID | None] | None:
        """Runs one statement on a mark; its row, if it gives one."""
        now = self._clock()
        values = {"name": name, "now": now, "until": now + timedelta(seconds=TURN_SECONDS), "position": position}
        async with self._database.platform() as tx:
            cursor = await tx.raw.execute(statement, values)
            return await cursor.fetchone() if cursor.description else None


async def position_of(tx: Tx, name: str) -> UUID | None:
    """Where a mark is; None while nothing was read."""
    row = await (await tx.raw.execute(_POSITION, (name,))).fetchone()
    return row[0] if row else None
