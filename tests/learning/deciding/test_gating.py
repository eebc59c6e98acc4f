"""Suggestions replayed before anybody sees them, and put where they belong."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.learning.deciding.test_service import approve, newest, texts
from tests.learning.suggesting import GOOD, Loop, examples, harmful, suggest
from tests.seeding import BANK, Seeded
from understudy.infra.system import utc_now
from understudy.learning.deciding.domain import Choice
from understudy.learning.domain import Issue, Status
from understudy.learning.editing import Edit, ScenarioEdit
from understudy.wiring.product import Product


async def test_gating_puts_each_where_it_belongs(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    company_id = seeded.company.id
    good = await suggest(product, company_id, examples(template_id, "is it on its way"), status=Status.COLLECTING)
    thin = await suggest(
        product, company_id, examples(template_id, "one asked so"), status=Status.COLLECTING, confidence=0.75
    )
    there = await suggest(
        product, company_id, examples(template_id, "my new card has not come"), status=Status.COLLECTING
    )
    taken = await suggest(product, company_id, examples(template_id, "my card was stolen"), status=Status.COLLECTING)
    assert await loop.services.gating.enqueue_due(product.jobs) == 1
    assert await loop.services.gating.examine_due(company_id) == 3
    stands = {
        one: (await loop.services.deciding.show(company_id, one)).suggestion for one in (good, thin, there, taken)
    }
    assert {one: found.status for one, found in stands.items()} == {
        good: Status.PENDING,
        thin: Status.COLLECTING,
        there: Status.EXPIRED,
        taken: Status.HELD,
    }
    assert stands[taken].held_because == "“my card was stolen” belongs to the scenario lost_card already"
    assert stands[good].priority == pytest.approx(GOOD.saving_micros * 0.9)
    assert await loop.services.gating.examine_due(company_id) == 0


async def test_more_evidence_brings_a_new_replay_after_a_while(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    company_id = seeded.company.id
    one = await suggest(product, company_id, examples(template_id, "is it on its way"), status=Status.COLLECTING)
    loop.replays.finds = harmful()
    assert (await loop.services.gating.examine(company_id, one)).status is Status.HELD
    grown = "UPDATE suggestion SET updated_at = %s, backtest = jsonb_set(backtest, '{at}', to_jsonb(%s::text))"
    async with product.database.transaction(company_id) as tx:
        await tx.raw.execute(grown, (utc_now(), (utc_now() - timedelta(hours=1)).isoformat()))
    loop.replays.finds = GOOD
    assert await loop.services.gating.examine_due(company_id) == 1
    found = (await loop.services.deciding.show(company_id, one)).suggestion
    assert (found.status, found.held_because) == (Status.PENDING, None)


async def test_a_company_that_does_not_learn_is_left_alone(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    await suggest(product, seeded.company.id, examples(template_id, "x"), status=Status.COLLECTING)
    await product.companies.change_settings(seeded.principal, seeded.company.id, {"learning": {"auto_learn": False}})
    assert await loop.services.gating.examine_due(seeded.company.id) == 0


async def test_a_decision_taken_during_the_replay_stands(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "is it on its way"))
    loop.replays.meanwhile = lambda: loop.services.deciding.reject(seeded.principal, [Choice(one)], "no")
    assert (await loop.services.gating.examine(seeded.company.id, one)).status is Status.REJECTED


async def test_merged_and_split_scenarios_count_as_one_in_the_replay(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    merge = Edit(
        template_id,
        scenarios=(ScenarioEdit("card_arrival", examples=("my card was stolen",)),),
        removed=("lost_card",),
    )
    one = await suggest(product, seeded.company.id, merge, issue=Issue.MERGE_SCENARIOS.value, status=Status.COLLECTING)
    assert (await loop.services.gating.examine(seeded.company.id, one)).status is Status.PENDING
    assert loop.replays.tried[0].same_as == {"scenario:Small bank/lost_card": "scenario:Small bank/card_arrival"}
    await approve(loop, seeded, one)
    assert (await newest(product, seeded.principal, template_id)).scenario("lost_card") is None
    await loop.services.deciding.revert(seeded.principal, Choice(one))
    after = await newest(product, seeded.principal, template_id)
    assert after.scenario("lost_card") == BANK.scenario("lost_card")
    assert texts(after) == texts(BANK)
