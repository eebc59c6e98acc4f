"""Incident 26, learned poison: nothing that was learnt goes live by itself, and what does harm does not stay.

One contact never counts twice, for or against; what customers may not smuggle in, people may not either. Taken out
to see it fail: `is_confirmed` in `learning.gate`; `DISTINCT ON` in `learning.watch.store`; the refusals in `approve`.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.learning.deciding.conftest import loop as loop
from tests.learning.deciding.conftest import seeded as seeded
from tests.learning.deciding.conftest import template_id as template_id
from tests.learning.suggesting import Loop, examples, harmful, suggest
from tests.learning.watch.test_watch import apply, ask, track_of
from tests.seeding import Seeded
from understudy.evaluation.domain import Tally, Truth
from understudy.kit.errors import Conflict, Invalid
from understudy.learning import gate
from understudy.learning.deciding.domain import Approval, Choice
from understudy.learning.domain import Status
from understudy.wiring.product import Product


async def test_no_work_of_ours_ever_applies_a_suggestion(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    ids = [
        await suggest(product, seeded.company.id, examples(template_id, f"text {status}"), status=status)
        for status in (Status.COLLECTING, Status.PENDING, Status.HELD, Status.SAVED)
    ]
    for sweep in loop.services.sweeps:
        await sweep.run()
    for job in loop.services.job_kinds:
        await job.run(company_id=str(seeded.company.id))
    stands = [(await loop.services.deciding.show(seeded.company.id, one)).suggestion.status for one in ids]
    assert Status.APPLIED not in stands
    assert Status.APPROVED not in stands
    shelved = await product.templates.library.show(seeded.principal, template_id)
    assert shelved.newest_version == 1


async def test_what_spoils_a_confirmed_answer_is_held_back_with_its_reason(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    loop.replays.finds = harmful(Truth.GOLDEN)
    one = await suggest(product, seeded.company.id, examples(template_id, "lie"), status=Status.COLLECTING)
    held = await loop.services.gating.examine(seeded.company.id, one)
    assert held.status is Status.HELD
    assert held.backtest
    assert held.backtest.wrong
    with pytest.raises(Conflict):
        await loop.services.deciding.approve(seeded.principal, Approval(Choice(one)))


def test_a_lie_told_a_thousand_times_by_one_contact_makes_nothing_surer() -> None:
    """What its maker believed of one contact stays what it is, however much of their traffic the replay catches."""
    policy = gate.Policy(0.80, 0.85)
    verdict = gate.judge(0.75, gate.Replayed(Tally(messages=10_000, newly_caught=1_000)), policy)
    assert isinstance(verdict, gate.Collecting)


async def test_one_contact_cannot_have_a_good_answer_taken_down(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await apply(product, seeded, loop, template_id)
    for decision_id in await ask(product, seeded, 12, contact="saboteur"):
        loop.told.known[decision_id] = False
    assert await loop.services.watch.measure_all() == 0
    assert (await track_of(loop, seeded, one)).wrong == 1


async def test_an_approver_cannot_write_in_what_a_customer_could_not(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    one = await suggest(product, seeded.company.id, examples(template_id, "x"))
    edit = examples(template_id, "pay at http://evil.example")
    with pytest.raises(Invalid):
        await loop.services.deciding.approve(seeded.principal, Approval(Choice(one), edit))


async def test_a_planted_harmful_one_is_gone_within_fifty_judged_uses(
    product: Product, seeded: Seeded, loop: Loop, template_id: UUID
) -> None:
    """Right half of the time, forced through by hand."""
    one = await apply(product, seeded, loop, template_id, status=Status.HELD)
    for number, decision_id in enumerate(await ask(product, seeded, 50)):
        loop.told.known[decision_id] = number % 2 == 0
    assert await loop.services.watch.measure_all() == 1
    shown = await loop.services.deciding.show(seeded.company.id, one)
    assert shown.suggestion.status is Status.REVERTED
