"""A caller loosens a threshold: a request may only tighten.

Elsewhere a request parameter replaced the configured similarity threshold, so that any caller could make a cache or a
rung answer with whatever lay nearest.
"""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answering.conftest import bank
from tests.answering.examples import ScriptedRung, Ticks, evidence, question
from understudy.answering.domain import RungName
from understudy.answering.ladder import Bars, climb
from understudy.answering.settings import Thresholds
from understudy.companies.domain import Company, Principal
from understudy.wiring.product import Product

__all__ = ["bank"]
Headers = dict[str, str]
NOT_SURE = "blah blub so where is my card then and also something else entirely my dear friends over there"


async def outcome(client: httpx2.AsyncClient, key: Headers, text: str, **wish: float) -> tuple[str, str]:
    body = {"text": text, "contact": {"value": "ann"}, **wish}
    said = (await client.post("/v1/messages", json=body, headers=key)).json()
    return said["rung"], said["path"]


@pytest.mark.parametrize("asked", [0.0, 0.01, 0.3])
async def test_a_low_confidence_asked_for_changes_nothing(
    client: httpx2.AsyncClient, key: Headers, bank: Company, product: Product, principal: Principal, asked: float
) -> None:
    await product.companies.change_settings(principal, bank.id, {"ladder": {"thresholds": {"rules": 0.99}}})
    without = await outcome(client, key, NOT_SURE)
    assert without[0] == "fallback", "the example must have a candidate that is not sure enough"
    assert "rules 0." in without[1]
    assert await outcome(client, key, NOT_SURE, min_confidence=asked) == without


async def test_a_high_confidence_asked_for_tightens(
    client: httpx2.AsyncClient, key: Headers, bank: Company, product: Product, principal: Principal
) -> None:
    await product.companies.change_settings(principal, bank.id, {"ladder": {"thresholds": {"rules": 0.01}}})
    assert (await outcome(client, key, NOT_SURE))[0] == "rules"
    assert (await outcome(client, key, NOT_SURE, min_confidence=0.99))[0] == "fallback"


@given(st.sampled_from(list(Thresholds.model_fields)), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_no_confidence_asked_for_ever_lets_through_what_the_company_holds_back(
    rung: str, own: float, asked: float, score: float
) -> None:
    thresholds = Thresholds.model_validate({rung: own})
    rungs = [ScriptedRung(RungName(rung), evidence(score))]
    found = asyncio.run(climb(rungs, question(), Bars(thresholds, asked), Ticks()))
    assert found.answer is None or score >= max(own, asked)
