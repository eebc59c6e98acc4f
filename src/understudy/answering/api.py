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
from understudy.answering.exchanges.views import ExchangeView, PromptView
from understudy.answering.paid import AnswerKind, EscalationReason, PaidTrace
from understudy.answering.service import Answering
from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.llm.bills import CallNote
from understudy.llm.domain import Fault, Tier
from understudy.templates.domain import Action

DecisionReader = Annotated[Principal, caller(Permission.DECISION_READ)]
PromptReader = Annotated[Principal, caller(Permission.PROMPT_READ)]
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


class CallView(BaseModel):
    """One call to a provider."""

    id: UUID
    model: str = Field(description="provider/model", examples=["openai/gpt-5-mini"])
    tier: Tier | None = Field(description="How strong a model was asked for.")
    why: str = Field(description="Why this one was asked.", examples=["complexity 0.35"])
    complexity: float | None
    attempt: int
    failover_from: str | None
    cost_micros: int = Field(description="Micro-dollars.")
    latency_ms: int
    fault: Fault | None = Field(description="How it failed; none when it answered.")

    @classmethod
    def of(cls, call: CallNote) -> CallView:
        """The view of a call."""
        route = call.route
        return cls(
            id=call.id,
            model=call.target,
            tier=route.tier,
            why=route.reason,
            complexity=route.complexity,
            attempt=route.attempt,
            failover_from=route.failover_from,
            cost_micros=call.cost_micros,
            latency_ms=call.latency_ms,
            fault=call.fault,
        )


class PaidView(BaseModel):
    """What the paid rung cost and came to."""

    kind: AnswerKind | None = Field(description="What the model came to; none when none answered.")
    rationale: str = Field(description="The model's own, personal data masked.")
    escalation: EscalationReason | None = Field(description="Why a person is needed.")
    sources: list[str] = Field(description="Keys of what a written answer rests on.")
    confidence_method: str = Field(description="How the score was found.")
    prompt_version: str | None = Field(examples=["0@1f2e3d4c"])
    tier: Tier | None
    from_cache: bool = Field(description="Whether the same question had been answered a moment before.")
    cost_micros: int = Field(description="All calls together, also those that failed, in micro-dollars.")
    calls: list[CallView]

    @classmethod
    def of(cls, paid: PaidTrace | None) -> PaidView | None:
        """The view of it, if anything was paid for."""
        if paid is None:
            return None
        return cls(
            kind=paid.kind,
            rationale=paid.rationale,
            escalation=paid.escalation,
            sources=list(paid.sources),
            confidence_method=paid.confidence_method,
            prompt_version=paid.prompt_version,
            tier=paid.tier,
            from_cache=paid.from_cache,
            cost_micros=paid.cost_micros,
            calls=[CallView.of(call) for call in paid.calls],
        )


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
    paid: PaidView | None = Field(description="What the paid rung paid for; none for free rungs.")
    in_scope: float | None = Field(
        description="Probability that the message is about anything this rung knows; none where it cannot tell."
    )

    @classmethod
    def of(cls, trace: RungTrace) -> RungView:
        """The view of a trace."""
        names = (name for name in cls.model_fields if name not in {"best", "second", "paid"})
        return cls(
            **{name: getattr(trace, name) for name in names},
            best=CandidateView.of(trace.best),
            second=CandidateView.of(trace.second),
            paid=PaidView.of(trace.paid),
        )


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

    @router.get("/{decision_id}/prompt")
    async def show_decision_prompt(principal: PromptReader, decision_id: UUID) -> PromptView:
        """Shows what a model was told for this decision and what it answered, personal data masked."""
        said = await answering.exchanges(principal.company, decision_id)
        return PromptView(decision_id=decision_id, exchanges=[ExchangeView.of(one) for one in said])

    return router
