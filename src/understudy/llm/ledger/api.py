"""JSON routes of usage: sums, single calls, and the budget."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.kit.clock import Clock
from understudy.llm.domain import Fault, Purpose, Tier
from understudy.llm.ledger.domain import (
    MOST_CALLS,
    Call,
    CallQuery,
    Grouping,
    Span,
    Sums,
    UsageQuery,
    UsageTable,
    span_of,
)
from understudy.llm.ledger.usage import Usage

Reader = Annotated[Principal, caller(Permission.USAGE_READ)]
Since = Annotated[date | None, Query(description="First day (UTC); without it, the 30 days up to `until`.")]
Until = Annotated[date | None, Query(description="Last day (UTC); without it, today.")]
ProviderName = Annotated[str | None, Query(max_length=40, description="Only calls to this provider.")]
ModelName = Annotated[str | None, Query(max_length=120, description="Only calls of this model.")]
OfPurpose = Annotated[Purpose | None, Query(description="Only calls for this purpose.")]
Limit = Annotated[int, Query(ge=1, le=MOST_CALLS, description="How many at most.")]


class SumsView(BaseModel):
    """What calls came to. Money in micro-dollars; input tokens hold the cached ones."""

    calls: int = Field(examples=[412])
    succeeded: int = Field(examples=[409])
    failovers: int = Field(examples=[3], description="Calls made because another provider failed.")
    input_tokens: int = Field(examples=[603_112])
    output_tokens: int = Field(examples=[51_240])
    cached_tokens: int = Field(examples=[380_900])
    cost_micros: int = Field(examples=[80_807])

    @classmethod
    def of(cls, sums: Sums) -> SumsView:
        """The view of sums."""
        return cls.model_validate(sums, from_attributes=True)


class UsageLineView(SumsView):
    """The sums of one group."""

    key: str = Field(examples=["2026-11-20"], description="Day, provider, provider/model, or purpose.")


class UsageView(BaseModel):
    """Usage by group over a range of days."""

    since: date
    until: date
    by: Grouping
    lines: list[UsageLineView]
    total: SumsView

    @classmethod
    def of(cls, table: UsageTable, span: Span) -> UsageView:
        """The view of a table."""
        lines = [UsageLineView(key=line.key, **SumsView.of(line.sums).model_dump()) for line in table.lines]
        return cls(since=span.since, until=span.until, by=table.grouping, lines=lines, total=SumsView.of(table.total))


class CallView(BaseModel):
    """One call to a provider. Nothing that was said is kept."""

    id: UUID
    at: datetime
    message_id: UUID | None
    purpose: Purpose
    provider: str = Field(examples=["openai"])
    model: str = Field(examples=["gpt-4o-mini"])
    tier: Tier | None
    complexity: float | None
    route_reason: str = Field(examples=["complexity 0.35"])
    attempt: int
    failover_from: str | None
    prompt_version: str | None
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    cost_micros: int
    latency_ms: int
    first_token_ms: int | None
    fault: Fault | None = Field(description="How it failed; null: it succeeded.")

    @classmethod
    def of(cls, call: Call) -> CallView:
        """The view of a call."""
        return cls.model_validate(call, from_attributes=True)


class CallPage(BaseModel):
    """A page of calls; `next` goes into `before` for the following one."""

    items: list[CallView]
    next: UUID | None


def usage_routes(usage: Usage, clock: Clock) -> APIRouter:
    """The usage of the caller's company."""
    router = APIRouter(prefix="/v1/usage", tags=["usage"])

    @router.get("")
    async def show_usage(
        principal: Reader,
        since: Since = None,
        until: Until = None,
        by: Annotated[Grouping, Query(description="What it is summed by.")] = Grouping.DAY,
        provider: ProviderName = None,
        model: ModelName = None,
        purpose: OfPurpose = None,
    ) -> UsageView:
        """Sums what paid calls used and cost."""
        span = span_of(since, until, now=clock())
        wanted = UsageQuery(span, principal.company, provider, model, purpose)
        return UsageView.of(await usage.table(wanted, by=by), span)

    @router.get("/calls")
    async def list_calls(
        principal: Reader,
        since: Since = None,
        until: Until = None,
        provider: ProviderName = None,
        model: ModelName = None,
        purpose: OfPurpose = None,
        message_id: Annotated[UUID | None, Query(description="Only calls for this message.")] = None,
        failed: Annotated[bool | None, Query(description="Only calls that failed, or that succeeded.")] = None,
        before: Annotated[UUID | None, Query(description="Go on below this call.")] = None,
        limit: Limit = 50,
    ) -> CallPage:
        """Lists calls, newest first."""
        span = span_of(since, until, now=clock()) if since or until else None
        found = await usage.calls(
            CallQuery(principal.company, span, provider, model, purpose, message_id, failed, before, limit)
        )
        return CallPage(items=[CallView.of(call) for call in found], next=found[-1].id if len(found) == limit else None)

    return router
