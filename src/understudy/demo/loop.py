"""One turn of the learning loop at once, with approvals by a stated policy: for the demo and for benchmarks.

In an installation workers take these steps every half minute, and a person approves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from understudy.companies.domain import Principal
from understudy.learning.deciding.domain import Choice, SuggestionQuery
from understudy.learning.deciding.gating import policy_of, prior_of
from understudy.learning.domain import Status, Suggestion
from understudy.learning.gate import is_ripe
from understudy.wiring.product import Product

POLICY = "whatever the gate shows is approved, as it is"
MOST = 100
"""Suggestions that are looked at and approved together."""
WAITING = (Status.COLLECTING, Status.HELD)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn came to: rescues looked at, suggestions replayed, and of those held back and applied."""

    rescues: int
    replayed: int
    held: int
    applied: int


async def turn(product: Product, principal: Principal) -> Turn:
    """Rescues become suggestions, those are replayed, what is shown is approved; the heads are fitted at the end."""
    makers, deciding, company_id = product.learning.makers, product.learning.deciding, principal.company
    await makers.capture.run()
    rescues = await makers.making.run()
    policy = policy_of(await product.companies.show(company_id))
    ripe = [one for one in await _listed(product, company_id, WAITING) if is_ripe(prior_of(one), policy)]
    for one in ripe:
        await deciding.gating.examine(company_id, one.id)
    applied = await _approved(product, principal)
    await fitted(product, company_id)
    held = await _listed(product, company_id, (Status.HELD,))
    return Turn(rescues, len(ripe), len(held), applied)


async def _approved(product: Product, principal: Principal) -> int:
    """Approves what is shown: all at once, and what cannot go together one by one, what saves most first."""
    deciding = product.learning.deciding.deciding
    shown = await _listed(product, principal.company, (Status.PENDING,))
    if not shown:
        return 0
    came = list(await deciding.approve_many(principal, [Choice(one.id) for one in shown], POLICY))
    if len(shown) > 1:
        for one in await _listed(product, principal.company, (Status.PENDING,)):
            came += await deciding.approve_many(principal, [Choice(one.id)], POLICY)
    return sum(one.suggestion is not None and one.suggestion.status is Status.APPLIED for one in came)


async def fitted(product: Product, company_id: UUID) -> None:
    """Fits what the company follows and is not fitted yet, here and now, and lets it serve."""
    for follow in await product.templates.following.list(company_id):
        newest = follow.template.newest_version
        if not follow.is_fitted and newest is not None:
            await product.templates.heads.fit(follow.template.id, newest)
        product.templates.matchers.on_template_change(str(follow.template.id))
    product.templates.matchers.on_company_change(str(company_id))
    await product.templates.matchers.settle()


async def _listed(product: Product, company_id: UUID, statuses: tuple[Status, ...]) -> Sequence[Suggestion]:
    return await product.learning.deciding.deciding.list(company_id, SuggestionQuery(statuses, limit=MOST))
