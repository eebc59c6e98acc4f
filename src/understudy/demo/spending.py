"""What the demo's messages cost, read from the ledger and the budgets like anybody would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.demo.answerer import Answerer
from understudy.infra.system import utc_now
from understudy.llm.domain import Pot
from understudy.llm.ledger.domain import Grouping, Span, Sums, UsageQuery
from understudy.wiring.product import Product

DAYS = 30


@dataclass(frozen=True, slots=True)
class PaidBy:
    """What one provider was asked in the demo, in this run and those before."""

    provider: str
    calls: int
    failed: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Who answers what the free rungs leave, in words; the calls by provider; the first company's month."""

    face: str
    is_scripted: bool
    providers: tuple[PaidBy, ...]
    cap_micros: int
    left_micros: int


async def spent(product: Product, slugs: Sequence[str], who: Answerer) -> Spent:
    """What these companies' messages cost so far."""
    sums: dict[str, Sums] = {}
    companies = [await product.companies.by_slug(slug) for slug in slugs]
    for company in companies:
        wanted = UsageQuery(Span.last(DAYS, utc_now()), company.id)
        for line in (await product.paid.usage.table(wanted, by=Grouping.PROVIDER)).lines:
            sums[line.key] = sums.get(line.key, Sums()) + line.sums
    cap, left = await _budget(product, companies[0].id)
    return Spent(
        face=who.face,
        is_scripted=who.is_scripted,
        providers=tuple(
            PaidBy(name, one.calls, one.calls - one.succeeded, one.cost_micros) for name, one in sorted(sums.items())
        ),
        cap_micros=cap,
        left_micros=left,
    )


async def _budget(product: Product, company_id: UUID) -> tuple[int, int]:
    """Cap and rest of the month's budget for answering."""
    pots = {one.pot: one.status.window for one in await product.budgets.of(company_id)}
    return pots[Pot.ANSWERING].cap_micros, pots[Pot.ANSWERING].left_micros
