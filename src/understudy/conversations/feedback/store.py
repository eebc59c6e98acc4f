"""The only SQL of opinions and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from understudy.conversations.domain import Direction, Message, MessageNotFound
from understudy.conversations.feedback.domain import (
    MOST_CHANGES,
    Category,
    Correction,
    Given,
    NewCorrection,
    Opinion,
    OpinionQuery,
)
from understudy.conversations.feedback.tables import correction, feedback
from understudy.conversations.store.rows import message_of
from understudy.conversations.tables import message
from understudy.infra.database import Tx

_REFUSE = """
UPDATE contact SET feedback_refused_at = %(at)s
WHERE company_id = %(company)s AND id = %(contact)s AND (feedback_refused_at IS NULL) <> (%(at)s::timestamptz IS NULL)
"""


async def find_message(tx: Tx, message_id: UUID) -> Message:
    """The message; raises `MessageNotFound`."""
    query = select(message).where(message.c.company_id == tx.company_id, message.c.id == message_id)
    row = (await tx.sa.execute(query)).one_or_none()
    if row is None:
        raise MessageNotFound(f"there is no message {message_id}", remedy="it may have been erased with its contact")
    return message_of(row._mapping)


async def keep_opinion(tx: Tx, reply: Message, given: Given, at: datetime) -> Opinion | None:
    """Keeps what a contact says of a reply, over what it said before; None where it changed too often."""
    said = {"is_helpful": given.is_helpful, "rating": given.rating, "comment": given.comment, "changed_at": at}
    new = insert(feedback).values(
        company_id=tx.company_id,
        message_id=reply.id,
        conversation_id=reply.conversation_id,
        contact_id=reply.contact_id,
        channel=reply.channel,
        given_at=at,
        changes=0,
        **said,
    )
    kept = new.on_conflict_do_update(
        index_elements=[feedback.c.company_id, feedback.c.message_id],
        set_={**said, "changes": feedback.c.changes + 1},
        where=feedback.c.changes < MOST_CHANGES,
    )
    row = (await tx.sa.execute(kept.returning(feedback))).one_or_none()
    return _opinion(row._mapping) if row else None


async def drop_opinion(tx: Tx, reply_id: UUID) -> bool:
    """Drops what a contact said of a reply; says whether there was anything."""
    query = delete(feedback).where(feedback.c.company_id == tx.company_id, feedback.c.message_id == reply_id)
    return (await tx.sa.execute(query)).rowcount > 0


async def set_refusal(tx: Tx, contact_id: UUID, at: datetime | None) -> None:
    """Notes since when a contact wants not to be asked; None: it may be."""
    await tx.raw.execute(_REFUSE, {"company": tx.company_id, "contact": contact_id, "at": at})


async def opinions_of(tx: Tx, reply_ids: Sequence[UUID]) -> list[Opinion]:
    """The opinions of some replies."""
    query = select(feedback).where(feedback.c.company_id == tx.company_id, feedback.c.message_id.in_(reply_ids))
    return [_opinion(row._mapping) for row in await tx.sa.execute(query)]


async def list_opinions(tx: Tx, wanted: OpinionQuery) -> list[Opinion]:
    """Opinions, the newest reply first."""
    query = select(feedback).where(feedback.c.company_id == tx.company_id)
    query = query.order_by(feedback.c.message_id.desc()).limit(wanted.limit)
    if wanted.before is not None:
        query = query.where(feedback.c.message_id < wanted.before)
    if wanted.is_helpful is not None:
        query = query.where(feedback.c.is_helpful == wanted.is_helpful)
    if wanted.channel is not None:
        query = query.where(feedback.c.channel == wanted.channel)
    if wanted.with_comment:
        query = query.where(feedback.c.comment.is_not(None))
    return [_opinion(row._mapping) for row in await tx.sa.execute(query)]


async def question_of(tx: Tx, about: Message) -> Message | None:
    """The contact's message that a message is or answers; None where it answers none."""
    if about.direction is Direction.IN:
        return about
    return await find_message(tx, about.in_reply_to) if about.in_reply_to else None


async def keep_correction(tx: Tx, made: Correction) -> None:
    """Keeps a person's word on an answer, in the place of an earlier one."""
    said = {
        "is_right": made.said.is_right,
        "right_key": made.said.right_key,
        "right_text": made.said.right_text,
        "reason": made.said.reason,
        "category": made.said.category.value,
        "corrected_by": made.corrected_by,
        "corrected_at": made.corrected_at,
    }
    new = insert(correction).values(
        company_id=tx.company_id, message_id=made.message_id, contact_id=made.contact_id, **said
    )
    await tx.sa.execute(
        new.on_conflict_do_update(index_elements=[correction.c.company_id, correction.c.message_id], set_=said)
    )


async def find_correction(tx: Tx, message_id: UUID) -> Correction | None:
    """The correction of the answer to a contact's message."""
    query = select(correction).where(correction.c.company_id == tx.company_id, correction.c.message_id == message_id)
    row = (await tx.sa.execute(query)).one_or_none()
    return _correction(row._mapping) if row else None


async def list_corrections(tx: Tx, before: UUID | None, limit: int) -> list[Correction]:
    """Corrections, the newest message first."""
    query = select(correction).where(correction.c.company_id == tx.company_id)
    query = query.order_by(correction.c.message_id.desc()).limit(limit)
    if before is not None:
        query = query.where(correction.c.message_id < before)
    return [_correction(row._mapping) for row in await tx.sa.execute(query)]


def _opinion(row: Any) -> Opinion:
    return Opinion(
        message_id=row["message_id"],
        conversation_id=row["conversation_id"],
        contact_id=row["contact_id"],
        channel=row["channel"],
        given=Given(row["is_helpful"], row["rating"], row["comment"]),
        given_at=row["given_at"],
        changed_at=row["changed_at"],
        changes=row["changes"],
    )


def _correction(row: Any) -> Correction:
    said = NewCorrection(row["is_right"], row["right_key"], row["right_text"], row["reason"], Category(row["category"]))
    return Correction(row["message_id"], row["contact_id"], said, row["corrected_by"], row["corrected_at"])
