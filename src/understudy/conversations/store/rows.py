"""Rows as the database gives them, as JSON, turned into values of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from understudy.conversations.domain import (
    Contact,
    Conversation,
    ConversationState,
    Direction,
    Escalation,
    EscalationKind,
    EscalationState,
    Message,
)

Document = Mapping[Any, Any]


def _id(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


def _the_id(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value


def _moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else the_moment(value)


def the_moment(value: datetime | str) -> datetime:
    """A moment in UTC, from a column or from JSON."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def contact_of(row: Document) -> Contact:
    """A contact."""
    return Contact(
        id=_the_id(row["id"]),
        display_name=row["display_name"],
        language=row["language"],
        attributes=row["attributes"],
        created_at=the_moment(row["created_at"]),
        feedback_refused_at=_moment(row["feedback_refused_at"]),
    )


def conversation_of(row: Document) -> Conversation:
    """A conversation."""
    return Conversation(
        id=_the_id(row["id"]),
        contact_id=_the_id(row["contact_id"]),
        channel=row["channel"],
        state=ConversationState(row["state"]),
        version=row["version"],
        message_count=row["message_count"],
        started_at=the_moment(row["started_at"]),
        last_message_at=the_moment(row["last_message_at"]),
        closed_at=_moment(row["closed_at"]),
    )


def message_of(row: Document) -> Message:
    """A message."""
    return Message(
        id=_the_id(row["id"]),
        conversation_id=_the_id(row["conversation_id"]),
        contact_id=_the_id(row["contact_id"]),
        position=row["position"],
        direction=Direction(row["direction"]),
        author=row["author"],
        channel=row["channel"],
        modality=row["modality"],
        text=row["text"],
        external_id=row["external_id"],
        at=the_moment(row["at"]),
        sent_at=_moment(row["sent_at"]),
        in_reply_to=_id(row["in_reply_to"]),
        awaits_reply=row["awaits_reply"],
    )


def escalation_of(row: Document) -> Escalation:
    """An escalation."""
    return Escalation(
        id=_the_id(row["id"]),
        conversation_id=_the_id(row["conversation_id"]),
        contact_id=_the_id(row["contact_id"]),
        message_id=_id(row["message_id"]),
        kind=EscalationKind(row["kind"]),
        reason=row["reason"],
        summary=row["summary"],
        fields=row["fields"],
        state=EscalationState(row["state"]),
        version=row["version"],
        created_at=the_moment(row["created_at"]),
        taken_by=row["taken_by"],
        taken_at=_moment(row["taken_at"]),
        closed_at=_moment(row["closed_at"]),
        resolution=row["resolution"],
    )
