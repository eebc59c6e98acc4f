"""Conversations, contacts and escalations as JSON, and the bodies of requests about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from understudy.conversations.domain import (
    Contact,
    Conversation,
    ConversationState,
    Direction,
    Escalation,
    EscalationKind,
    EscalationState,
    Message,
    Thread,
)
from understudy.conversations.inbound import MAX_EXTERNAL_ID, MAX_OPERATOR_CHARS

ExpectedVersion = Annotated[int | None, Field(description="Refuse with 409 when it has moved on.", examples=[4])]
EXAMPLE_ID = "01920c5e-8b1a-7c3e-9f00-3c8f2a4d5e6f"


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """A value as JSON: the same fields as the value has."""

    model_config = ConfigDict(from_attributes=True)


class ConversationView(View):
    """A conversation."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    contact_id: UUID = Field(examples=[EXAMPLE_ID])
    channel: str = Field(examples=["api"])
    state: ConversationState
    version: int = Field(examples=[4])
    message_count: int = Field(examples=[2])
    started_at: datetime
    last_message_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationView:
        """The view of a conversation."""
        return cls.model_validate(conversation)


class ContactView(View):
    """A contact."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    display_name: str | None = Field(examples=["Ann"])
    language: str | None = Field(examples=["en"])
    attributes: dict[str, Any] = Field(examples=[{"lifetime_value": 6000}])
    created_at: datetime

    @classmethod
    def of(cls, contact: Contact) -> ContactView:
        """The view of a contact."""
        return cls.model_validate(contact)


class MessageView(View):
    """A message; `position` is its place in the conversation."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    conversation_id: UUID = Field(examples=[EXAMPLE_ID])
    position: int = Field(examples=[1])
    direction: Direction
    author: str = Field(description="contact, understudy, or operator:<name>.", examples=["contact"])
    channel: str = Field(examples=["api"])
    modality: str = Field(examples=["text"])
    text: str = Field(examples=["Where is my card?"])
    external_id: str | None = Field(examples=["m-1001"])
    at: datetime
    sent_at: datetime | None
    in_reply_to: UUID | None
    awaits_reply: bool

    @classmethod
    def of(cls, message: Message) -> MessageView:
        """The view of a message."""
        return cls.model_validate(message)


class EscalationView(View):
    """A hand-over to a person."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    conversation_id: UUID = Field(examples=[EXAMPLE_ID])
    contact_id: UUID = Field(examples=[EXAMPLE_ID])
    message_id: UUID | None
    kind: EscalationKind
    reason: str = Field(examples=["the contact asked for a person"])
    summary: str = Field(examples=["Ann's card was swallowed by a machine"])
    fields: dict[str, Any] = Field(examples=[{"phone": "+15550100"}])
    state: EscalationState
    version: int = Field(examples=[1])
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    resolution: str | None

    @classmethod
    def of(cls, escalation: Escalation) -> EscalationView:
        """The view of an escalation."""
        return cls.model_validate(escalation)


class ThreadView(BaseModel):
    """A conversation with everything in it."""

    conversation: ConversationView
    contact: ContactView
    messages: list[MessageView]
    escalations: list[EscalationView]

    @classmethod
    def of(cls, thread: Thread) -> ThreadView:
        """The view of a thread."""
        return cls(
            conversation=ConversationView.of(thread.conversation),
            contact=ContactView.of(thread.contact),
            messages=[MessageView.of(message) for message in thread.messages],
            escalations=[EscalationView.of(escalation) for escalation in thread.escalations],
        )


class ConversationPage(BaseModel):
    """A page of conversations; `next` goes into `before` for the following one."""

    items: list[ConversationView]
    next: UUID | None


class EscalationPage(BaseModel):
    """A page of escalations; `next` goes into `before` for the following one."""

    items: list[EscalationView]
    next: UUID | None


class ReplyBody(Body):
    """What a person answers."""

    text: str = Field(examples=["Hello Ann, your new card is in the post."], max_length=MAX_OPERATOR_CHARS)
    hand_back: bool = Field(False, description="Give the conversation back to the ladder with this reply.")
    external_id: str | None = Field(
        None, max_length=MAX_EXTERNAL_ID, description="As the header Idempotency-Key.", examples=["r-17"]
    )
    expected_version: ExpectedVersion = None


class MoveBody(Body):
    """A change of whose turn it is."""

    expected_version: ExpectedVersion = None


class ResolutionBody(Body):
    """How an escalation ended."""

    resolution: str = Field(examples=["Sent a new card."], max_length=MAX_OPERATOR_CHARS)
    expected_version: ExpectedVersion = None


class ExportView(BaseModel):
    """Everything kept about a contact."""

    contact_id: UUID = Field(examples=[EXAMPLE_ID])
    tables: dict[str, list[dict[str, Any]]] = Field(description="Table → rows.", examples=[{"contact": [{}]}])
