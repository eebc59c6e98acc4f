"""Routes of questions and answers: the company's own, and those that its trade shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import MAX_SLUG, Principal
from understudy.companies.permissions import Permission
from understudy.templates.api.documents import (
    EXAMPLE_ID,
    MAX_INTEGER,
    After,
    Body,
    Limit,
    Number,
    ReplyDocument,
)
from understudy.templates.api.views import EditedView, edited
from understudy.templates.domain import QaEntry
from understudy.templates.questions.domain import NewQuestion
from understudy.templates.questions.own import Questions
from understudy.templates.questions.trade import TradeQuestions
from understudy.templates.records import KeptQuestion, TradeQuestion

Reader = Annotated[Principal, caller(Permission.TEMPLATE_READ)]
Editor = Annotated[Principal, caller(Permission.QA_EDIT)]
Curator = Annotated[Principal, caller(Permission.CONTENT_MANAGE)]
Revision = Annotated[int, Query(ge=1, le=MAX_INTEGER, description="The revision that the caller saw.")]
Trade = Annotated[str, Query(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=MAX_SLUG, examples=["banking"])]


class QuestionBody(Body):
    """A question, other ways to ask it, and its answer."""

    question: str = Field(examples=["What are your opening hours?"])
    variants: list[str] = Field(default_factory=list, max_length=500, examples=[["When are you open?"]])
    reply: ReplyDocument

    def value(self) -> NewQuestion:
        """The question."""
        return NewQuestion(self.question, self.reply.value(), tuple(self.variants))


class QuestionsBody(Body):
    """Questions to add, all or none."""

    questions: list[QuestionBody] = Field(min_length=1, max_length=500)


class ChangedQuestionBody(QuestionBody):
    """A question in its new words."""

    expected_revision: Number = Field(description="`edited.revision` as the caller saw it.", examples=[1])


class QuestionView(BaseModel):
    """A question with its answer."""

    id: UUID = Field(examples=[EXAMPLE_ID])
    question: str
    variants: list[str]
    reply: ReplyDocument
    edited: EditedView

    @classmethod
    def of(cls, kept: KeptQuestion) -> QuestionView:
        """The view of a question."""
        return cls(**_fields(kept.entry), edited=edited(kept.edited))


class QuestionPage(BaseModel):
    """A page of questions; `next` goes into `after` for the following one."""

    items: list[QuestionView]
    next: UUID | None


class TradeQuestionView(QuestionView):
    """A question that a trade shares; `override` is the company's own answer."""

    override: ReplyDocument | None
    is_hidden: bool

    @classmethod
    def answered(cls, shared: TradeQuestion) -> TradeQuestionView:
        """The view of a shared question."""
        return cls(
            **_fields(shared.entry),
            edited=edited(shared.edited),
            override=ReplyDocument.of(shared.override) if shared.override else None,
            is_hidden=shared.is_hidden,
        )


class TradeQuestionPage(BaseModel):
    """A page of shared questions; `next` goes into `after` for the following one."""

    items: list[TradeQuestionView]
    next: UUID | None

    @classmethod
    def of(cls, found: Sequence[TradeQuestion], limit: int) -> TradeQuestionPage:
        """A page of what was found."""
        items = [TradeQuestionView.answered(one) for one in found]
        return cls(items=items, next=found[-1].entry.id if len(found) == limit else None)


def _fields(entry: QaEntry) -> dict[str, Any]:
    reply = ReplyDocument.of(entry.reply)
    return {"id": entry.id, "question": entry.question, "variants": list(entry.variants), "reply": reply}


