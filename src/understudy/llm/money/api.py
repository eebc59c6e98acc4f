"""The JSON route of budgets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from understudy.companies.authorization import caller
from understudy.companies.domain import Principal
from understudy.companies.permissions import Permission
from understudy.llm.domain import Pot
from understudy.llm.money.overview import BudgetOverview, PotStatus

Reader = Annotated[Principal, caller(Permission.USAGE_READ)]


class BudgetView(BaseModel):
    """How a budget stands in its month. Money in micro-dollars."""

    pot: Pot
    month: str = Field(examples=["2026-11"], description="A month of the company's time zone.")
    ends_at: datetime = Field(description="When the next month begins.")
    cap_micros: int = Field(examples=[200_000_000])
    spent_micros: int = Field(examples=[61_240_118])
    held_micros: int = Field(examples=[412], description="Set aside for calls under way.")
    left_micros: int = Field(examples=[138_759_470])
    forecast_micros: int = Field(examples=[92_400_000], description="Spent by the end of the month, as things go.")

    @classmethod
    def of(cls, one: PotStatus) -> BudgetView:
        """The view of a budget."""
        window, status = one.status.window, one.status
        return cls(
            pot=one.pot,
            month=window.month,
            ends_at=status.ends_at,
            cap_micros=window.cap_micros,
            spent_micros=window.spent_micros,
            held_micros=window.held_micros,
            left_micros=window.left_micros,
            forecast_micros=status.forecast_micros,
        )


class BudgetsView(BaseModel):
    """The budgets of a company."""

    items: list[BudgetView]


def budget_routes(budgets: BudgetOverview) -> APIRouter:
    """The budgets of the caller's company."""
    router = APIRouter(prefix="/v1/budget", tags=["usage"])

    @router.get("")
    async def show_budget(principal: Reader) -> BudgetsView:
        """Shows what is spent, held and left of the month's budgets, and where they are heading."""
        return BudgetsView(items=[BudgetView.of(one) for one in await budgets.of(principal.company)])

    return router
