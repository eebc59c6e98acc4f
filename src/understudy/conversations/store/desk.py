"""What operators change: their messages, whose turn it is, and escalations."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from understudy.conversations.domain import (
    Conversation,
    Direction,
    Escalation,
    EscalationNotFound,
    EscalationState,
    Message,
    external_id_taken,
)
from understudy.conversations.store.rows import escalation_of, message_of
from understudy.conversations.tables import conversation, escalation, message
from understudy.infra.database import Tx


async def find_reply(tx: Tx, channel: str, external_id: str) -> Message | None:
    """The outbound message of an external id."""
    query = select(message).where(
        message.c.company_id == tx.company_id,
        message.c.channel == channel,
        message.c.direction == Direction.OUT,
        message.c.external_id == external_id,
    )
    row = (await tx.sa.execute(query)).one_or_none()
    return message_of(row._mapping) if row else None


async def add_message(tx: Tx, new: Message) -> None:
    """Adds a message at its position; raises `MessageDiffers` when its external id was taken just then."""
    try:
        await tx.sa.execute(insert(message).values(company_id=tx.company_id, **asdict(new)))
    except IntegrityError as error:
        raise external_id_taken(new.external_id) from error


async def move_conversation(tx: Tx, moved: Conversation) -> None:
    """Stores a conversation as a person left it: the ladder loses its turn, and nothing waits for it any more."""
    waiting = update(message).where(
        message.c.company_id == tx.company_id, message.c.conversation_id == moved.id, message.c.awaits_reply
    )
    await tx.sa.execute(waiting.values(awaits_reply=False))
    query = update(conversation).where(conversation.c.company_id == tx.company_id, conversation.c.id == moved.id)
    await tx.sa.execute(query.values(**asdict(moved), lease_owner=None, lease_until=None))


async def close_escalations(tx: Tx, conversation_id: UUID, at: datetime) -> None:
    """Closes what is not closed of a conversation's escalations."""
    query = update(escalation).where(
        escalation.c.company_id == tx.company_id,
        escalation.c.conversation_id == conversation_id,
        escalation.c.state != EscalationState.CLOSED,
    )
    await tx.sa.execute(query.values(state=EscalationState.CLOSED, closed_at=at, version=escalation.c.version + 1))


async def list_escalations(tx: Tx, state: EscalationState | None, before: UUID | None, limit: int) -> list[Escalation]:
    """Escalations, newest first."""
    query = select(escalation).where(escalation.c.company_id == tx.company_id)
    query = query.order_by(escalation.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(escalation.c.state == state)
    if before is not None:
        query = query.where(escalation.c.id < before)
    return [escalation_of(row._mapping) for row in await tx.sa.execute(query)]


async def lock_escalation(tx: Tx, escalation_id: UUID) -> Escalation:
    """The escalation, locked until the transaction ends; raises `EscalationNotFound`."""
    query = select(escalation).where(escalation.c.company_id == tx.company_id, escalation.c.id == escalation_id)
    row = (await tx.sa.execute(query.with_for_update())).one_or_none()
    if row is None:
        raise EscalationNotFound(f"there is no escalation {escalation_id}")
    return escalation_of(row._mapping)


async def change_escalation(tx: Tx, changed: Escalation) -> None:
    """Stores an escalation as it is now."""
    query = update(escalation).where(escalation.c.company_id == tx.company_id, escalation.c.id == changed.id)
    await tx.sa.execute(query.values(**asdict(changed)))