def qa_routes(questions: Questions) -> APIRouter:
    """The company's own questions and answers."""
    router = APIRouter(prefix="/v1/qa", tags=["questions"])

    @router.get("")
    async def list_questions(principal: Reader, after: After = None, limit: Limit = 50) -> QuestionPage:
        """Lists the company's questions, oldest first."""
        found = await questions.list(principal.company, after=after, limit=limit)
        items = [QuestionView.of(kept) for kept in found]
        return QuestionPage(items=items, next=found[-1].entry.id if len(found) == limit else None)

    @router.post("", status_code=201)
    async def add_questions(principal: Editor, body: QuestionsBody) -> list[QuestionView]:
        """Adds questions; they answer within a second."""
        kept = await questions.add(principal, [question.value() for question in body.questions])
        return [QuestionView.of(one) for one in kept]

    @router.get("/{entry_id}")
    async def show_question(principal: Reader, entry_id: UUID) -> QuestionView:
        """Shows a question."""
        return QuestionView.of(await questions.show(principal.company, entry_id))

    @router.put("/{entry_id}")
    async def change_question(principal: Editor, entry_id: UUID, body: ChangedQuestionBody) -> QuestionView:
        """Rewrites a question; 409 names who changed it meanwhile, and when."""
        revision = body.expected_revision
        return QuestionView.of(await questions.change(principal, entry_id, body.value(), expected_revision=revision))

    @router.delete("/{entry_id}", status_code=204)
    async def delete_question(principal: Editor, entry_id: UUID, expected_revision: Revision) -> Response:
        """Deletes a question."""
        await questions.delete(principal, entry_id, expected_revision=expected_revision)
        return Response(status_code=204)

    return router


def trade_qa_routes(trade_questions: TradeQuestions) -> APIRouter:
    """The questions of the company's trade, and its own answers to them."""
    router = APIRouter(prefix="/v1/trade-qa", tags=["questions"])

    @router.get("")
    async def list_trade_questions(principal: Reader, after: After = None, limit: Limit = 50) -> TradeQuestionPage:
        """Lists the questions of the company's trade, as the company answers them."""
        return TradeQuestionPage.of(await trade_questions.list(principal, after=after, limit=limit), limit)

    @router.get("/{entry_id}")
    async def show_trade_question(principal: Reader, entry_id: UUID) -> TradeQuestionView:
        """Shows a question of the company's trade."""
        return TradeQuestionView.answered(await trade_questions.show(principal, entry_id))

    @router.put("/{entry_id}/answer")
    async def override_answer(principal: Editor, entry_id: UUID, body: ReplyDocument) -> TradeQuestionView:
        """Answers a shared question in the company's own words."""
        return TradeQuestionView.answered(await trade_questions.override(principal, entry_id, body.value()))

    @router.post("/{entry_id}/hide")
    async def hide_trade_question(principal: Editor, entry_id: UUID) -> TradeQuestionView:
        """Answers a shared question no more."""
        return TradeQuestionView.answered(await trade_questions.hide(principal, entry_id))

    @router.delete("/{entry_id}/answer")
    async def reset_answer(principal: Editor, entry_id: UUID) -> TradeQuestionView:
        """Answers a shared question as the trade does again."""
        return TradeQuestionView.answered(await trade_questions.reset(principal, entry_id))

    return router


def trade_content_routes(trade_questions: TradeQuestions) -> APIRouter:
    """The questions that trades share, for the platform."""
    router = APIRouter(prefix="/v1/content/trade-qa", tags=["questions"])

    @router.get("")
    async def list_content_questions(
        principal: Curator, trade: Trade, after: After = None, limit: Limit = 50
    ) -> TradeQuestionPage:
        """Lists the questions that a trade shares."""
        found = await trade_questions.list(principal, trade=trade, after=after, limit=limit)
        return TradeQuestionPage.of(found, limit)

    @router.post("", status_code=201)
    async def add_content_questions(principal: Curator, trade: Trade, body: QuestionsBody) -> list[QuestionView]:
        """Adds questions to a trade; they answer for its companies within a second."""
        kept = await trade_questions.add(principal, trade, [question.value() for question in body.questions])
        return [QuestionView.of(one) for one in kept]

    @router.put("/{entry_id}")
    async def change_content_question(principal: Curator, entry_id: UUID, body: ChangedQuestionBody) -> QuestionView:
        """Rewrites a question for all companies of its trade."""
        revision = body.expected_revision
        kept = await trade_questions.change(principal, entry_id, body.value(), expected_revision=revision)
        return QuestionView.of(kept)

    @router.delete("/{entry_id}", status_code=204)
    async def delete_content_question(principal: Curator, entry_id: UUID, expected_revision: Revision) -> Response:
        """Deletes a question for all companies of its trade."""
        await trade_questions.delete(principal, entry_id, expected_revision=expected_revision)
        return Response(status_code=204)

    return router
