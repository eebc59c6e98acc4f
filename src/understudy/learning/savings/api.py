"""JSON routes of what learning saved and cost."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.kit.clock import Clock
from understudy.learning.savings.domain import BillMonth, Grouping, SavingLine, months_of
from understudy.learning.savings.service import Savings

Reader = Annotated[Principal, caller(Permission.SUGGESTION_READ)]
Since = Annotated[date | None, Query(description="A day of the first month; without it, the six up to `until`.")]
Until = Annotated[date | None, Query(description="A day of the last month (UTC); without it, this month.")]


class SavingLineView(BaseModel):
    """The savings of one group, in micro-dollars."""

    key: str = Field(examples=["2026-11"], description="Suggestion, template, or month.")
    calls: int = Field(description="Messages that were answered free by what was learnt.")
    right: int
    wrong: int
    saved_micros: int
    cost_micros: int = Field(description="What making suggestions cost; by month, all that learning cost.")
    net_micros: int

    @classmethod
    def of(cls, line: SavingLine) -> SavingLineView:
        """The view of a line."""
        return cls.model_validate(line, from_attributes=True)


class BillView(BaseModel):
    """One month's bill, in micro-dollars."""

    month: date
    spent_micros: int = Field(description="Spent on answers.")
    learning_micros: int
    saved_micros: int = Field(description="Saved by what was learnt.")
    with_micros: int = Field(description="What was paid, learning included.")
    without_micros: int = Field(description="What would have been paid had nothing been learnt.")

    @classmethod
    def of(cls, month: BillMonth) -> BillView:
        """The view of a month."""
        return cls.model_validate(month, from_attributes=True)


class SavingsView(BaseModel):
    """What learning saved and cost over a range of months."""

    since: date
    until: date
    by: Grouping
    lines: list[SavingLineView]
    bill: list[BillView]


def savings_routes(savings: Savings, clock: Clock) -> APIRouter:
    """The savings of the caller's company."""
    router = APIRouter(prefix="/v1/savings", tags=["learning"])

    @router.get("")
    async def show_savings(
        principal: Reader,
        since: Since = None,
        until: Until = None,
        by: Annotated[Grouping, Query(description="What it is summed by.")] = Grouping.MONTH,
    ) -> SavingsView:
        """Shows what learning saved and cost, and the bill with it and without it."""
        months = months_of(since, until, clock())
        table = await savings.table(principal.company, months, by=by)
        bill = await savings.bill(principal.company, months)
        return SavingsView(
            since=months.since,
            until=months.until,
            by=by,
            lines=[SavingLineView.of(line) for line in table],
            bill=[BillView.of(month) for month in bill],
        )

    return router
