"""Exchanges as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from understudy.conversations.domain import Contact, Conversation, Lease, Message


@dataclass(frozen=True, slots=True)
class NewExchange:
    """A question as it comes in, with identifiers for what it may make.

    `key`: the caller's own name of it; None: it cannot come twice. `lease_seconds`: how long it has its turn.
    """

    message_id: UUID
    contact_id: UUID
    conversation_id: UUID
    owner: UUID
    kind: str
    value: str
    text: str
    key: str | None
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to a question; `text` None: nothing in words."""

    at: datetime
    id: UUID
    text: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A stored question. `lease` None: it was answered before, with `reply`."""

    message: Message
    conversation: Conversation
    contact: Contact
    lease: Lease | None
    reply: Message | None
