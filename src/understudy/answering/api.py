"""JSON routes of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from understudy.answering.domain import (
    Candidate,
    Decision,
    DecisionQuery,
    FallbackKind,
    Outcome,
    RungName,
    RungTrace,
    Verdict,
)
from understudy.answering.service import Answering
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.templates.domain import Action

DecisionReader = Annotated[Principal, caller(Permission.DECISION_READ)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class CandidateView(BaseModel):
    """What a rung would have answered with."""

    key: str = Field(examples=["scenario:Retail bank/card_arrival"])
    title: str
    confidence: float
    matched: str = Field(description="The trigger, question or example that matched.")

    @classmethod
    def of(cls, candidate: Candidate | None) -> CandidateView | None:
        """The view of a candidate, if there is one."""
        return cls.model_validate(candidate, from_attributes=True) if candidate else None


class RungView(BaseModel):
    """What one rung said."""

    rung: RungName
    verdict: Verdict
    version: str | None = Field(description="Version of what the rung used.", examples=["Retail bank@3"])
    score: float | None = Field(description="Confidence of the best candidate.")
    threshold: float | None
    best: CandidateView | None
    second: CandidateView | None
    latency_us: int = Field(description="Microseconds.")
    reason: str | None = Field(description="Why it passed, abstained or was skipped.", examples=["ambiguous"])
    error: str | None = Field(description="Class name of what it raised.")

    @classmethod
    def of(cls, trace: RungTrace) -> RungView:
        """The view of a trace."""
        return cls.model_validate(trace, from_attributes=True)


class OptionView(BaseModel):
    """One of the things that were offered."""

    key: str
    title: str


class DecisionView(BaseModel):
    """How an answer came about: what every rung said, what it cost, what was sent."""

    id: UUID
    decided_at: datetime
    message_id: UUID
    conversation_id: UUID
    contact_id: UUID
    reply_id: UUID | None
    outcome: Outcome
    rung: RungName | None = Field(description="The rung that answered; none when nothing was sent.")
    confidence: float | None
    path: str = Field(examples=["rules 0.42 < semantic 0.55 < fallback"])
    answered_by: str | None = Field(examples=["scenario:Retail bank/card_arrival"])
    action: Action
    fallback_kind: FallbackKind | None
    offered: list[OptionView] = Field(description="What the reply offered to choose from.")
    notices: list[str]
    rungs: list[RungView] = Field(description="In the order they were climbed, up to the one that answered.")
    cost_micros: int = Field(description="Micro-dollars.")
    counterfactual_micros: int = Field(description="What the paid rung would have cost, in micro-dollars.")
    counterfactual_method: str
    saved_micros: int
    experiment_arms: dict[str, str]
    language: str
    sentiment: float | None = Field(description="From -1 to 1; none where it cannot be told.")
    urgency: str
    is_vip: bool
    min_confidence: float | None = Field(description="What the caller asked for; it only tightens.")
    settings_version: int
    latency_us: int = Field(description="From the start of the answer to its record, in microseconds.")

    @classmethod
    def of(cls, decision: Decision) -> DecisionView:
        """The view of a decision."""
        choice, spending, circumstances = decision.choice, decision.spending, decision.circumstances
        return cls(
            id=decision.id,
            decided_at=decision.decided_at,
            message_id=decision.about.message_id,
            conversation_id=decision.about.conversation_id,
            contact_id=decision.about.contact_id,
            reply_id=decision.about.reply_id,
            outcome=choice.outcome,
            rung=choice.rung,
            confidence=choice.confidence,
            path=choice.path,
            answered_by=choice.answered_by,
            action=choice.action,
            fallback_kind=choice.fallback_kind,
            offered=[OptionView(key=o.key, title=o.title) for o in choice.offer.options] if choice.offer else [],
            notices=list(choice.notices),
            rungs=[RungView.of(trace) for trace in decision.rungs],
            cost_micros=spending.cost_micros,
            counterfactual_micros=spending.counterfactual_micros,
            counterfactual_method=spending.method,
            saved_micros=spending.saved_micros,
            experiment_arms=dict(circumstances.experiment_arms),
            language=decision.hearing.language,
            sentiment=decision.hearing.sentiment,
            urgency=decision.hearing.urgency,
            is_vip=circumstances.is_vip,
            min_confidence=circumstances.min_confidence,
            settings_version=circumstances.settings_version,
            latency_us=decision.latency_us,
        )


class DecisionPage(BaseModel):
    """A page of decisions; `next` goes into `before` for the following one."""

    items: list[DecisionView]
    next: UUID | None


def decision_routes(answering: Answering) -> APIRouter:
    """The decisions of the caller's company."""
    router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

    @router.get("")
    async def list_decisions(
        principal: DecisionReader,
        before: Annotated[UUID | None, Query(description="Go on below this decision.")] = None,
        rung: Annotated[RungName | None, Query(description="Only those that this rung answered.")] = None,
        outcome: Annotated[Outcome | None, Query(description="Only those with this outcome.")] = None,
        conversation_id: Annotated[UUID | None, Query(description="Only those of this conversation.")] = None,
        contact_id: Annotated[UUID | None, Query(description="Only those of this contact.")] = None,
        limit: Limit = 50,
    ) -> DecisionPage:
        """Lists how answers came about, newest first."""
        query = DecisionQuery(before, limit, rung, outcome, conversation_id, contact_id)
        found = await answering.decisions(principal.company, query)
        return DecisionPage(
            items=[DecisionView.of(decision) for decision in found],
            next=found[-1].id if len(found) == limit else None,
        )

    @router.get("/{decision_id}")
    async def show_decision(principal: DecisionReader, decision_id: UUID) -> DecisionView:
        """Shows how one answer came about."""
        return DecisionView.of(await answering.decision(principal.company, decision_id))

    return router
