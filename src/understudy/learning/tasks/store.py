"""The only SQL of tasks, and of how far decisions were looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from understudy.answering.domain import RungName
from understudy.infra.database import Tx
from understudy.learning.domain import Rescue, Scored, Task, TaskNotFound, TaskStatus
from understudy.learning.tasks.domain import Claim, TaskQuery

_FLAT = (
    *("decision_id", "message_id", "conversation_id", "contact_id", "key", "language", "channel", "text"),
    *("confidence", "cost_micros", "decided_at"),
)
_REST = ("path", "rationale", "latency_ms", "tokens", "template_version")

_RAISE_MARK = """
INSERT INTO learning_mark (name, seen) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET seen = excluded.seen WHERE learning_mark.seen < excluded.seen
"""
# One worker of all takes a turn, when the last one is long enough ago.
_TAKE_TURN = """
INSERT INTO learning_mark (name, seen) VALUES (%(name)s, %(seen)s)
ON CONFLICT (name) DO UPDATE SET seen = excluded.seen WHERE learning_mark.seen < %(before)s
"""
# Of a message that is still there: one that was erased meanwhile teaches nothing.
_ADD = f"""
INSERT INTO learning_task (company_id, id, status, attempts, rescue, suggestion_ids, created_at, {", ".join(_FLAT)})
SELECT %(company_id)s, %(id)s, 'pending', 0, %(rescue)s, '{{}}', %(created_at)s,
    {", ".join(f"%({name})s" for name in _FLAT)}
