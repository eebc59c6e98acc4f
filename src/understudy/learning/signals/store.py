"""The only SQL of judgements, and of what they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, select

from understudy.answering.domain import Outcome
from understudy.infra.database import Tx
from understudy.learning.signals.domain import Judgement, Signal
from understudy.learning.signals.judging import Next
from understudy.learning.signals.tables import judgement

# Nothing that the anonymous contact does counts as evidence: everybody who is not known is that contact.
_KNOWN = """NOT EXISTS (SELECT 1 FROM contact_identity i
    WHERE i.company_id = d.company_id AND i.contact_id = d.contact_id AND i.kind = 'anonymous')"""
_QUESTION = """(
    SELECT coalesce(m.in_reply_to, m.id) FROM message m WHERE m.company_id = %(company)s AND m.id = %(message)s)"""
# Before what is said is read: of two that judge the same answer, the second then sees what the first one saw, and more.
_LOCK = f"SELECT 1 FROM decision WHERE company_id = %(company)s AND message_id = {_QUESTION} FOR NO KEY UPDATE"
_ANSWER = f"""
SELECT d.id, d.message_id, d.contact_id, d.answered_by, d.decided_at, f.is_helpful, f.rating, c.is_right, c.right_key
FROM decision d
LEFT JOIN feedback f ON f.company_id = d.company_id AND f.message_id = d.reply_id
LEFT JOIN correction c ON c.company_id = d.company_id AND c.message_id = d.message_id
WHERE d.company_id = %(company)s AND d.outcome = 'answered' AND {_KNOWN}
    AND d.message_id = {_QUESTION}
"""
_FOLLOWED = f"""
SELECT p.id, p.message_id, p.contact_id, p.answered_by, p.decided_at,
    m.at, m.text, pm.text = m.text AS is_same_text, d.outcome AS next_outcome, d.answered_by AS next_answered_by,
    CASE WHEN e.encoder = pe.encoder THEN 1 - (e.vector <=> pe.vector) END AS likeness
FROM decision d
CROSS JOIN LATERAL (
    SELECT * FROM decision q
    WHERE q.company_id = d.company_id AND q.conversation_id = d.conversation_id AND q.id < d.id
    ORDER BY q.id DESC LIMIT 1
) p
JOIN message m ON m.company_id = d.company_id AND m.id = d.message_id
JOIN message pm ON pm.company_id = p.company_id AND pm.id = p.message_id
LEFT JOIN message_embedding e ON e.company_id = d.company_id AND e.message_id = d.message_id
LEFT JOIN message_embedding pe ON pe.company_id = p.company_id AND pe.message_id = p.message_id
WHERE d.company_id = %(company)s AND d.id >= %(first)s AND d.id <= %(last)s AND p.outcome = 'answered' AND {_KNOWN}
"""
_OPERATED = f"""
SELECT d.id, d.message_id, d.contact_id, d.answered_by, d.decided_at, q.text AS question, r.text AS reply, o.text
FROM message o
JOIN LATERAL (
    SELECT * FROM message i
    WHERE i.company_id = o.company_id AND i.conversation_id = o.conversation_id AND i.position < o.position
        AND i.direction = 'in' AND EXISTS (SELECT 1 FROM decision a WHERE a.company_id = i.company_id
            AND a.message_id = i.id AND a.outcome = 'answered')
    ORDER BY i.position DESC LIMIT 1
) q ON true
JOIN decision d ON d.company_id = q.company_id AND d.message_id = q.id
JOIN message r ON r.company_id = d.company_id AND r.id = d.reply_id
WHERE o.company_id = %(company)s AND o.id = %(message)s AND r.position < o.position AND {_KNOWN}
    AND NOT EXISTS (
        SELECT 1 FROM message b WHERE b.company_id = o.company_id AND b.conversation_id = o.conversation_id
            AND b.position > q.position AND b.position < o.position AND b.author LIKE 'operator:%%')
    AND NOT EXISTS (
        SELECT 1 FROM message b JOIN decision x ON x.company_id = b.company_id AND x.message_id = b.id
        WHERE b.company_id = o.company_id AND b.conversation_id = o.conversation_id
            AND b.position > q.position AND b.position < o.position
            AND x.outcome NOT IN ('handed_over', 'waiting_for_person'))
