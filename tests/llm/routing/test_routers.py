"""Learned routers in the database: fitted when there is enough, used by the gateway, each company's its own."""

from __future__ import annotations

import pytest

from tests.llm.conftest import ANSWER, Rig, target
from tests.llm.routing.test_learned import past
from understudy.companies.domain import Company
from understudy.infra.system import new_id, utc_now
from understudy.llm.adapters.scripted import Cue
from understudy.llm.domain import Tier, Usage
from understudy.llm.ledger import recording
from understudy.llm.ledger.recording import Routed
from understudy.llm.routing.routers import Routers

FEATURES = 8
"""How many the gateway keeps of a question."""


async def _seed(rig: Rig, count: int) -> None:
    """A past in which only the large tier ever sufficed, and calls of every tier."""
    rig.shelf.tiers = {tier: (target(tier.value),) for tier in Tier}
    rig.dialer.script = lambda asked: Cue(
        {**ANSWER, "confidence": 0.9 if asked.target.provider.name == "large" else 0.1}, usage=Usage(100, 10)
    )
    await rig.gateway.ask(rig.ask("the first question"))
    async with rig.product.database.hot(rig.company.id) as tx:
        for one in past(count):
            routed = Routed((*one.features, *(0.0,) * (FEATURES - 2)), "small", "large", 0.9, is_sure=True)
            await recording.add_route(tx, new_id(), None, routed, utc_now())


@pytest.fixture
def routers(rig: Rig) -> Routers:
    """The routers of another process."""
    return Routers(database=rig.product.database, clock=utc_now)


async def test_a_router_is_fitted_and_begins_higher(rig: Rig, routers: Routers, other_company: Company) -> None:
    await _seed(rig, 600)
    assert await routers.fit_due() == 1
    router = await routers.of(rig.company.id)
    assert router is not None
    assert router.begin((0.5,) * FEATURES) is Tier.LARGE
    assert await routers.of(other_company.id) is None
    told = await rig.gateway.ask(rig.ask("another question"))
    assert told.reason == "complexity 0.00, then large"  # this process heard of no router yet


async def test_the_gateway_begins_where_the_router_says(rig: Rig, routers: Routers) -> None:
    await _seed(rig, 600)
    await routers.fit_due()
    rig.gateway._parts.routers.changed("*")
    told = await rig.gateway.ask(rig.ask("another question"))
    assert told.reason == "learned from past questions (complexity 0.00)"
    assert [call.target for call in told.calls] == ["large/large-model"]


async def test_too_few_questions_are_left(rig: Rig, routers: Routers) -> None:
    await _seed(rig, 100)
    assert await routers.fit_due() == 0
