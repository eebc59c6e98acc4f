"""Past messages with their decisions and embeddings, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from understudy.answering.domain import Outcome, RungName
from understudy.evaluation.domain import Recorded, Truth
from understudy.infra.database import Tx
from understudy.kit.ids import uuid_at
from understudy.language.domain import Matrix

HALFVEC_HEADER = 2
"""Sixteen-bit numbers before the values of a half-precision vector on the wire: its length, and one unused."""
_CLIMBED = """
d.company_id = %(company)s AND d.id <= %(newest)s AND d.id >= %(oldest)s
AND d.outcome NOT IN ('waiting_for_person', 'rate_limited')
AND coalesce(d.rungs -> 0 ->> 'reason', '') NOT LIKE 'chosen: %%'
AND coalesce(d.rungs -> 0 ->> 'reason', '') <> 'none of those offered'
"""
"""Messages that climbed: not those left to a person, held back, or read against what was offered."""
_PAGE = f"""
SELECT d.id, d.message_id, m.text, d.language, d.rung, d.outcome, d.answered_by, d.cost_micros,
    d.counterfactual_micros, d.min_confidence, d.decided_at, e.vector
FROM decision d JOIN message m ON m.company_id = d.company_id AND m.id = d.message_id
LEFT JOIN message_embedding e
    ON e.company_id = d.company_id AND e.message_id = d.message_id AND e.encoder = %(encoder)s
WHERE {_CLIMBED} ORDER BY d.id DESC LIMIT %(limit)s
"""
_BORDERS = f"""
SELECT min(id::text COLLATE "C")::uuid, max(id::text COLLATE "C")::uuid, count(*) FROM (
    SELECT d.id, (row_number() OVER (ORDER BY d.id DESC) - 1) / %(size)s AS part FROM decision d
    WHERE {_CLIMBED} ORDER BY d.id DESC LIMIT %(limit)s) numbered
GROUP BY part ORDER BY part
"""
"""Identifiers of version 7 sort as text as they do by themselves."""
LAST = UUID(int=(1 << 128) - 1)
"""No identifier is higher."""
ANSWER_KEYS = ("scenario:", "qa:", "trade_qa:")


@dataclass(frozen=True, slots=True)
class Span:
    """Decisions from the newest down to the oldest, both included."""

    newest: UUID
    oldest: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first, and their embeddings [n, d]; those of the rows in `unembedded` are zero.

    `last`: the decision to go on below, None when there is nothing below; `oldest_at`: when it was made.
    """

    recorded: tuple[Recorded, ...]
    embeddings: Matrix
    unembedded: tuple[int, ...]
    last: UUID | None
    oldest_at: datetime | None


def span_since(at: datetime, newest: UUID = LAST) -> Span:
    """All decisions since a moment."""
    return Span(newest, uuid_at(int(at.timestamp() * 1000), bytes(10)))


async def read_page(tx: Tx, span: Span, *, encoder: str, dimension: int, limit: int) -> Page:
    """The newest messages of a span that climbed."""
    values = {
        "company": tx.company_id,
        "newest": span.newest,
        "oldest": span.oldest,
        "encoder": encoder,
        "limit": limit,
    }
    rows = await (await tx.raw.execute(_PAGE, values, binary=True)).fetchall()
    recorded = tuple(
        _recorded(message_id, text, language, (rung, outcome, answered_by), (cost, counterfactual, least))
        for _, message_id, text, language, rung, outcome, answered_by, cost, counterfactual, least, _, _ in rows
    )
    vectors = [row[-1] for row in rows]
    last = UUID(int=rows[-1][0].int - 1) if len(rows) == limit else None
    unembedded = tuple(place for place, vector in enumerate(vectors) if vector is None)
    return Page(recorded, matrix_of(vectors, dimension), unembedded, last, rows[-1][-2] if rows else None)


async def borders(tx: Tx, span: Span, *, size: int, limit: int) -> list[tuple[Span, int]]:
    """The span's newest messages that climbed, in parts of a size: first and last decision of each, and how many."""
    values = {"company": tx.company_id, "newest": span.newest, "oldest": span.oldest, "size": size, "limit": limit}
    rows = await (await tx.raw.execute(_BORDERS, values)).fetchall()
    return [(Span(newest, oldest), count) for oldest, newest, count in rows]


def matrix_of(vectors: Sequence[bytes | None], dimension: int) -> Matrix:
    """Vectors as they come over the wire, as rows of unit length; zeros where there is none."""
    blank = bytes(2 * (HALFVEC_HEADER + dimension))
    whole = b"".join(vector or blank for vector in vectors)
    rows = np.frombuffer(whole, ">f2").reshape(len(vectors), HALFVEC_HEADER + dimension)[:, HALFVEC_HEADER:]
    matrix: Matrix = rows.astype(np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return matrix


def _recorded(
    message_id: UUID,
    text: str,
    language: str,
    answer: tuple[str | None, str, str | None],
    price: tuple[int, int, float | None],
) -> Recorded:
    rung, outcome, answered_by = answer
    is_paid = rung == RungName.LLM and outcome == Outcome.ANSWERED and (answered_by or "").startswith(ANSWER_KEYS)
    cost, counterfactual, least = price
    return Recorded(
        id=message_id,
        text=text,
        language=language,
        expected=answered_by if is_paid else None,
        truth=Truth.PAID if is_paid else Truth.UNKNOWN,
        cost_micros=cost,
        counterfactual_micros=counterfactual,
        min_confidence=least or 0.0,
    )
