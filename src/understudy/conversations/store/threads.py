"""Conversations as they are read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from understudy.conversations.domain import Conversation, ConversationNotFound, Filter, Thread
from understudy.conversations.store.rows import contact_of, conversation_of, escalation_of, message_of
from understudy.conversations.tables import contact, conversation, escalation, message
from understudy.infra.database import Tx


async def find_conversation(tx: Tx, conversation_id: UUID, *, lock: bool = False) -> Conversation:
    """The conversation, on demand locked until the transaction ends; raises `ConversationNotFound`."""
    query = select(conversation).where(conversation.c.company_id == tx.company_id, conversation.c.id == conversation_id)
    row = (await tx.sa.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise ConversationNotFound(f"there is no conversation {conversation_id}")
    return conversation_of(row._mapping)


async def read(tx: Tx, conversation_id: UUID) -> Thread:
    """The conversation with its contact, messages in order, and escalations, newest first."""
    talk = await find_conversation(tx, conversation_id)
    of_contact = select(contact).where(contact.c.company_id == tx.company_id, contact.c.id == talk.contact_id)
    of_messages = (
        select(message)
        .where(message.c.company_id == tx.company_id, message.c.conversation_id == talk.id)
        .order_by(message.c.position)
    )
    of_escalations = (
        select(escalation)
        .where(escalation.c.company_id == tx.company_id, escalation.c.conversation_id == talk.id)
        .order_by(escalation.c.id.desc())
    )
    return Thread(
        conversation=talk,
        contact=contact_of((await tx.sa.execute(of_contact)).one()._mapping),
        messages=tuple(message_of(row._mapping) for row in await tx.sa.execute(of_messages)),
        escalations=tuple(escalation_of(row._mapping) for row in await tx.sa.execute(of_escalations)),
    )


async def list_conversations(tx: Tx, where: Filter, before: UUID | None, limit: int) -> list[Conversation]:
    """Conversations, the one begun last first, from the one after `before`."""
    query = select(conversation).where(conversation.c.company_id == tx.company_id)
    query = query.order_by(conversation.c.id.desc()).limit(limit)
    if where.state is not None:
        query = query.where(conversation.c.state == where.state)
    if where.contact_id is not None:
        query = query.where(conversation.c.contact_id == where.contact_id)
    if where.channel is not None:
        query = query.where(conversation.c.channel == where.channel)
    if before is not None:
        query = query.where(conversation.c.id < before)
    return [conversation_of(row._mapping) for row in await tx.sa.execute(query)]
