"""What matching loads: few round trips, raw, and documents as they are stored, for a thread to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from understudy.infra.database import Tx
from understudy.templates.domain import QaEntry, Reply


@dataclass(frozen=True, slots=True)
class FollowedRow:
    """One line of a company's list, with its overlay as it is stored."""

    template_id: UUID
    pinned_version: int | None
    overlay_version: int | None
    overlay_document: Sequence[Mapping[str, Any]] | None
    overlay_encoder: str | None
    overlay_vectors: bytes | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with the embeddings of its texts."""

    entry: QaEntry
    encoder: str
    vectors: bytes


@dataclass(frozen=True, slots=True)
class ReplyChange:
    """What a company does with a question of its trade: its own reply, or None to hide it."""

    entry_id: UUID
    reply: Reply | None


_FOLLOWED = """
SELECT f.template_id, f.pinned_version, o.version, o.document, o.encoder, o.vectors
FROM following f JOIN template t ON t.id = f.template_id LEFT JOIN LATERAL (
    SELECT version, document, encoder, vectors FROM overlay
    WHERE company_id = f.company_id AND template_id = f.template_id ORDER BY version DESC LIMIT 1) o ON true
WHERE f.company_id = %s AND t.serving_version IS NOT NULL ORDER BY f.position, f.template_id
"""
_QUESTIONS = """
SELECT id, question, variants, reply_short, reply_full, encoder, vectors FROM qa_entry WHERE company_id = %s ORDER BY id
"""
_TRADE_QUESTIONS = """
SELECT id, question, variants, reply_short, reply_full, encoder, vectors FROM trade_qa_entry
WHERE trade = %s ORDER BY id
"""
_CHANGES = "SELECT entry_id, is_hidden, reply_short, reply_full FROM trade_qa_change WHERE company_id = %s"
_QA_VERSION = "SELECT version FROM qa_version WHERE company_id = %s"
_TRADE_VERSION = "SELECT version FROM trade_qa_version WHERE trade = %s"
_SERVING = "SELECT serving_version FROM template WHERE id = %s"


async def load_followed(tx: Tx) -> list[FollowedRow]:
    """The templates that the transaction's company answers from, in its order; unpublished ones are left out."""
    rows = await tx.raw.execute(_FOLLOWED, (tx.company_id,))
    return [FollowedRow(*row) for row in await rows.fetchall()]


async def load_questions(tx: Tx) -> tuple[int, list[QuestionRow]]:
    """The company's own questions, and their version."""
    rows = await (await tx.raw.execute(_QUESTIONS, (tx.company_id,))).fetchall()
    version = await (await tx.raw.execute(_QA_VERSION, (tx.company_id,))).fetchone()
    return version[0] if version else 0, [_question(*row) for row in rows]


async def load_trade_questions(tx: Tx, trade: str) -> tuple[int, list[QuestionRow]]:
    """The questions that a trade shares, and their version."""
    rows = await (await tx.raw.execute(_TRADE_QUESTIONS, (trade,))).fetchall()
    version = await (await tx.raw.execute(_TRADE_VERSION, (trade,))).fetchone()
    return version[0] if version else 0, [_question(*row) for row in rows]


async def load_reply_changes(tx: Tx) -> list[ReplyChange]:
    """What the company does with its trade's questions."""
    rows = await (await tx.raw.execute(_CHANGES, (tx.company_id,))).fetchall()
    return [ReplyChange(entry_id, None if hidden else Reply(short, full)) for entry_id, hidden, short, full in rows]


async def find_serving(tx: Tx, template_id: UUID) -> int | None:
    """The version that serves for those who follow the newest; None when there is none."""
    row = await (await tx.raw.execute(_SERVING, (template_id,))).fetchone()
    return row[0] if row else None


def _question(id: UUID, question: str, variants: Sequence[str], short: str, full: str, *embedded: Any) -> QuestionRow:
    encoder, vectors = embedded
    return QuestionRow(QaEntry(id, question, tuple(variants), Reply(short, full)), encoder, vectors)
