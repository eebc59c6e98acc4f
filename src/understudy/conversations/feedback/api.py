"""JSON routes of feedback and corrections, and the open one where contacts say what they think."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.conversations.domain import Channel
from understudy.conversations.feedback.corrections import Corrections
from understudy.conversations.feedback.domain import (
    BEST,
    MAX_COMMENT,
    MAX_KEY,
    MAX_REASON,
    MAX_RIGHT_TEXT,
    WORST,
    Category,
    Correction,
    Given,
    NewCorrection,
    Opinion,
    OpinionQuery,
)
from understudy.conversations.feedback.service import Feedback
from understudy.conversations.feedback.tokens import TOKEN_CHARS

Reader = Annotated[Principal, caller(Permission.FEEDBACK_READ)]
Corrector = Annotated[Principal, caller(Permission.CORRECTION_MANAGE)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Before = Annotated[UUID | None, Query(description="The `next` of the page before.")]
KEY = "scenario:Retail bank/card_arrival"


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class FeedbackBody(Body):
    """What a contact thinks of a reply, in the place of what it said before; nothing at all takes that back."""

    token: str = Field(max_length=TOKEN_CHARS, description="The token that came with the reply.")
    is_helpful: bool | None = Field(None, description="Thumbs up or down.")
    rating: int | None = Field(None, ge=WORST, le=BEST, description="From 1 (worst) to 5 (best).")
    comment: str | None = Field(None, max_length=MAX_COMMENT, examples=["It came the next day."])
    may_ask: bool | None = Field(None, description="false: do not ask this contact again; true: it may be asked.")

    def given(self) -> Given:
        """The same as a value."""
        return Given(self.is_helpful, self.rating, self.comment)


class FeedbackTaken(BaseModel):
    """What is kept now."""

    is_kept: bool = Field(description="Whether there is an opinion of this reply now.")
    is_helpful: bool | None
    rating: int | None
    comment: str | None

    @classmethod
    def of(cls, opinion: Opinion | None) -> FeedbackTaken:
        """The view of what was kept."""
        given = opinion.given if opinion else Given()
        return cls(is_kept=opinion is not None, is_helpful=given.is_helpful, rating=given.rating, comment=given.comment)


class OpinionView(BaseModel):
    """What a contact thinks of a reply."""

    message_id: UUID = Field(description="The reply.")
    conversation_id: UUID
    contact_id: UUID
    channel: str = Field(examples=["webchat"])
    is_helpful: bool | None
    rating: int | None = Field(examples=[4])
    comment: str | None
    given_at: datetime
    changed_at: datetime
    changes: int = Field(description="How often the contact changed its mind.")

    @classmethod
    def of(cls, opinion: Opinion) -> OpinionView:
        """The view of an opinion."""
        return cls(
            message_id=opinion.message_id,
            conversation_id=opinion.conversation_id,
            contact_id=opinion.contact_id,
            channel=opinion.channel,
            is_helpful=opinion.given.is_helpful,
            rating=opinion.given.rating,
            comment=opinion.given.comment,
            given_at=opinion.given_at,
            changed_at=opinion.changed_at,
            changes=opinion.changes,
        )


class OpinionPage(BaseModel):
    """A page of opinions; `next` goes into `before` for the following one."""

    items: list[OpinionView]
    next: UUID | None


class CorrectionBody(Body):
    """A person's word on an answer."""

    is_right: bool = Field(description="Whether the answer was good as it was.")
    right_key: str | None = Field(None, max_length=MAX_KEY, description="What should have answered.", examples=[KEY])
    right_text: str | None = Field(None, max_length=MAX_RIGHT_TEXT, description="What should have been said.")
    reason: str = Field("", max_length=MAX_REASON, examples=["They ask about a card on its way, not about a lost one."])
    category: Category = Category.WRONG

    def said(self) -> NewCorrection:
        """The same as a value."""
        return NewCorrection(self.is_right, self.right_key, self.right_text, self.reason, self.category)


class CorrectionView(BaseModel):
    """A person's word on the answer to a contact's message."""

    message_id: UUID = Field(description="The contact's message.")
    contact_id: UUID
    is_right: bool
    right_key: str | None = Field(examples=[KEY])
    right_text: str | None
    reason: str
    category: Category
    corrected_by: str = Field(examples=["ann"])
    corrected_at: datetime

    @classmethod
    def of(cls, made: Correction) -> CorrectionView:
        """The view of a correction."""
        return cls(
            message_id=made.message_id,
            contact_id=made.contact_id,
            is_right=made.said.is_right,
            right_key=made.said.right_key,
            right_text=made.said.right_text,
            reason=made.said.reason,
            category=made.said.category,
            corrected_by=made.corrected_by,
            corrected_at=made.corrected_at,
        )


class CorrectionPage(BaseModel):
    """A page of corrections; `next` goes into `before` for the following one."""

    items: list[CorrectionView]
    next: UUID | None


def submission_routes(feedback: Feedback) -> APIRouter:
    """Where contacts say what they think: open to whoever holds a reply's token."""
    router = APIRouter(prefix="/v1/public/feedback", tags=["feedback"])

    @router.post("")
    async def submit_feedback(body: FeedbackBody) -> FeedbackTaken:
        """Takes what a contact thinks of a reply; needs no key, only the token that came with the reply."""
        return FeedbackTaken.of(await feedback.submit(body.token, body.given(), may_ask=body.may_ask))

    return router


def feedback_routes(feedback: Feedback) -> APIRouter:
    """What contacts think, for the company."""
    router = APIRouter(prefix="/v1/feedback", tags=["feedback"])

    @router.get("")
    async def list_feedback(
        principal: Reader,
        is_helpful: bool | None = None,
        channel: Channel | None = None,
        with_comment: Annotated[bool, Query(description="Only those with a comment.")] = False,
        before: Before = None,
        limit: Limit = 50,
    ) -> OpinionPage:
        """Lists what contacts think of replies, the newest reply first."""
        query = OpinionQuery(before, limit, is_helpful, channel, with_comment)
        found = await feedback.list(principal, query)
        return OpinionPage(
            items=[OpinionView.of(opinion) for opinion in found],
            next=found[-1].message_id if len(found) == limit else None,
        )

    return router


def correction_routes(corrections: Corrections) -> APIRouter:
    """What people say of answers."""
    router = APIRouter(prefix="/v1/corrections", tags=["feedback"])

    @router.get("")
    async def list_corrections(principal: Reader, before: Before = None, limit: Limit = 50) -> CorrectionPage:
        """Lists corrections, the newest message first."""
        found = await corrections.list(principal, before=before, limit=limit)
        return CorrectionPage(
            items=[CorrectionView.of(made) for made in found],
            next=found[-1].message_id if len(found) == limit else None,
        )

    @router.put("/{message_id}")
    async def correct_answer(principal: Corrector, message_id: UUID, body: CorrectionBody) -> CorrectionView:
        """Says of an answer that it was right, or what would have been; the last word counts.

        The message is the contact's, or the reply to it.
        """
        return CorrectionView.of(await corrections.correct(principal, message_id, body.said()))

    return router
