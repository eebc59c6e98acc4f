"""The outbox: facts announced in the transaction that made them, handed to their subscribers as jobs.

An event nobody subscribed to is not written. A relay moves waiting events to jobs, one job per subscriber, in one
transaction: each subscriber gets each event at least once, and exactly one job for it. A job may run more than once:
`event_id` tells that it is the same event.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from understudy.infra.database import Database, Tx
from understudy.infra.jobs import Jobs
from understudy.kit.ids import NewId

BATCH = 100

_TAKE = """
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, company_id, kind, payload
"""


def payload_of(event: Any) -> dict[str, Any]:
    """The fields of an event as JSON values; identifiers become strings."""
    values = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


class Outbox:
    """Announces events. `subscriptions`: event type → names of the jobs that want it."""

    def __init__(self, *, subscriptions: Mapping[type, Sequence[str]], new_id: NewId) -> None:
        self._kinds = {kind.__name__: tuple(jobs) for kind, jobs in subscriptions.items() if jobs}
        self._new_id = new_id

    async def announce(self, tx: Tx, event: Any) -> None:
        """Writes the event if anybody wants it; it is delivered if and only if the transaction commits."""
        kind = type(event).__name__
        if kind in self._kinds:
            await tx.raw.execute(
                "INSERT INTO outbox (id, company_id, kind, payload) VALUES (%s, %s, %s, %s)",
                (self._new_id(), tx.company_id, kind, Jsonb(payload_of(event))),
            )

    async def relay(self, database: Database, jobs: Jobs) -> int:
        """Moves up to a hundred waiting events to jobs, which get its fields and `event_id`; says how many."""
        async with database.lookup() as tx:
            rows = await (await tx.raw.execute(_TAKE, (BATCH,))).fetchall()
            for event_id, _, kind, payload in rows:
                for job in self._kinds.get(kind, ()):
                    await jobs.defer(tx, job, event_id=str(event_id), **payload)
        return len(rows)