"""
_KEEP = """
INSERT INTO judgement (company_id, decision_id, signal, message_id, contact_id, key, is_right, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (company_id, decision_id, signal) DO UPDATE SET is_right = excluded.is_right, at = excluded.at
WHERE judgement.is_right <> excluded.is_right
"""
_DROP = "DELETE FROM judgement WHERE company_id = %s AND decision_id = %s AND signal = %s"
_JUDGED = """
SELECT d.id, d.message_id, d.contact_id, d.rung, d.outcome, d.answered_by, d.decided_at,
    (SELECT jsonb_object_agg(j.signal, j.is_right) FROM judgement j
        WHERE j.company_id = d.company_id AND j.decision_id = d.id) AS judged,
    c.is_right, c.right_key, c.category
FROM decision d
LEFT JOIN correction c ON c.company_id = d.company_id AND c.message_id = d.message_id
WHERE d.company_id = %(company)s AND d.{column} = ANY(%(ids)s)
"""
_NEWS = """
SELECT company_id, min(id::text COLLATE "C")::uuid, max(id::text COLLATE "C")::uuid
FROM (SELECT company_id, id FROM decision WHERE id > %s ORDER BY id LIMIT %s) AS next GROUP BY company_id
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that can be judged. `key`: what answered."""

    decision_id: UUID
    message_id: UUID
    contact_id: UUID
    key: str | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of an answer: by its contact, and (None: by nobody) by a person."""

    is_helpful: bool | None
    rating: int | None
    is_right: bool | None
    right_key: str | None


@dataclass(frozen=True, slots=True)
class Operated:
    """A person's reply to a question that had been answered, with both."""

    question: str
    reply: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with what is known of it. `category`: of the correction, if there is one."""

    answered: Answered
    is_answer: bool
    is_paid: bool
    judged: dict[Signal, bool]
    is_corrected_right: bool | None
    right_key: str | None
    category: str | None


async def news(tx: Tx, since: UUID, limit: int) -> list[tuple[UUID, UUID, UUID]]:
    """The next decisions above an identifier, by company: company, first and last of them. The platform's transaction.

    They are the next `limit` of all companies, so that nothing lies between them that is not among them.
    """
    return await (await tx.raw.execute(_NEWS, (since, limit))).fetchall()


async def answer_of(tx: Tx, message_id: UUID) -> tuple[Answered, Said] | None:
    """The answer that a message is or has, with what was said of it; locked, so that the last word is judged last."""
    about = {"company": tx.company_id, "message": message_id}
    await tx.raw.execute(_LOCK, about)
    row = await _one(tx, _ANSWER, about)
    if row is None:
        return None
    return _answered(row), Said(row["is_helpful"], row["rating"], row["is_right"], row["right_key"])


async def followed(tx: Tx, first: UUID, last: UUID) -> list[tuple[Answered, Next]]:
    """The answers before some decisions, each with what the contact said next."""
    rows = await _all(tx, _FOLLOWED, {"company": tx.company_id, "first": first, "last": last})
    return [(_answered(row), _next(row)) for row in rows]


async def operated(tx: Tx, message_id: UUID) -> tuple[Answered, Operated] | None:
    """The answer that a person's message comes after, if it is their first and nothing else was answered since."""
    row = await _one(tx, _OPERATED, {"company": tx.company_id, "message": message_id})
    return (_answered(row), Operated(row["question"], row["reply"], row["text"])) if row else None


async def keep(tx: Tx, judgements: Sequence[Judgement]) -> int:
    """Keeps judgements, each in the place of the one by the same signal; says how many are new or other than before."""
    rows = [
        (tx.company_id, j.decision_id, j.signal.value, j.message_id, j.contact_id, j.key, j.is_right, j.at)
        for j in sorted(judgements, key=lambda one: (one.decision_id, one.signal))
    ]
    if not rows:
        return 0
    async with tx.raw.cursor() as cursor:
        await cursor.executemany(_KEEP, rows)
        return cursor.rowcount


async def drop(tx: Tx, decision_id: UUID, signal: Signal) -> None:
    """Drops what a signal said of a decision."""
    await tx.raw.execute(_DROP, (tx.company_id, decision_id, signal.value))


async def by_messages(tx: Tx, message_ids: Sequence[UUID]) -> list[Judged]:
    """The decisions about some messages, with what is known of them."""
    return await _judged(tx, "message_id", message_ids)


async def by_decisions(tx: Tx, decision_ids: Sequence[UUID]) -> list[Judged]:
    """Some decisions, with what is known of them."""
    return await _judged(tx, "id", decision_ids)


async def export_contact(tx: Tx, contact_id: UUID) -> list[dict[str, Any]]:
    """The judgements about answers to a contact."""
    query = select(judgement).where(judgement.c.company_id == tx.company_id, judgement.c.contact_id == contact_id)
    return [to_jsonable_python(dict(row._mapping)) for row in await tx.sa.execute(query)]


async def erase_contact(tx: Tx, contact_id: UUID) -> int:
    """Deletes them; says how many."""
    query = delete(judgement).where(judgement.c.company_id == tx.company_id, judgement.c.contact_id == contact_id)
    return (await tx.sa.execute(query)).rowcount


async def _judged(tx: Tx, column: str, ids: Sequence[UUID]) -> list[Judged]:
    rows = await _all(tx, _JUDGED.format(column=column), {"company": tx.company_id, "ids": list(ids)})
    return [
        Judged(
            answered=_answered(row),
            is_answer=row["outcome"] == Outcome.ANSWERED,
            is_paid=row["rung"] == "llm",
            judged={Signal(name): is_right for name, is_right in (row["judged"] or {}).items()},
            is_corrected_right=row["is_right"],
            right_key=row["right_key"],
            category=row["category"],
        )
        for row in rows
    ]


async def _one(tx: Tx, statement: str, values: dict[str, Any]) -> dict[str, Any] | None:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchone()


async def _all(tx: Tx, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with tx.raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchall()


def _answered(row: dict[str, Any]) -> Answered:
    return Answered(row["id"], row["message_id"], row["contact_id"], row["answered_by"], row["decided_at"])


def _next(row: dict[str, Any]) -> Next:
    return Next(
        at=row["at"],
        text=row["text"],
        likeness=row["likeness"],
        is_same_text=row["is_same_text"],
        outcome=Outcome(row["next_outcome"]),
        answered_by=row["next_answered_by"],
    )
