"""The only SQL over what was said."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from understudy.conversations.recorded.domain import Said
from understudy.infra.database import Tx

WIRE_HEADER = 4
"""Bytes before the numbers of a halfvec on the wire: its dimension, and two that are unused."""

_MESSAGES = """
SELECT m.id, m.contact_id, m.text, m.channel, c.display_name FROM message m
JOIN contact c ON c.company_id = m.company_id AND c.id = m.contact_id
WHERE m.company_id = %s AND m.id = ANY(%s)
"""
_REPLIES = "SELECT in_reply_to, text FROM message WHERE company_id = %s AND in_reply_to = ANY(%s)"
_VECTORS = """
SELECT message_id, halfvec_send(vector) FROM message_embedding
WHERE company_id = %s AND message_id = ANY(%s) AND encoder = %s
"""


async def messages(tx: Tx, message_ids: Sequence[UUID]) -> list[Said]:
    """Messages of the transaction's company."""
    rows = await tx.raw.execute(_MESSAGES, (tx.company_id, list(message_ids)))
    return [Said(*row) for row in await rows.fetchall()]


async def replies(tx: Tx, message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Texts of replies by the message that they answer."""
    rows = await tx.raw.execute(_REPLIES, (tx.company_id, list(message_ids)))
    return dict(await rows.fetchall())


async def vectors(tx: Tx, message_ids: Sequence[UUID], encoder: str) -> dict[UUID, NDArray[np.float32]]:
    """Embeddings of the transaction's company."""
    rows = await tx.raw.execute(_VECTORS, (tx.company_id, list(message_ids), encoder), binary=True)
    return {
        message_id: np.frombuffer(wire, ">f2", offset=WIRE_HEADER).astype(np.float32)
        for message_id, wire in await rows.fetchall()
    }
