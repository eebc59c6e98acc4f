"""Contacts, conversations, messages, leases and escalations as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from understudy.kit.errors import Conflict, NotFound

CONTACT = "contact"
"""The author of what a contact writes."""
UNDERSTUDY = "understudy"
"""The author of what the ladder answers."""

Attribute = str | int | float | bool


class Channel(StrEnum):
    """The ways for messages to come in."""

    API = "api"
    WEBCHAT = "webchat"
    CLI = "cli"
    OPENAI = "openai"
    """The front door for software that speaks OpenAI's protocol."""


class Modality(StrEnum):
    """How a message was uttered."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"


class IdentityKind(StrEnum):
    """What a contact is known by. A kind and a value name one contact of a company."""

    PHONE = "phone"
    EMAIL = "email"
    EXTERNAL = "external"
    WEBCHAT = "webchat"
    ANONYMOUS = "anonymous"
    """Nobody is known: all of them are one contact, and nothing it writes counts as evidence."""


class ConversationState(StrEnum):
    """Who speaks next: the ladder, a person, nobody."""

    OPEN = "open"
    WAITING_FOR_PERSON = "waiting_for_person"
    CLOSED = "closed"


class Direction(StrEnum):
    """From the contact, or to it."""

    IN = "in"
    OUT = "out"


class EscalationKind(StrEnum):
    """What the contact was offered."""

    TRANSFER = "transfer"
    TAKE_MESSAGE = "take_message"
    CALLBACK = "callback"
    EMERGENCY = "emergency"


class EscalationState(StrEnum):
    """Whether somebody sees to it."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class MessageDiffers(Conflict):
    """The external id belongs to another message already."""

    code = "message_differs"


def external_id_taken(external_id: str | None) -> MessageDiffers:
    """The error of an external id that came with two different messages."""
    return MessageDiffers(
        f"the external id {external_id!r} belongs to another message on this channel",
        field="external_id",
        remedy="give each message an id of its own; the same id again must carry the same message",
    )


class ConversationBusy(Conflict):
    """Earlier messages of the conversation are still being answered; this one is stored and will be."""

    code = "conversation_busy"


class ConversationClosed(Conflict):
    """The conversation is over."""

    code = "conversation_closed"


class ConversationMoved(Conflict):
    """The conversation or escalation changed since the caller looked at it."""

    code = "conversation_moved"


class LeaseLost(Conflict):
    """Another process answers the message by now, or a person took over."""

    code = "lease_lost"


class ConversationNotFound(NotFound):
    """No such conversation of this company (and contact)."""

    code = "conversation_not_found"


class MessageNotFound(NotFound):
    """No such message of this company."""

    code = "message_not_found"


class ContactNotFound(NotFound):
    """No such contact of this company."""

    code = "contact_not_found"


class EscalationNotFound(NotFound):
    """No such escalation of this company."""

    code = "escalation_not_found"


@dataclass(frozen=True, slots=True)
class ContactRef:
    """Who writes, as the channel knows it. What is None leaves what is known already; attributes are added to it."""

    kind: str
    value: str
    display_name: str | None = None
    language: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A contact's message as it comes in. `external_id` is the channel's own id of it: the same id is the same message.

    Without `conversation_id` it goes into the contact's newest conversation on the channel, unless that has timed out.
    """

    channel: str
    external_id: str
    contact: ContactRef
    text: str
    sent_at: datetime | None = None
    conversation_id: UUID | None = None
    modality: str = Modality.TEXT


@dataclass(frozen=True, slots=True)
class Contact:
    """An end customer. `feedback_refused_at`: since when it wants not to be asked how an answer was."""

    id: UUID
    display_name: str | None
    language: str | None
    attributes: Mapping[str, Any]
    created_at: datetime
    feedback_refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A bounded exchange with a contact. `version` rises with every change of what is said or of the state."""

    id: UUID
    contact_id: UUID
    channel: str
    state: ConversationState
    version: int
    message_count: int
    started_at: datetime
    last_message_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance. `position` counts from 1 in its conversation: the order of arrival.

    `author`: contact, understudy, or operator:<name>. `at`: when it was stored; `sent_at`: when its sender says.
    `in_reply_to`: the message that the ladder answered with this one.
    """

    id: UUID
    conversation_id: UUID
    contact_id: UUID
    position: int
    direction: Direction
    author: str
    channel: str
    modality: str
    text: str
    external_id: str | None
    at: datetime
    sent_at: datetime | None
    in_reply_to: UUID | None
    awaits_reply: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """The turn to answer one message: nobody else answers in its conversation until it is given back or runs out."""

    conversation_id: UUID
    message_id: UUID
    owner: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """A stored message with what is needed to answer it.

    Without a lease there is nothing to answer: `earlier_reply` is what was answered before, None when it was left to a
    person. `history`: said before, oldest first. The counts are of this contact's inbound messages, up to 1,000.
    """

    message: Message
    conversation: Conversation
    contact: Contact
    lease: Lease | None
    earlier_reply: Message | None
    history: tuple[Message, ...]
    is_replay: bool
    messages_last_minute: int
    messages_last_day: int


@dataclass(frozen=True, slots=True)
class NewEscalation:
    """Why a person is needed, and what was collected for them."""

    kind: EscalationKind
    reason: str
    summary: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A hand-over as operators see it."""

    id: UUID
    conversation_id: UUID
    contact_id: UUID
    message_id: UUID | None
    kind: EscalationKind
    reason: str
    summary: str
    fields: Mapping[str, Any]
    state: EscalationState
    version: int
    created_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    closed_at: datetime | None
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with everything in it; messages in order."""

    conversation: Conversation
    contact: Contact
    messages: tuple[Message, ...]
    escalations: tuple[Escalation, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations to list; None: any."""

    state: ConversationState | None = None
    contact_id: UUID | None = None
    channel: Channel | None = None
