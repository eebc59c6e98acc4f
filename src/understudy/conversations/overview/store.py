"""The only SQL over the messages of all companies. Every function takes the platform's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_

from understudy.conversations.domain import Message
from understudy.conversations.store.rows import message_of
from understudy.conversations.tables import message
from understudy.infra.database import Tx


async def messages(tx: Tx, places: Sequence[tuple[UUID, UUID]], words: str) -> list[Message]:
    """Messages by company and identifier; with words, those that hold them in any case."""
    query = select(message).where(tuple_(message.c.company_id, message.c.id).in_(places))
    if words:
        query = query.where(message.c.text.icontains(words, autoescape=True))
    return [message_of(row._mapping) for row in await tx.sa.execute(query)]
