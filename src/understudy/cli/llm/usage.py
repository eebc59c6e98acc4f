"""understudy usage, understudy budget: what paid calls used and cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, out, print_json, print_table, run
from understudy.infra.system import utc_now
from understudy.kit.money import dollars
from understudy.llm.domain import Purpose
from understudy.llm.ledger.api import UsageView
from understudy.llm.ledger.domain import Grouping, Sums, UsageQuery, UsageTable, span_of
from understudy.llm.money.api import BudgetView
from understudy.llm.money.overview import PotStatus
from understudy.wiring.product import Product

DAY = ["%Y-%m-%d"]
Since = Annotated[datetime | None, typer.Option(formats=DAY, help="First day (UTC); else the 30 up to --until.")]
Until = Annotated[datetime | None, typer.Option(formats=DAY, help="Last day (UTC); else today.")]
COLUMNS = ("calls", "failed", "failovers", "input tokens", "cached", "output tokens", "cost")


def usage(
    company: Annotated[str, typer.Option("--company", "-c", help="Slug of the company; without it, all.")] = "",
    by: Annotated[Grouping, typer.Option(help="What it is summed by.")] = Grouping.DAY,
    since: Since = None,
    until: Until = None,
    provider: Annotated[str | None, typer.Option(help="Only calls to this provider.")] = None,
    model: Annotated[str | None, typer.Option(help="Only calls of this model.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="Only calls for this purpose.")] = None,
    as_json: Json = False,
) -> None:
    """Shows what paid calls used and cost."""

    async def work(product: Product) -> tuple[UsageQuery, UsageTable, dict[str, str]]:
        company_id = (await acting_for(product, company)).company if company else None
        span = span_of(_day(since), _day(until), now=utc_now())
        wanted = UsageQuery(span, company_id, provider, model, purpose)
        table = await product.paid.usage.table(wanted, by=by)
        names = {}
        if by is Grouping.COMPANY:
            names = {line.key: (await product.companies.cache.get(UUID(line.key))).slug for line in table.lines}
        return wanted, table, names

    wanted, table, names = run(work)
    if as_json:
        print_json(UsageView.of(table, wanted.span))
        return
    rows = [(names.get(line.key, line.key), *_cells(line.sums)) for line in table.lines]
    if len(rows) > 1:
        rows.append(("total", *_cells(table.total)))
    print_table([by.value, *COLUMNS], rows, empty=f"No paid call from {wanted.span.since} to {wanted.span.until}.")


def budget(company: CompanySlug, as_json: Json = False) -> None:
    """Shows what is spent, held and left of the month's budgets."""

    async def work(product: Product) -> tuple[PotStatus, ...]:
        return await product.budgets.of((await acting_for(product, company)).company)

    found = run(work)
    if as_json:
        print_json([BudgetView.of(one) for one in found])
        return
    rows = []
    for one in found:
        window = one.status.window
        amounts = (window.cap_micros, window.spent_micros, window.held_micros, window.left_micros)
        rows.append((one.pot, window.month, *map(dollars, amounts), dollars(one.status.forecast_micros)))
    print_table(["budget", "month", "cap", "spent", "held", "left", "forecast"], rows, empty="No budget.")
    out.print(f"[dim]The month ends on {found[0].status.ends_at:%Y-%m-%d %H:%M}Z.[/]", highlight=False)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _cells(sums: Sums) -> tuple[str, ...]:
    numbers = (sums.calls, sums.calls - sums.succeeded, sums.failovers)
    tokens = (sums.input_tokens, sums.cached_tokens, sums.output_tokens)
    return (*(f"{number:,}" for number in (*numbers, *tokens)), dollars(sums.cost_micros))
