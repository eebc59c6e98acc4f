"""The bill: what each rung cost and saved, day by day, as the page of money shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from understudy.answering.overview.domain import BillLine
from understudy.answering.overview.service import DecisionOverview
from understudy.companies.domain import Company
from understudy.companies.service import Companies
from understudy.console.appearance import LOOKS, PERSON, SILENT, Look, Tier, look_of
from understudy.console.figures.asking import Frame
from understudy.console.presenting import seen_as
from understudy.llm.domain import Pot
from understudy.llm.ledger.domain import Grouping, Span, Sums, UsageLine, UsageQuery, UsageTable
from understudy.llm.ledger.usage import Usage
from understudy.llm.money.overview import BudgetOverview, PotStatus

MOST_BUDGETS = 8
"""Budgets on the page of all companies: those that spent most; each takes two look-ups."""

LONGEST_BAR = 1.25
"""How far over the cap a bar goes on: enough to see that a forecast is over it."""


@dataclass(frozen=True, slots=True)
class BillRow:
    """What one rung answered, cost and saved; `share` of all messages."""

    look: Look
    count: int
    share: float
    cost_micros: int
    counterfactual_micros: int
    saved_micros: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the bill."""

    day: date
    count: int
    free: int
    cost_micros: int
    counterfactual_micros: int
    saved_micros: int


@dataclass(frozen=True, slots=True)
class BudgetBar:
    """One budget as a bar. Fractions are of the whole bar: the cap, or somewhat more where more is expected."""

    company_name: str
    company_slug: str
    pot: Pot
    month: str
    ends_at: datetime
    cap_micros: int
    spent_micros: int
    held_micros: int
    left_micros: int
    forecast_micros: int
    spent: float
    held: float
    forecast: float
    cap: float

    @property
    def is_over(self) -> bool:
        """Whether more will be wanted than there is, as things go."""
        return self.forecast_micros > self.cap_micros

    @property
    def share(self) -> float:
        """The share of the cap that is spent."""
        return self.spent_micros / self.cap_micros if self.cap_micros else float(self.spent_micros > 0)


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The page of money."""

    frame: Frame
    rows: tuple[BillRow, ...]
    total: BillRow
    days: tuple[DayRow, ...]
    free_share: float
    budgets: tuple[BudgetBar, ...]
    is_partial: bool
    models: tuple[UsageLine, ...]
    used: Sums


@dataclass(frozen=True, slots=True)
class MoneySources:
    """The services that the page reads from."""

    companies: Companies
    decisions: DecisionOverview
    usage: Usage
    budgets: BudgetOverview


class MoneyReading:
    """Gathers the page of money."""

    def __init__(self, *, sources: MoneySources) -> None:
        self._from = sources

    async def view(self, frame: Frame) -> MoneyView:
        """The page."""
        company_id = frame.company.id if frame.company else None
        span = frame.span
        lines = await self._from.decisions.bill(since=span.start, until=span.end, company_id=company_id)
        models = await self._from.usage.table(UsageQuery(span, company_id), by=Grouping.MODEL)
        rows = tuple(bill_rows(lines))
        chosen = [frame.company] if frame.company else await self._spenders(span)
        return MoneyView(
            frame=frame,
            rows=rows,
            total=bill_total(rows),
            days=tuple(day_rows(lines, span)),
            free_share=sum(row.share for row in rows if row.look.tier is Tier.FREE),
            budgets=tuple([bar for company in chosen for bar in await self._bars(company, frame)]),
            is_partial=frame.company is None and len(chosen) < len(frame.companies),
            models=models.lines,
            used=models.total,
        )

    async def _spenders(self, span: Span) -> list[Company]:
        table: UsageTable = await self._from.usage.table(UsageQuery(span), by=Grouping.COMPANY)
        found = [await self._from.companies.cache.get(UUID(line.key)) for line in table.lines[: MOST_BUDGETS * 2]]
        return [company for company in found if company.archived_at is None][:MOST_BUDGETS]

    async def _bars(self, company: Company, frame: Frame) -> list[BudgetBar]:
        pots = await self._from.budgets.of(company.id)
        return [bar(company, one) for one in pots if frame.company or one.pot is Pot.ANSWERING]


def bill_rows(lines: Sequence[BillLine]) -> Iterator[BillRow]:
    """The bill by look, from the foot of the ladder up."""
    whole = sum(line.count for line in lines)
    for look in (*LOOKS, PERSON, SILENT):
        own = [line for line in lines if seen_as(line.outcome, line.rung).name == look.name]
        if own:
            count = sum(line.count for line in own)
            yield BillRow(look, count, count / whole, *_sums(own))


def bill_total(rows: Sequence[BillRow]) -> BillRow:
    """All rows together."""
    return BillRow(
        SILENT,
        sum(row.count for row in rows),
        1.0,
        sum(row.cost_micros for row in rows),
        sum(row.counterfactual_micros for row in rows),
        sum(row.saved_micros for row in rows),
    )


def day_rows(lines: Sequence[BillLine], span: Span) -> Iterator[DayRow]:
    """Every day of the range, also those on which nothing was asked."""
    by_day: dict[date, list[BillLine]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    for number in range(span.days):
        day = span.since + timedelta(days=number)
        own = by_day.get(day, [])
        free = sum(line.count for line in own if look_of(seen_as(line.outcome, line.rung).name).tier is Tier.FREE)
        yield DayRow(day, sum(line.count for line in own), free, *_sums(own))


def bar(company: Company, one: PotStatus) -> BudgetBar:
    """A budget as a bar."""
    window, forecast = one.status.window, one.status.forecast_micros
    used, most = window.spent_micros + window.held_micros, round(window.cap_micros * LONGEST_BAR)
    whole = max(window.cap_micros, used, min(forecast, most), 1)
    return BudgetBar(
        company_name=company.name,
        company_slug=company.slug,
        pot=one.pot,
        month=window.month,
        ends_at=one.status.ends_at,
        cap_micros=window.cap_micros,
        spent_micros=window.spent_micros,
        held_micros=window.held_micros,
        left_micros=window.left_micros,
        forecast_micros=forecast,
        spent=window.spent_micros / whole,
        held=window.held_micros / whole,
        forecast=min(1.0, forecast / whole),
        cap=window.cap_micros / whole,
    )


def _sums(lines: Sequence[BillLine]) -> tuple[int, int, int]:
    return (
        sum(line.cost_micros for line in lines),
        sum(line.counterfactual_micros for line in lines),
        sum(line.saved_micros for line in lines),
    )