FROM message WHERE company_id = %(company_id)s AND id = %(message_id)s
ON CONFLICT (company_id, decision_id) DO NOTHING
"""
_KNOWN = "SELECT decision_id FROM learning_task WHERE company_id = ANY(%s) AND decision_id = ANY(%s)"
_GIVE_UP = """
UPDATE learning_task SET status = 'failed', error = %(error)s, processed_at = %(now)s
WHERE status = 'processing' AND claimed_at < %(stale)s AND attempts >= %(cap)s
"""
_CLAIM = """
UPDATE learning_task SET status = 'processing', claimed_at = %(now)s, attempts = attempts + 1
WHERE (company_id, id) IN (
    SELECT company_id, id FROM learning_task
    WHERE status = 'pending' OR (status = 'processing' AND claimed_at < %(stale)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING *
"""
# `attempts` tells claims apart: a worker whose claim went to another changes nothing any more.
_END = """
UPDATE learning_task SET status = %(status)s, suggestion_ids = %(suggestions)s, error = %(error)s,
    processed_at = %(now)s, claimed_at = NULL
WHERE company_id = %(company_id)s AND id = %(id)s AND status = 'processing' AND attempts = %(attempts)s
"""
_GIVE_BACK = """
UPDATE learning_task SET status = 'pending', claimed_at = NULL, attempts = attempts - 1
WHERE company_id = %s AND id = %s AND status = 'processing' AND attempts = %s
"""
_UNREADABLE = """
UPDATE learning_task SET status = 'failed', error = 'it cannot be read', processed_at = %s, claimed_at = NULL
WHERE company_id = %s AND id = %s
"""
_RETRY = """
UPDATE learning_task SET status = 'pending', claimed_at = NULL, attempts = 0, error = NULL, processed_at = NULL
WHERE company_id = %s AND id = %s AND status = 'failed'
"""
_ONE = "SELECT * FROM learning_task WHERE company_id = %s AND id = %s"
_LATEST = """
SELECT * FROM learning_task WHERE company_id = %s AND decided_at >= %s ORDER BY id DESC LIMIT %s
"""
_EXPORT = "SELECT to_jsonb(t) FROM learning_task t WHERE company_id = %s AND contact_id = %s ORDER BY id"
_ERASE = "DELETE FROM learning_task WHERE company_id = %s AND contact_id = %s"


async def mark(tx: Tx, name: str) -> UUID | None:
    """The newest decision that was looked at; takes the platform's transaction."""
    row = await (await tx.raw.execute("SELECT seen FROM learning_mark WHERE name = %s", (name,))).fetchone()
    return row[0] if row else None


async def raise_mark(tx: Tx, name: str, seen: UUID) -> None:
    """Keeps how far decisions were looked at; never goes back."""
    await tx.raw.execute(_RAISE_MARK, (name, seen))


async def take_turn(tx: Tx, name: str, *, seen: UUID, before: UUID) -> bool:
    """Takes the turn `seen` at some work unless another was taken since `before`; both are identifiers of moments."""
    return (await tx.raw.execute(_TAKE_TURN, {"name": name, "seen": seen, "before": before})).rowcount == 1


async def add(tx: Tx, task: Task) -> int:
    """Adds a task unless there is one of its decision, or its message is gone; says how many were added."""
    rescue = task.rescue
    values = {name: getattr(rescue, name) for name in _FLAT} | {
        "company_id": tx.company_id,
        "id": task.id,
        "created_at": task.created_at,
        "rescue": Jsonb(
            {name: getattr(rescue, name) for name in _REST} | {"scores": [asdict(one) for one in rescue.scores]}
        ),
    }
    return (await tx.raw.execute(_ADD, values)).rowcount


async def known_decisions(tx: Tx, places: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """Those of the decisions that there is a task of. `places`: company and decision; the platform's transaction."""
    companies, decisions = {company for company, _ in places}, [decision for _, decision in places]
    rows = await tx.raw.execute(_KNOWN, (list(companies), decisions))
    return frozenset(row[0] for row in await rows.fetchall())


async def claim(tx: Tx, wanted: Claim) -> list[Task]:
    """Claims tasks of any company, oldest first; takes the platform's transaction. Gives up what kills its workers."""
    error = f"given up: it was claimed {wanted.cap} times and never ended"
    values = {"now": wanted.now, "stale": wanted.stale, "cap": wanted.cap, "limit": wanted.limit}
    await tx.raw.execute(_GIVE_UP, values | {"error": error})
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_CLAIM, values)
        rows = await cursor.fetchall()
    tasks = [(row, _readable(row)) for row in rows]
    for row, task in tasks:
        if task is None:
            await tx.raw.execute(_UNREADABLE, (wanted.now, row["company_id"], row["id"]))
    return sorted((task for _, task in tasks if task is not None), key=lambda task: task.id)


async def end(tx: Tx, task: Task, *, at: datetime) -> bool:
    """Ends a claimed task as its status, suggestions and error say; False when it is another worker's by now."""
    values = {
        "company_id": tx.company_id,
        "id": task.id,
        "status": task.status.value,
        "suggestions": list(task.suggestion_ids),
        "error": task.error,
        "now": at,
        "attempts": task.attempts,
    }
    return (await tx.raw.execute(_END, values)).rowcount == 1


async def give_back(tx: Tx, task: Task) -> None:
    """Lets a claimed task wait again, as if it had not been claimed."""
    await tx.raw.execute(_GIVE_BACK, (tx.company_id, task.id, task.attempts))


async def retry(tx: Tx, task_id: UUID) -> Task:
    """Lets a failed task wait again; any other stays as it is. Raises `TaskNotFound`."""
    await tx.raw.execute(_RETRY, (tx.company_id, task_id))
    return await find(tx, task_id)


async def find(tx: Tx, task_id: UUID) -> Task:
    """The task; raises `TaskNotFound`."""
    found = await _tasks(tx, _ONE, (tx.company_id, task_id))
    if not found:
        raise TaskNotFound(f"there is no learning task {task_id}")
    return found[0]


async def list_tasks(tx: Tx, query: TaskQuery) -> list[Task]:
    """Tasks, newest first."""
    asked = {
        "status = %(status)s": query.status.value if query.status else None,
        "key = %(key)s": query.key,
        "id < %(before)s": query.before,
    }
    where = " AND ".join(("company_id = %(company)s", *(text for text, value in asked.items() if value is not None)))
    values = {"company": tx.company_id, "limit": query.limit, "key": query.key, "before": query.before}
    text = f"SELECT * FROM learning_task WHERE {where} ORDER BY id DESC LIMIT %(limit)s"
    return await _tasks(tx, text, values | {"status": query.status.value if query.status else None})


async def latest(tx: Tx, since: datetime, limit: int) -> list[Task]:
    """The company's newest tasks whose rescue is not older, in any state, newest first."""
    return await _tasks(tx, _LATEST, (tx.company_id, since, limit))


async def export_contact(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """What a contact's rescues taught, as JSON values."""
    return [row[0] for row in await (await tx.raw.execute(_EXPORT, (tx.company_id, contact_id))).fetchall()]


async def erase_contact(tx: Tx, contact_id: UUID) -> int:
    """Deletes it; says how many."""
    return (await tx.raw.execute(_ERASE, (tx.company_id, contact_id))).rowcount


async def _tasks(tx: Tx, text: str, values: Mapping[str, Any] | Sequence[Any]) -> list[Task]:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        rows = await cursor.fetchall()
    return [task for row in rows if (task := _readable(row)) is not None]


def _readable(row: Mapping[str, Any]) -> Task | None:
    """The task of a row; None where what is stored is not as this version writes it."""
    try:
        return _task(row)
    except (KeyError, TypeError, ValueError):
        return None


def _task(row: Mapping[str, Any]) -> Task:
    rest = row["rescue"]
    scores = tuple(Scored(**{**one, "rung": RungName(one["rung"])}) for one in rest["scores"])
    rescue = Rescue(**{name: row[name] for name in _FLAT}, **{name: rest[name] for name in _REST}, scores=scores)
    return Task(
        id=row["id"],
        company_id=row["company_id"],
        rescue=rescue,
        status=TaskStatus(row["status"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
        suggestion_ids=tuple(row["suggestion_ids"]),
        error=row["error"],
        processed_at=row["processed_at"],
    )
