"""How a company's budgets stand, under the caps that its settings name now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from understudy.companies.service import Companies
from understudy.companies.settings import Profile
from understudy.llm.bills import Bill
from understudy.llm.domain import Pot
from understudy.llm.money.budget import Budget
from understudy.llm.money.domain import BudgetStatus
from understudy.llm.settings import BudgetSettings


@dataclass(frozen=True, slots=True)
class PotStatus:
    """One budget of a company and how it stands."""

    pot: Pot
    status: BudgetStatus


class BudgetOverview:
    """Reads budgets for those who look after them."""

    def __init__(self, *, budget: Budget, companies: Companies) -> None:
        self._budget = budget
        self._companies = companies

    async def of(self, company_id: UUID) -> tuple[PotStatus, ...]:
        """Every budget of the company; raises `CompanyNotFound`."""
        settings = (await self._companies.show(company_id)).settings
        zone, caps = settings.get(Profile).timezone, settings.get(BudgetSettings)
        bills = [Bill(company_id, zone, caps.cap_of(pot), pot) for pot in Pot]
        return tuple([PotStatus(bill.pot, await self._budget.status(bill)) for bill in bills])
