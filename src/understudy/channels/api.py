"""The JSON way in: a message in, its reply out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from understudy.answering.decision.case import Wish
from understudy.answering.domain import Outcome, RungName
from understudy.channels.service import Channels, Taken
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Channel, ContactRef, ConversationState, IdentityKind, Inbound, Modality
from understudy.kit.ids import NewId
from understudy.templates.rendering import Form

Sender = Annotated[Principal, caller(Permission.MESSAGE_SEND)]


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ContactBody(Body):
    """Who writes, as you know them. The same kind and value are the same contact."""

    kind: IdentityKind = Field(IdentityKind.EXTERNAL, description="What `value` is.")
    value: str = Field(max_length=200, examples=["customer-4711"])
    display_name: str | None = Field(None, max_length=120, examples=["Ann Lee"])
    language: str | None = Field(None, description="Preferred language, two letters.", examples=["en"])
    attributes: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        description="What you know about them; `lifetime_value` in dollars makes VIPs.",
        examples=[{"lifetime_value": 1200}],
    )


class NewMessage(Body):
    """A contact's message."""

    text: str = Field(description="What the contact wrote.", examples=["Where is my card?"])
    contact: ContactBody
    external_id: str | None = Field(
        None,
        description="Your id of the message: sending it again gives back the same reply. Left out, one is made.",
        examples=["msg-1"],
    )
    conversation_id: UUID | None = Field(None, description="Left out: the contact's newest conversation, or a new one.")
    sent_at: AwareDatetime | None = Field(None, description="When the contact wrote it, with its offset.")
    modality: Modality = Field(Modality.TEXT, description="How it was uttered; voice gets the short form of replies.")
    form: Form | None = Field(None, description="The form of the reply; left out: as the modality asks for.")
    min_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="What every rung must reach for this message. It only tightens: where it lies below a threshold "
        "of the company, that threshold holds.",
    )

    def inbound(self, external_id: str) -> Inbound:
        """The message as conversations take it."""
        contact = self.contact
        return Inbound(
            channel=Channel.API,
            external_id=external_id,
            contact=ContactRef(contact.kind, contact.value, contact.display_name, contact.language, contact.attributes),
            text=self.text,
            sent_at=self.sent_at,
            conversation_id=self.conversation_id,
            modality=self.modality,
        )


class AnswerView(BaseModel):
    """What came of a message."""

    message_id: UUID
    external_id: str = Field(description="Yours, or the one that was made.")
    conversation_id: UUID
    contact_id: UUID
    conversation_state: ConversationState = Field(description="waiting_for_person: a person answers from here on.")
    is_replay: bool = Field(description="Whether this message had come in before; the reply is the first one.")
    reply: str | None = Field(description="What was answered; none when nothing was sent.")
    reply_id: UUID | None
    outcome: Outcome | None
    rung: RungName | None = Field(description="The rung that answered.")
    answered_by: str | None = Field(
        description="What the reply comes from: a scenario, a question, a fallback.",
        examples=["scenario:Retail bank/card_arrival"],
    )
    confidence: float | None
    path: str | None = Field(examples=["rules 0.42 < semantic 0.83"])
    notices: list[str] = Field(description="Notices in the reply.", examples=[["closed"]])
    decision_id: UUID | None
    cost_micros: int = Field(description="What it cost, in micro-dollars.")
    counterfactual_micros: int = Field(description="What the paid rung would have cost, in micro-dollars.")
    counterfactual_method: str | None
    saved_micros: int
    latency_us: int | None = Field(description="From the start of the answer to its record, in microseconds.")
    feedback_token: str | None = Field(
        description="With it the contact may say what it thinks of the reply, at /v1/public/feedback; for 30 days."
    )
    asks_feedback: bool = Field(description="Whether to ask the contact; false where it wants not to be asked.")

    @classmethod
    def of(cls, taken: Taken, external_id: str) -> AnswerView:
        """The view of a message taken."""
        message, answer, invitation = taken.message, taken.answer, taken.invitation
        decision = answer.decision
        choice = decision.choice if decision else None
        spending = decision.spending if decision else None
        return cls(
            message_id=message.id,
            external_id=external_id,
            conversation_id=message.conversation_id,
            contact_id=message.contact_id,
            conversation_state=answer.state,
            is_replay=taken.is_replay,
            reply=answer.reply.text if answer.reply else None,
            reply_id=answer.reply.id if answer.reply else None,
            outcome=choice.outcome if choice else None,
            rung=choice.rung if choice else None,
            answered_by=choice.answered_by if choice else None,
            confidence=choice.confidence if choice else None,
            path=choice.path if choice else None,
            notices=list(choice.notices) if choice else [],
            decision_id=decision.id if decision else None,
            cost_micros=spending.cost_micros if spending else 0,
            counterfactual_micros=spending.counterfactual_micros if spending else 0,
            counterfactual_method=spending.method if spending else None,
            saved_micros=spending.saved_micros if spending else 0,
            latency_us=decision.latency_us if decision else None,
            feedback_token=invitation.token if invitation else None,
            asks_feedback=invitation is not None and invitation.asks,
        )


HEADERS = {
    "x-understudy-rung": {"description": "The rung that answered, or none.", "schema": {"type": "string"}},
    "x-understudy-cost": {"description": "What it cost, in micro-dollars.", "schema": {"type": "integer"}},
    "x-understudy-saved": {"description": "What it saved, in micro-dollars.", "schema": {"type": "integer"}},
}


def message_routes(channels: Channels, new_id: NewId) -> APIRouter:
    """The way in for programs."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    @router.post("", responses={200: {"description": "What came of it.", "headers": HEADERS}})
    async def send_message(principal: Sender, body: NewMessage, response: Response) -> AnswerView:
        """Takes a contact's message and answers it, in the same request."""
        external_id = body.external_id if body.external_id is not None else str(new_id())
        wish = Wish(body.min_confidence, body.form)
        taken = await channels.take(principal.company, body.inbound(external_id), wish=wish)
        view = AnswerView.of(taken, external_id)
        response.headers["x-understudy-rung"] = view.rung or "none"
        response.headers["x-understudy-cost"] = str(view.cost_micros)
        response.headers["x-understudy-saved"] = str(view.saved_micros)
        return view

    return router
