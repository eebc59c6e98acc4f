"""The page of what a model was told, and the paid rung on the page of a message."""

from __future__ import annotations

import httpx2

from tests.answering.conftest import bank
from tests.answering.paid_side import ScriptedModel, picks
from tests.answering.test_llm_rung import ODD, Paying, paying
from tests.answering.test_service import inbound, made
from tests.console.test_pages import browser, visitor
from understudy.companies.domain import Company

__all__ = ["bank", "browser", "paying", "visitor"]


async def test_a_paid_answer_shows_its_call_and_its_prompt(
    browser: httpx2.AsyncClient, bank: Company, paying: Paying
) -> None:
    taken = await paying(ScriptedModel(picks("card_arrival"))).take(bank.id, inbound(ODD))
    address = f"/console/messages/{made(taken).id}"
    climb = (await browser.get(address)).text
    assert "twin/small" in climb
    assert f"{address}/prompt" in climb
    prompt = await browser.get(f"{address}/prompt")
    assert prompt.status_code == 200
    assert "&lt;scenario" in prompt.text
    assert "<scenario" not in prompt.text
