"""understudy savings: what learning saved and cost, and the bill with it and without it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from understudy.cli.context import CompanySlug, Json, acting_for, print_json, print_table, run
from understudy.infra.system import utc_now
from understudy.kit.money import dollars
from understudy.learning.savings.api import BillView, SavingLineView
from understudy.learning.savings.domain import BillMonth, Grouping, SavingLine, months_of
from understudy.wiring.product import Product

MONTH = ["%Y-%m"]


def savings(
    company: CompanySlug,
    by: Annotated[Grouping, typer.Option(help="What it is summed by.")] = Grouping.MONTH,
    since: Annotated[
        datetime | None, typer.Option(formats=MONTH, help="First month; else the six up to --until.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=MONTH, help="Last month; else this one.")] = None,
    as_json: Json = False,
) -> None:
    """Shows what learning saved and cost, and the bill with it and without it."""
    months = months_of(since.date() if since else None, until.date() if until else None, utc_now())

    async def work(product: Product) -> tuple[tuple[SavingLine, ...], tuple[BillMonth, ...]]:
        company_id = (await acting_for(product, company)).company
        ledger = product.learning.deciding.savings
        return await ledger.table(company_id, months, by=by), await ledger.bill(company_id, months)

    table, bill = run(work)
    if as_json:
        print_json({"lines": [SavingLineView.of(one) for one in table], "bill": [BillView.of(one) for one in bill]})
        return
    rows = [
        (one.key, one.calls, one.right, one.wrong, *map(dollars, (one.saved_micros, one.cost_micros, one.net_micros)))
        for one in table
    ]
    print_table([by.value, "calls", "right", "wrong", "saved", "cost", "net"], rows, empty="Nothing was saved yet.")
    money = [
        (
            f"{one.month:%Y-%m}",
            *map(dollars, (one.spent_micros, one.learning_micros, one.with_micros, one.without_micros)),
        )
        for one in bill
    ]
    print_table(["month", "answers", "learning", "paid", "without learning"], money, empty="")
