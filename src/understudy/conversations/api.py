"""JSON routes of conversations, escalations and contacts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Channel, ConversationState, EscalationState, Filter
from understudy.conversations.handover import Handover, OperatorReply
from understudy.conversations.inbound import MAX_EXTERNAL_ID
from understudy.conversations.people import Contacts
from understudy.conversations.service import Conversations
from understudy.conversations.views import (
    ContactView,
    ConversationPage,
    ConversationView,
    EscalationPage,
    EscalationView,
    ExportView,
    MessageView,
    MoveBody,
    ReplyBody,
    ResolutionBody,
    ThreadView,
)

Reader = Annotated[Principal, caller(Permission.CONVERSATION_READ)]
Replier = Annotated[Principal, caller(Permission.CONVERSATION_REPLY)]
Exporter = Annotated[Principal, caller(Permission.CONTACT_EXPORT)]
Eraser = Annotated[Principal, caller(Permission.CONTACT_ERASE)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Before = Annotated[UUID | None, Query(description="The `next` of the page before.")]
IdempotencyKey = Annotated[
    str | None,
    Header(max_length=MAX_EXTERNAL_ID, description="The same key again gives back the first reply.", examples=["r-17"]),
]


def conversation_routes(conversations: Conversations, handover: Handover) -> APIRouter:
    """Conversations, read and answered by people."""
    router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

    @router.get("")
    async def list_conversations(
        principal: Reader,
        state: ConversationState | None = None,
        contact_id: UUID | None = None,
        channel: Channel | None = None,
        before: Before = None,
        limit: Limit = 50,
    ) -> ConversationPage:
        """Lists conversations, the one begun last first."""
        found = await conversations.list(
            company_id=principal.company, where=Filter(state, contact_id, channel), before=before, limit=limit
        )
        return ConversationPage(
            items=[ConversationView.of(conversation) for conversation in found],
            next=found[-1].id if len(found) == limit else None,
        )

    @router.get("/{conversation_id}")
    async def show_conversation(principal: Reader, conversation_id: UUID) -> ThreadView:
        """Shows a conversation with its contact, messages and escalations."""
        return ThreadView.of(await conversations.read(company_id=principal.company, conversation_id=conversation_id))

    @router.post("/{conversation_id}/reply", status_code=201)
    async def reply_as_person(
        principal: Replier, conversation_id: UUID, body: ReplyBody, idempotency_key: IdempotencyKey = None
    ) -> MessageView:
        """Answers as a person; from then on the ladder is silent until the conversation is handed back."""
        given = OperatorReply(body.text, body.hand_back, body.external_id or idempotency_key, body.expected_version)
        return MessageView.of(await handover.reply(principal, conversation_id, given))

    @router.post("/{conversation_id}/take-over")
    async def take_over(principal: Replier, conversation_id: UUID, body: MoveBody | None = None) -> ConversationView:
        """Takes a conversation from the ladder; taking it twice is the same as once."""
        version = body.expected_version if body else None
        return ConversationView.of(await handover.take_over(principal, conversation_id, expected_version=version))

    @router.post("/{conversation_id}/hand-back")
    async def hand_back(principal: Replier, conversation_id: UUID, body: MoveBody | None = None) -> ConversationView:
        """Gives a conversation back to the ladder and closes its escalations."""
        version = body.expected_version if body else None
        return ConversationView.of(await handover.hand_back(principal, conversation_id, expected_version=version))

    @router.post("/{conversation_id}/close")
    async def close_conversation(
        principal: Replier, conversation_id: UUID, body: MoveBody | None = None
    ) -> ConversationView:
        """Ends a conversation; the contact's next message begins a new one."""
        version = body.expected_version if body else None
        return ConversationView.of(await handover.close(principal, conversation_id, expected_version=version))

    return router


def escalation_routes(handover: Handover) -> APIRouter:
    """Hand-overs to a person."""
    router = APIRouter(prefix="/v1/escalations", tags=["escalations"])

    @router.get("")
    async def list_escalations(
        principal: Reader, state: EscalationState | None = None, before: Before = None, limit: Limit = 50
    ) -> EscalationPage:
        """Lists escalations, newest first."""
        found = await handover.escalations(principal.company, state=state, before=before, limit=limit)
        return EscalationPage(
            items=[EscalationView.of(escalation) for escalation in found],
            next=found[-1].id if len(found) == limit else None,
        )

    @router.post("/{escalation_id}/take")
    async def take_escalation(principal: Replier, escalation_id: UUID, body: MoveBody | None = None) -> EscalationView:
        """Says that the caller sees to an escalation; refused with 409 when somebody else does."""
        version = body.expected_version if body else None
        return EscalationView.of(await handover.take(principal, escalation_id, expected_version=version))

    @router.post("/{escalation_id}/close")
    async def close_escalation(principal: Replier, escalation_id: UUID, body: ResolutionBody) -> EscalationView:
        """Closes an escalation with a note; the conversation stays as it is."""
        closed = await handover.resolve(
            principal, escalation_id, resolution=body.resolution, expected_version=body.expected_version
        )
        return EscalationView.of(closed)

    return router


def contact_routes(contacts: Contacts) -> APIRouter:
    """The people who write."""
    router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

    @router.get("/{contact_id}")
    async def show_contact(principal: Reader, contact_id: UUID) -> ContactView:
        """Shows a contact."""
        return ContactView.of(await contacts.show(principal.company, contact_id))

    @router.get("/{contact_id}/export")
    async def export_contact(principal: Exporter, contact_id: UUID) -> ExportView:
        """Gives everything kept about a contact, over every table."""
        return ExportView(contact_id=contact_id, tables=await contacts.export(principal, contact_id))

    @router.delete("/{contact_id}", status_code=204)
    async def erase_contact(principal: Eraser, contact_id: UUID) -> Response:
        """Erases a contact and everything kept about it, for good."""
        await contacts.erase(principal, contact_id)
        return Response(status_code=204)

    return router
