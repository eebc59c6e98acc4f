"""Facts that this package announces, in the transaction that made them. They hold identifiers only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A contact's message was stored for the first time."""

    company_id: UUID
    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class ReplyRecorded:
    """The ladder's reply to a message was stored."""

    company_id: UUID
    conversation_id: UUID
    message_id: UUID
    reply_id: UUID


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A conversation waits for a person from now on."""

    company_id: UUID
    conversation_id: UUID
    escalation_id: UUID


@dataclass(frozen=True, slots=True)
class OperatorReplied:
    """A person answered in a conversation."""

    company_id: UUID
    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class ContactErased:
    """A contact and everything kept about it is gone."""

    company_id: UUID
    contact_id: UUID
